/* The sections of the file, in the order in which they must be read: later ones refer to earlier
 * ones. */
#ifndef CONFIG_SECTIONS_H
#define CONFIG_SECTIONS_H

#include "reader.h"

/* Everything that is no part of the model, and of the model: time_zone, dedup, redis.shards. */
void kaiku_read_settings(struct kaiku_reader *reader, const struct kaiku_yaml *root);

void kaiku_read_event(struct kaiku_reader *reader, const struct kaiku_yaml *node);
void kaiku_read_metrics(struct kaiku_reader *reader, const struct kaiku_yaml *node);
/* Do names of published fields collide? For after the dimensions and the metrics. */
void kaiku_check_fields(struct kaiku_reader *reader);
void kaiku_read_views(struct kaiku_reader *reader, const struct kaiku_yaml *node);
void kaiku_read_targets(struct kaiku_reader *reader, const struct kaiku_yaml *node);
void kaiku_read_alerts(struct kaiku_reader *reader, const struct kaiku_yaml *node);

/* {channel: [phone, chat]}, in views and in alerts. */
void kaiku_read_where(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_where *out);

#endif
