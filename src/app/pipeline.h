/* Workers, publisher, sources: the whole pipeline as `run`, `replay` and `demo` start it. */
#ifndef APP_PIPELINE_H
#define APP_PIPELINE_H

#include <config/config.h>
#include <monitor/monitor.h>
#include <publish/publisher.h>
#include <source/file.h>
#include <source/kafka.h>

struct app_pipeline;

struct app_pipeline_options {
    const struct kaiku_settings *settings;
    /* Files to read instead of Kafka, spread over the workers; 0: Kafka. */
    const struct kaiku_file_input *files;
    uint32_t n_files;
    /* Borrowed; NULL: made in create, which then must come before other threads (model/calendar.h). */
    struct kaiku_calendar *calendar;
    struct kaiku_monitor *monitor; /* borrowed: it is told all that there is to tell; NULL: nobody is */
    bool until_end;
    bool waits; /* in create, for a Redis or a Kafka that cannot be reached yet */
};

/* Makes everything, opens Redis, resolves starts. Logs what is wrong. Borrows the settings. STOPPED: by a signal. */
int app_pipeline_create(const struct app_pipeline_options *options, struct app_pipeline **out)
    KAIKU_MUST_CHECK;
int app_pipeline_start(struct app_pipeline *pipeline) KAIKU_MUST_CHECK;
/* Goes on with other settings from the last commit of the former ones, in the same group and with the same partitions:
 * kaiku_settings_may_follow has to hold. Borrows the settings, and no others are in use behind it. Where it fails it has left
 * the group, and can only be stopped and destroyed. */
int app_pipeline_renew(struct app_pipeline *pipeline, const struct kaiku_settings *settings) KAIKU_MUST_CHECK;
/* True until it ended by itself: until_end reached, or a failure. Sleeps up to timeout_ms. */
bool app_pipeline_wait(struct app_pipeline *pipeline, int timeout_ms);
/* Last commit, leave the group, last views; then why it ended: OK or a failure (logged). */
int app_pipeline_stop(struct app_pipeline *pipeline);
void app_pipeline_destroy(struct app_pipeline *pipeline);

struct app_pipeline_figures {
    uint64_t events; /* records taken by all workers */
    uint64_t cells;  /* in the deltas being filled, about */
    bool paused;
    struct kaiku_publisher_figures publisher;
};
void app_pipeline_read_figures(const struct app_pipeline *pipeline, struct app_pipeline_figures *out);

/* How to reach the configured Redis; borrows the settings' texts. */
struct kaiku_store_options app_store_options(const struct kaiku_settings *settings);
/* And the configured topics. */
struct kaiku_kafka_options app_kafka_options(const struct kaiku_settings *settings);

#endif
