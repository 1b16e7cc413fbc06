/* What stands behind a metric's figures, for readers: its scale, its rule in words, the names of its fields. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include <model/model.h>

enum {
    KAIKU_MAX_SUFFIXES = 11,   /* of one kind */
    KAIKU_TARGET_SUFFIXES = 4, /* of these, those of a target */
};

/* What follows the metric's name in its published fields (docs/redis.md), NULL behind the last. Where the kind has
 * targets, theirs are the last ones; an entry has them where its view and window have a target for the metric. */
const char *const *kaiku_kind_suffixes(enum kaiku_kind kind);
bool kaiku_kind_has_targets(enum kaiku_kind kind);

/* Appends "0..10"; nothing for kinds without a scale. */
void kaiku_metric_scale(struct kaiku_buffer *out, const struct kaiku_metric *metric);
/* Appends "promoters 9..10 minus detractors 0..6, in points". */
void kaiku_metric_rule(struct kaiku_buffer *out, const struct kaiku_model *model,
                       const struct kaiku_metric *metric);

#endif
