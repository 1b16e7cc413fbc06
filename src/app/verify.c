#include "command.h"
#include "inputs.h"
#include "pipeline.h"
#include "progress.h"
#include "reload.h"
#include "signals.h"

#include <verify/verify.h>

#include <stdio.h>

enum { CATALOG_MS = 10000 };

struct verification {
    const struct kaiku_settings *settings;
    const struct app_inputs *inputs;
    struct kaiku_calendar *calendar;
    struct kaiku_store *store;
    struct kaiku_verify *verify;
    struct app_progress progress;
};

static int fail(int status, const char *why)
{
    fprintf(stderr, "kaiku verify: %s\n", *why ? why : kaiku_status_text(status));
    return status;
}

static void print_difference(void *context, const char *line)
{
    struct verification *verification = context;
    app_progress_end(&verification->progress);
    puts(line);
}

static bool show_progress(void *context, uint64_t done, uint64_t total)
{
    struct verification *verification = context;
    verification->progress.total = total;
    app_progress_show(&verification->progress, done);
    return !app_signals_stop();
}

/* ---- redis ---- */

static int open_store(struct verification *verification)
{
    struct kaiku_store_options options = app_store_options(verification->settings);
    int rc = kaiku_store_create(&options, &verification->settings->model, &verification->store);
    if (rc != KAIKU_OK)
        return fail(rc, "");
    rc = kaiku_store_open_reading(verification->store);
    return rc == KAIKU_OK ? rc : fail(rc, kaiku_store_error(verification->store));
}

static int read_state(struct verification *verification)
{
    struct kaiku_verify_options options = {
        .model = &verification->settings->model,
        .calendar = verification->calendar,
        .store = verification->store,
        .prefix = verification->settings->redis.prefix,
        .context = verification,
        .differs = print_difference,
        .progress = show_progress,
    };
    int rc = kaiku_verify_create(&options, &verification->verify);
    if (rc != KAIKU_OK)
        return fail(rc, "");
    app_progress_init(&verification->progress, "windows", 0);
    rc = kaiku_verify_read_state(verification->verify);
    app_progress_end(&verification->progress);
    return rc == KAIKU_OK ? rc : fail(rc, kaiku_verify_error(verification->verify));
}

/* ---- logs ---- */

static int create_catalog(const struct verification *verification, enum kaiku_verify_kind kind,
                          struct kaiku_catalog **out, char *error)
{
    struct kaiku_kafka_options kafka = app_kafka_options(verification->settings);
    if (kind == KAIKU_VERIFY_KAFKA)
        return kaiku_kafka_catalog_create(&kafka, out, error);
    return kaiku_file_catalog_create(verification->inputs->files, verification->inputs->n, out);
}

static int create_source(const struct verification *verification, enum kaiku_verify_kind kind,
                         struct kaiku_source **out, char *error)
{
    struct kaiku_kafka_options kafka = app_kafka_options(verification->settings);
    kafka.alone = true;
    if (kind == KAIKU_VERIFY_KAFKA)
        return kaiku_kafka_source_create(&kafka, out, error);
    return kaiku_file_source_create(verification->inputs->files, verification->inputs->n,
                                    verification->settings->model.max_bytes, out, error);
}

static bool is_needed(const struct verification *verification, enum kaiku_verify_kind kind)
{
    if (kind == KAIKU_VERIFY_FILES && verification->inputs->n == 0)
        return false; /* the check says which ones are missing */
    return kaiku_verify_wants(verification->verify, kind);
}

static int read_extents(struct verification *verification, enum kaiku_verify_kind kind)
{
    struct kaiku_catalog *catalog = NULL;
    const struct kaiku_extent *extents;
    char error[256] = "";
    uint32_t n;
    if (!is_needed(verification, kind))
        return KAIKU_OK;
    int rc = create_catalog(verification, kind, &catalog, error);
    if (rc != KAIKU_OK)
        return fail(rc, error);
    rc = kaiku_catalog_read(catalog, CATALOG_MS, &extents, &n);
    if (rc == KAIKU_OK)
        kaiku_verify_extents(verification->verify, extents, n);
    else
        fail(rc, catalog->error);
    kaiku_catalog_destroy(catalog);
    return rc;
}

static int read_all_extents(struct verification *verification)
{
    int rc = read_extents(verification, KAIKU_VERIFY_FILES);
    return rc == KAIKU_OK ? read_extents(verification, KAIKU_VERIFY_KAFKA) : rc;
}

