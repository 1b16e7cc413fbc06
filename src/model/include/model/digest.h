/* What of a configuration decides, as a text, and digests. */
#ifndef MODEL_DIGEST_H
#define MODEL_DIGEST_H

#include <model/model.h>

/* Appends all that decides what is counted where: event mapping, dimensions, metrics, views (by, groupings,
 * windows, retention, where), time zone, dedup, shards. Not targets, alerts, min_n, rows. Equal texts count
 * alike; model/change.h reads them. */
void kaiku_digest_rules(const struct kaiku_model *model, struct kaiku_buffer *out);
/* Hexadecimal into out. */
void kaiku_digest_text(struct kaiku_text text, char out[33]);
/* Fills model->digest: of its rules. */
int kaiku_digest_model(struct kaiku_model *model) KAIKU_MUST_CHECK;

/* What the entries of one view and window look like: metrics, targets, min_n. Another value means that
 * its streams must be rewritten. Hexadecimal into out. */
int kaiku_digest_shape(const struct kaiku_model *model, uint32_t view, uint32_t window, char out[33])
    KAIKU_MUST_CHECK;

#endif
