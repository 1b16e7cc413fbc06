/* Members: values joined by '|', escaped as docs/redis.md says. */
#ifndef MODEL_MEMBER_H
#define MODEL_MEMBER_H

#include <model/model.h>

#define KAIKU_ALL "_all"
#define KAIKU_NONE "_none"
#define KAIKU_OTHER "_other"

/* Appends a value of an event as it stands in members: % | { } bytes below 32, 127 and a leading _
 * percent-encoded. Not for the reserved values above, which stand as they are. */
void kaiku_member_escape(struct kaiku_buffer *out, struct kaiku_text value);

/* The dimensions that a member keeps: bit i set where part i is not _all. */
uint32_t kaiku_member_grouping(struct kaiku_text member);

/* Splits at '|' into at most KAIKU_MAX_BY parts; returns how many. */
uint32_t kaiku_member_split(struct kaiku_text member, struct kaiku_text parts[KAIKU_MAX_BY]);

/* Would Grafana read it as a number? Such texts are preceded by U+00A0 in text columns. */
bool kaiku_member_looks_numeric(struct kaiku_text value);

/* Appends value as a text column: preceded by U+00A0 where it looks numeric. */
void kaiku_member_column(struct kaiku_buffer *out, struct kaiku_text value);

/* The shard of all cells of a member in a view. */
uint32_t kaiku_member_shard(const struct kaiku_model *model, const struct kaiku_view *view,
                            struct kaiku_text member);

/* "channel+touchpoint": SET of a rows key for a grouping; appends nothing for the total. */
void kaiku_member_set(struct kaiku_buffer *out, const struct kaiku_model *model,
                      const struct kaiku_view *view, uint32_t grouping);

/* The target of a member for a metric in a window: the first that matches; NULL where none. */
const struct kaiku_target *kaiku_member_target(const struct kaiku_view *view, uint32_t window,
                                               uint32_t metric, struct kaiku_text member);

#endif