static int read_log(struct verification *verification, enum kaiku_verify_kind kind)
{
    struct kaiku_source *source = NULL;
    char error[256] = "";
    if (!is_needed(verification, kind))
        return KAIKU_OK;
    int rc = create_source(verification, kind, &source, error);
    if (rc != KAIKU_OK)
        return fail(rc, error);
    rc = kaiku_verify_read_log(verification->verify, source, kind);
    app_progress_end(&verification->progress);
    if (rc != KAIKU_OK)
        fail(rc, kaiku_verify_error(verification->verify));
    kaiku_source_close(source);
    kaiku_source_destroy(source);
    return rc;
}

static int read_logs(struct verification *verification)
{
    int rc = read_all_extents(verification);
    if (rc != KAIKU_OK)
        return rc;
    rc = kaiku_verify_check(verification->verify);
    if (rc != KAIKU_OK)
        return fail(rc, kaiku_verify_error(verification->verify));
    app_progress_init(&verification->progress, "records", 0);
    rc = read_log(verification, KAIKU_VERIFY_FILES);
    if (rc == KAIKU_OK)
        rc = read_log(verification, KAIKU_VERIFY_KAFKA);
    /* What Kafka deleted meanwhile was perhaps not read. */
    return rc == KAIKU_OK ? read_all_extents(verification) : rc;
}

/* ---- the command ---- */

static int compare(struct verification *verification, uint64_t *differences)
{
    struct kaiku_verify_figures figures = {0};
    int rc = kaiku_verify_compare(verification->verify, &figures);
    if (rc != KAIKU_OK)
        return fail(rc, kaiku_verify_error(verification->verify));
    printf("%llu differences: %llu records read; %llu cells of %llu windows, %llu counters, %llu "
           "entries compared\n",
           (unsigned long long)figures.differences, (unsigned long long)figures.records,
           (unsigned long long)figures.cells, (unsigned long long)figures.windows,
           (unsigned long long)figures.counters, (unsigned long long)figures.entries);
    *differences = figures.differences;
    return KAIKU_OK;
}

static int verify(const struct kaiku_settings *settings, const struct app_inputs *inputs)
{
    struct verification verification = {.settings = settings, .inputs = inputs};
    uint64_t differences = 0;
    int rc = kaiku_calendar_create(settings->model.time_zone, &verification.calendar);
    if (rc != KAIKU_OK)
        return app_exit_of(fail(rc, "cannot load the time zone"));
    rc = open_store(&verification);
    if (rc == KAIKU_OK)
        rc = read_state(&verification);
    if (rc == KAIKU_OK)
        rc = read_logs(&verification);
    if (rc == KAIKU_OK)
        rc = compare(&verification, &differences);
    kaiku_verify_destroy(verification.verify);
    kaiku_store_destroy(verification.store);
    kaiku_calendar_destroy(verification.calendar);
    /* Stopped by a signal, it does not know: that is no success. */
    return rc == KAIKU_STOPPED || differences > 0 ? APP_FAILED : app_exit_of(rc);
}

static int run(int argc, char **argv)
{
    struct app_inputs inputs;
    struct kaiku_settings *settings = NULL;
    int code = app_inputs_read(&app_verify, argc, argv, &inputs);
    app_signals_install();
    if (code == APP_DONE)
        code = app_settings_read(inputs.config, &settings);
    if (code == APP_DONE)
        code = verify(settings, &inputs);
    app_inputs_release(&inputs);
    kaiku_settings_destroy(settings);
    return code;
}

const struct app_command app_verify = {
    .name = "verify",
    .summary = "read the log again and compare with what Redis holds",
    .help = "usage: kaiku verify CONFIG [FILE...] [--name NAME]\n"
            "\n"
            "Reads the log again from its first record up to the positions in Redis, with a second, plain\n"
            "aggregator, and compares every cell, counter, feed and position. Prints each difference and\n"
            "exits with 1 if there are any. It changes nothing and joins no consumer group, so it may run\n"
            "beside 'run'. What 'replay' counted is read from the same FILEs, named as they were then.\n"
            "\n"
            "  --name NAME   what the position of standard input ('-') is kept under\n"
            "\n"
            "example: kaiku verify /etc/kaiku.yaml\n",
    .run = run,
};
