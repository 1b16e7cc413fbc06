/* A publisher's life, as its owner has it. */
#include "publisher_private.h"

#include <base/failpoint.h>
#include <kaiku/hyperloglog.h>

#include <stdio.h>
#include <stdlib.h>

static int create_commits(struct kaiku_publisher *publisher)
{
    uint32_t shards = publisher->model->shards;
    publisher->commits = calloc(shards, sizeof *publisher->commits);
    if (!publisher->commits)
        return KAIKU_NOMEM;
    for (uint32_t s = 0; s < shards; s++) {
        int rc = kaiku_commit_create(publisher->store, s, &publisher->commits[s]);
        if (rc != KAIKU_OK)
            return rc;
    }
    return KAIKU_OK;
}

static int create_parts(struct kaiku_publisher *publisher)
{
    const struct kaiku_publisher_options *options = &publisher->options;
    struct kaiku_views_options views = {
        .model = options->model,
        .calendar = options->calendar,
        .store = options->store,
        .prefix = options->prefix,
        .every_ms = options->views_every_ms,
        .keeps_minutes = !options->until_end,
    };
    ledger_init(&publisher->ledger, options->model->shards);
    publisher->elements = calloc(KAIKU_HYPERLOGLOG_REGISTERS, sizeof *publisher->elements);
    publisher->lanes = calloc(options->n_workers, sizeof *publisher->lanes);
    publisher->sources = calloc(options->n_workers, sizeof *publisher->sources);
    if (!publisher->elements || !publisher->lanes || !publisher->sources)
        return KAIKU_NOMEM;
    for (uint32_t i = 0; i < options->n_workers; i++) {
        publisher->lanes[i].worker = options->workers[i];
        publisher->lanes[i].handover = kaiku_worker_handover(options->workers[i]);
    }
    int rc = meters_init(&publisher->meters, options->monitor, options->n_workers);
    if (rc == KAIKU_OK)
        rc = admission_init(&publisher->admission, options->model, options->store);
    if (rc == KAIKU_OK)
        rc = projection_init(&publisher->projection, options->model, &publisher->admission);
    if (rc == KAIKU_OK)
        rc = couples_init(&publisher->couples, options->model);
    if (rc == KAIKU_OK)
        rc = create_commits(publisher);
    if (rc == KAIKU_OK)
        rc = kaiku_views_create(&views, &publisher->views);
    return rc;
}

int kaiku_publisher_create(const struct kaiku_publisher_options *options, struct kaiku_publisher **out)
{
    struct kaiku_publisher *publisher = calloc(1, sizeof *publisher);
    if (!publisher)
        return KAIKU_NOMEM;
    publisher->options = *options;
    publisher->model = options->model;
    publisher->store = options->store;
    publisher->interval_ms = publisher->figures.interval_ms = options->commit_every_ms;
    publisher->told = 1;
    pressure_init(&publisher->pressure);
    pthread_mutex_init(&publisher->figures_lock, NULL);
    int rc = create_parts(publisher);
    if (rc != KAIKU_OK) {
        kaiku_publisher_destroy(publisher);
        return rc;
    }
    *out = publisher;
    return KAIKU_OK;
}

void kaiku_publisher_destroy(struct kaiku_publisher *publisher)
{
    if (!publisher)
        return;
    kaiku_views_destroy(publisher->views);
    for (uint32_t s = 0; publisher->commits && s < publisher->model->shards; s++)
        kaiku_commit_destroy(publisher->commits[s]);
    free(publisher->commits);
    for (uint32_t i = 0; publisher->lanes && i < publisher->options.n_workers; i++) {
        admission_map_release(&publisher->lanes[i].map);
        kaiku_delta_destroy(publisher->lanes[i].delta);
    }
    free(publisher->lanes);
    free(publisher->sources);
    for (uint32_t g = 0; g < publisher->n_goals; g++)
        free(publisher->goals[g].field);
    free(publisher->goals);
    projection_release(&publisher->projection);
    couples_release(&publisher->couples);
    if (publisher->admission.model)
        admission_release(&publisher->admission);
    ledger_release(&publisher->ledger);
    meters_release(&publisher->meters);
    kaiku_buffer_release(&publisher->encoded);
    free(publisher->elements);
    pthread_mutex_destroy(&publisher->figures_lock);
    free(publisher);
}

static int prepare(struct kaiku_publisher *publisher)
{
    bool asked;
    publisher->error[0] = '\0';
    int rc = kaiku_store_open(publisher->store);
    if (rc != KAIKU_OK) {
        snprintf(publisher->error, sizeof publisher->error, "%s", kaiku_store_error(publisher->store));
        return rc;
    }
    rc = publisher_resolve_starts(publisher, &asked);
    if (rc == KAIKU_OK && !asked && !publisher->options.was_let_in)
        rc = publisher_meet_log(publisher);
    if (rc == KAIKU_OK)
        rc = publisher_report_crashes(publisher);
    if (rc == KAIKU_OK && publisher->options.until_end)
        rc = publisher_set_goals(publisher);
    if (rc != KAIKU_OK && !publisher->error[0])
        snprintf(publisher->error, sizeof publisher->error, "%s", kaiku_status_text(rc));
    return rc;
}

int kaiku_publisher_prepare(struct kaiku_publisher *publisher)
{
    int rc = prepare(publisher);
    /* While it is tried again nobody else tells which of the two is away. */
    meters_show_redis(&publisher->meters, kaiku_store_is_open(publisher->store));
    if (rc != KAIKU_OK && rc != KAIKU_AWAY && rc != KAIKU_AGAIN)
        publisher_report_last(publisher, KAIKU_INCIDENT_refusals);
    /* The thread has not begun, and who waits for a server that is away does nothing wrong. */
    kaiku_monitor_rest(publisher->options.thread);
    return rc;
}

int kaiku_publisher_start(struct kaiku_publisher *publisher)
{
    if (KAIKU_FAILS("publisher.thread") || pthread_create(&publisher->thread, NULL, publisher_run, publisher) != 0)
        return KAIKU_NOMEM;
    publisher->started = true;
    return KAIKU_OK;
}

void kaiku_publisher_stop(struct kaiku_publisher *publisher)
{
    atomic_store(&publisher->stop, true);
    kaiku_bell_ring(publisher->options.bell);
}

void kaiku_publisher_join(struct kaiku_publisher *publisher)
{
    if (publisher->started)
        pthread_join(publisher->thread, NULL);
    publisher->started = false;
}

void kaiku_publisher_read_figures(const struct kaiku_publisher *publisher,
                                  struct kaiku_publisher_figures *out)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&publisher->figures_lock;
    pthread_mutex_lock(lock);
    *out = publisher->shown;
    pthread_mutex_unlock(lock);
}

const char *kaiku_publisher_error(const struct kaiku_publisher *publisher)
{
    return publisher->error;
}
