/* The newest records of a topic, spread over its partitions, for `kaiku init`. */
#ifndef APP_INIT_SAMPLE_H
#define APP_INIT_SAMPLE_H

#include <config/config.h>
#include <propose/propose.h>

/* Of the configured topics. Bounded in records, bytes and time; a signal ends it. REFUSED: there are no records; error:
 * text of a failure, at least 256 bytes. The sample is to be released in any case. */
int app_init_sample(const struct kaiku_settings *settings, struct kaiku_sample *sample, uint32_t *partitions,
                    char *error) KAIKU_MUST_CHECK;

/* Of how many records of partitions of these sizes should be looked at, `most` at most altogether? As many of each as
 * there are, but no more than of others that have more. sizes ascending; they become the shares. */
void app_init_share(int64_t *sizes, uint32_t n, int64_t most);

#endif
