/* The publisher's thread and its connection. */
#include "publisher_private.h"

#include <base/clock.h>
#include <base/failpoint.h>
#include <base/log.h>
#include <kaiku/hyperloglog.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    COMPARE_MS = 1000,
    EXTENTS_MS = 5000,
    EXTENTS_CATCHING_UP_MS = 1000,
    REOPEN_MS = 250,
    GOAL_MS = 100,
    TICK_MS = 20,
    LOOK_MS = 1000, /* between looks at what Redis uses */
    GRACE_MS = 100, /* how long a commit waits for workers that have not yet swapped */
    LAST_MS = 5000, /* after stop: how long the last commit may take */
};

void publisher_fail(struct kaiku_publisher *publisher, int status, const char *text)
{
    if (publisher->status != KAIKU_OK)
        return;
    snprintf(publisher->error, sizeof publisher->error, "%s", text[0] ? text : kaiku_status_text(status));
    publisher->status = status;
}

static void set_away(struct kaiku_publisher *publisher, bool away)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        atomic_store(&publisher->lanes[i].handover->away, away);
    publisher->figures.away = away;
}

int publisher_trouble(struct kaiku_publisher *publisher, int status)
{
    switch (status) {
    case KAIKU_OK:
        break;
    case KAIKU_AWAY:
        if (!publisher->figures.away) {
            kaiku_warn("redis is away, workers go on and wait for it: %s",
                       kaiku_store_error(publisher->store));
            publisher->incidents.n[KAIKU_INCIDENT_outages]++;
        }
        kaiku_store_close(publisher->store);
        set_away(publisher, true);
        publisher->next_open_ms = kaiku_clock_monotonic_ms() + REOPEN_MS;
        break;
    case KAIKU_AGAIN:
        break;
    case KAIKU_MISMATCH:
        publisher_restart(publisher, "what a worker took for stored is not");
        break;
    default:
        publisher_fail(publisher, status, kaiku_store_error(publisher->store));
    }
    return status;
}

void publisher_restart(struct kaiku_publisher *publisher, const char *why)
{
    kaiku_warn("%s: dropping what is not committed and reading again from the stored positions", why);
    for (uint32_t s = 0; s < publisher->model->shards; s++)
        kaiku_commit_clear(publisher->commits[s]);
    publisher->in_flight = false;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        atomic_fetch_add(&publisher->lanes[i].handover->epoch, 1);
    publisher_drop_deltas(publisher);
    ledger_forget(&publisher->ledger, 0);
    admission_forget(&publisher->admission);
    projection_forget(&publisher->projection);
    couples_forget(&publisher->couples);
    kaiku_views_forget(publisher->views);
    publisher->figures.rewinds++;
    publisher->incidents.n[KAIKU_INCIDENT_rewinds]++;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        kaiku_bell_ring(&publisher->lanes[i].handover->worker_bell);
}

/* ---- connection ---- */

static int open_store(struct kaiku_publisher *publisher)
{
    bool asked;
    int rc = kaiku_store_open(publisher->store);
    if (rc == KAIKU_OK) {
        rc = publisher_resolve_starts(publisher, &asked);
        if (rc == KAIKU_REFUSED) /* by a Kafka that let it in before: to be waited for */
            rc = KAIKU_AWAY;
    }
    /* Answers about values hold for one connection, unless what they went into is still to be committed. Members'
     * ids come from them. */
    if (!publisher->in_flight)
        admission_forget(&publisher->admission);
    projection_forget(&publisher->projection);
    couples_forget(&publisher->couples);
    kaiku_views_forget(publisher->views);
    if (rc == KAIKU_OK && publisher->in_flight)
        rc = publisher_resolve(publisher);
    return rc;
}

static int reopen(struct kaiku_publisher *publisher, int64_t now)
{
    if (now < publisher->next_open_ms)
        return KAIKU_AWAY;
    publisher->next_open_ms = now + REOPEN_MS;
    int rc = open_store(publisher);
    if (rc != KAIKU_OK) /* a server that cannot just now is as good as away */
        return publisher_trouble(publisher, rc == KAIKU_AGAIN ? KAIKU_AWAY : rc);
    if (publisher->figures.away)
        kaiku_info("redis is back");
    set_away(publisher, false);
    publisher->next_commit_ms = publisher->next_look_ms = now;
    return KAIKU_OK;
}

/* ---- Redis' time ---- */

static int64_t stretched(const struct kaiku_publisher *publisher, int64_t every_ms)
{
    return (int64_t)((double)every_ms * publisher->pressure.factor);
}

static void tell_pressure(struct kaiku_publisher *publisher)
{
    double factor = publisher->pressure.factor;
    if (factor >= 2 * publisher->told)
        kaiku_warn("redis uses %.0f %% of a core: committing every %lld ms, live views every %lld ms",
                   100 * publisher->pressure.share,
                   (long long)stretched(publisher, publisher->options.commit_every_ms),
                   (long long)stretched(publisher, publisher->options.views_every_ms));
    else if (factor > 1 || publisher->told == 1)
        return;
    else
        kaiku_info("redis has time again: committing and showing as often as configured");
    publisher->told = factor;
}

static int look_at_redis(struct kaiku_publisher *publisher, int64_t now)
{
    if (now < publisher->next_look_ms)
        return KAIKU_OK;
    int64_t cpu_us;
    int rc = kaiku_store_cpu_us(publisher->store, &cpu_us);
    publisher->next_look_ms = now + LOOK_MS;
    if (rc != KAIKU_OK)
        return publisher_trouble(publisher, rc);
    pressure_note(&publisher->pressure, kaiku_clock_monotonic_us(), cpu_us);
    kaiku_views_pace(publisher->views, stretched(publisher, publisher->options.views_every_ms));
    tell_pressure(publisher);
    return KAIKU_OK;
}

/* ---- commits ---- */

static void want_deltas(struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        if (!publisher->lanes[i].delta)
            atomic_store_explicit(&publisher->lanes[i].handover->wanted, true, memory_order_relaxed);
}

static bool all_answered(const struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        if (!publisher->lanes[i].delta &&
            atomic_load_explicit(&publisher->lanes[i].handover->wanted, memory_order_relaxed))
            return false;
    return true;
}

/* The interval grows with what commits take, and where Redis has no time. Catching up goes before: readers wait
 * for it. */
static void pace(struct kaiku_publisher *publisher, int64_t began_ms)
{
    int64_t now = kaiku_clock_monotonic_ms();
    int64_t least = 2 * (now - began_ms);
    int64_t before = publisher->interval_ms, every = publisher->options.commit_every_ms;
    if (publisher->figures.lag == 0)
        every = stretched(publisher, every);
    publisher->figures.commits++;
    publisher->figures.commit_ms = now - began_ms;
    publisher->interval_ms = least > every ? least : every;
    if (least > 2 * publisher->options.commit_every_ms && least > 2 * before)
        kaiku_warn("redis takes %lld ms for a commit of %llu cells: committing every %lld ms",
                   (long long)publisher->figures.commit_ms,
                   (unsigned long long)publisher->figures.touched, (long long)publisher->interval_ms);
    publisher->figures.interval_ms = publisher->interval_ms;
    publisher->next_commit_ms = began_ms + publisher->interval_ms;
}

static int commit(struct kaiku_publisher *publisher, int64_t now)
{
    bool any = false;
    if (!publisher->in_flight) {
        /* In this order: a worker that has just answered is not asked again. */
        any = publisher_collect(publisher);
        if (now >= publisher->next_commit_ms)
            want_deltas(publisher);
        bool compare = now >= publisher->next_compare_ms;
        bool due = any && (all_answered(publisher) || now >= publisher->next_commit_ms + GRACE_MS);
        if (!due && !compare)
            return KAIKU_OK;
        if (compare)
            publisher->next_compare_ms = now + COMPARE_MS;
        int rc = publisher_encode(publisher, compare);
        if (rc != KAIKU_OK)
            return publisher_trouble(publisher, rc);
    }
    int rc = publisher_trouble(publisher, publisher_send(publisher));
    if (rc == KAIKU_OK && any)
        pace(publisher, now);
    return rc;
}

/* ---- until the end ---- */

static int look_for_end(struct kaiku_publisher *publisher, int64_t now)
{
    bool reached;
    if (!publisher->options.until_end || publisher->figures.reached || publisher->in_flight ||
        now < publisher->next_goal_ms)
        return KAIKU_OK;
    publisher->next_goal_ms = now + GOAL_MS;
    int rc = publisher_check_goals(publisher, &reached);
    if (rc == KAIKU_OK && reached)
        rc = publisher_read_extents(publisher, EXTENTS_MS) == KAIKU_OK ? KAIKU_OK : KAIKU_AGAIN;
    if (rc == KAIKU_OK && reached)
        rc = kaiku_views_settle(publisher->views);
    if (rc == KAIKU_OK && reached)
        publisher->figures.reached = true;
    return rc;
}

/* ---- the thread ---- */

static void show_figures(struct kaiku_publisher *publisher)
{
    struct kaiku_views_figures views;
    kaiku_views_read_figures(publisher->views, &views);
    publisher->figures.lag = views.lag;
    publisher->figures.low_time_ms = views.low_time_ms;
    publisher->figures.high_time_ms = views.high_time_ms;
    publisher->figures.series_backlog = views.series_backlog;
    publisher->figures.live_members = views.live_members;
    publisher->figures.status = publisher->status;
    pthread_mutex_lock(&publisher->figures_lock);
    publisher->shown = publisher->figures;
    pthread_mutex_unlock(&publisher->figures_lock);
}

static void look_at_log(struct kaiku_publisher *publisher, int64_t now)
{
    if (now < publisher->next_extents_ms)
        return;
    publisher->next_extents_ms =
        now + (publisher->figures.lag > 0 ? EXTENTS_CATCHING_UP_MS : EXTENTS_MS);
    int rc = publisher_read_extents(publisher, EXTENTS_MS);
    if (rc == KAIKU_AWAY && !publisher->is_kafka_away) {
        kaiku_warn("kafka is away, workers wait for it: %s", publisher->options.catalog->error);
        publisher->incidents.n[KAIKU_INCIDENT_outages]++;
    } else if (rc == KAIKU_OK && publisher->is_kafka_away) {
        kaiku_info("kafka is back");
    }
    publisher->is_kafka_away = rc == KAIKU_AWAY;
}

/* Whatever comes of it, the views ask on. */
static void look_at_margin(struct kaiku_publisher *publisher, int64_t now)
{
    struct kaiku_views_question question;
    int64_t timestamp_ms = 0;
    if (publisher->is_kafka_away || !kaiku_views_ask(publisher->views, now, &question))
        return;
    int rc = publisher_read_time(publisher, question.field, question.offset, &timestamp_ms);
    if (rc != KAIKU_AGAIN)
        kaiku_views_answer(publisher->views, rc, timestamp_ms);
}

/* ---- incidents ---- */

/* They are kept until Redis can be told. */
static int report_incidents(struct kaiku_publisher *publisher)
{
    if (!kaiku_incidents_any(&publisher->incidents))
        return KAIKU_OK;
    int rc = kaiku_store_count(publisher->store, &publisher->incidents);
    if (rc == KAIKU_OK)
        publisher->incidents = (struct kaiku_incidents){0};
    return publisher_trouble(publisher, rc);
}

/* The last word of a process that fails; where Redis cannot take it, the log line alone tells. */
static void report_last(struct kaiku_publisher *publisher, enum kaiku_incident incident)
{
    publisher->incidents.n[incident]++;
    if (kaiku_store_count_last(publisher->store, &publisher->incidents) != KAIKU_OK)
        kaiku_warn("cannot count this under '%s' in redis: %s", kaiku_incident_text(incident),
                   kaiku_store_error(publisher->store));
}

static bool any_worker_failed(const struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct kaiku_worker_figures figures;
        kaiku_worker_read_figures(publisher->lanes[i].worker, &figures);
        if (figures.status != KAIKU_OK)
            return true;
    }
    return false;
}

/* True where live views are left to be written at once. */
static bool turn(struct kaiku_publisher *publisher)
{
    int64_t now = kaiku_clock_monotonic_ms();
    uint64_t commits = publisher->figures.commits;
    int rc = KAIKU_OK;
    if (!kaiku_store_is_open(publisher->store))
        rc = reopen(publisher, now);
    if (rc == KAIKU_OK) {
        look_at_log(publisher, now);
        look_at_margin(publisher, now);
        rc = look_at_redis(publisher, now);
    }
    if (rc == KAIKU_OK)
        rc = commit(publisher, now);
    (void)publisher_trouble(publisher, publisher_answer(publisher));
    if (rc == KAIKU_OK && kaiku_store_is_open(publisher->store))
        rc = report_incidents(publisher);
    bool shows = rc == KAIKU_OK && !publisher->in_flight && kaiku_store_is_open(publisher->store);
    if (shows)
        rc = publisher_trouble(publisher, kaiku_views_tick(publisher->views, now,
                                                           publisher->figures.commits != commits));
    if (rc == KAIKU_OK && kaiku_store_is_open(publisher->store))
        (void)publisher_trouble(publisher, look_for_end(publisher, now));
    return shows && rc == KAIKU_OK && kaiku_views_is_behind(publisher->views);
}

static bool is_idle(const struct kaiku_publisher *publisher)
{
    if (publisher->in_flight)
        return false;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        if (publisher->lanes[i].delta || !kaiku_handover_is_settled(publisher->lanes[i].handover))
            return false;
    return true;
}

static void *run(void *context)
{
    struct kaiku_publisher *publisher = context;
    int64_t until = 0;
    while (publisher->status == KAIKU_OK) {
        bool is_behind = turn(publisher);
        show_figures(publisher);
        if (atomic_load(&publisher->stop)) {
            int64_t now = kaiku_clock_monotonic_ms();
            until = until ? until : now + LAST_MS;
            if (is_idle(publisher) || publisher->figures.away || now > until)
                break;
        }
        if (!is_behind)
            kaiku_bell_wait(publisher->options.bell, TICK_MS);
    }
    if (publisher->status == KAIKU_OK && is_idle(publisher) && kaiku_store_is_open(publisher->store))
        (void)publisher_trouble(publisher, kaiku_views_show(publisher->views));
    if (publisher->status != KAIKU_OK || any_worker_failed(publisher))
        report_last(publisher, KAIKU_INCIDENT_stops);
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        kaiku_handover_close(publisher->lanes[i].handover);
    publisher->figures.ended = true;
    show_figures(publisher);
    return NULL;
}

/* ---- life ---- */

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
    int rc = admission_init(&publisher->admission, options->model, options->store);
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
    publisher->interval_ms = options->commit_every_ms;
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
    if (rc == KAIKU_OK && !asked)
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
    if (rc != KAIKU_OK && rc != KAIKU_AWAY && rc != KAIKU_AGAIN)
        report_last(publisher, KAIKU_INCIDENT_refusals);
    return rc;
}

int kaiku_publisher_start(struct kaiku_publisher *publisher)
{
    if (KAIKU_FAILS("publisher.thread") || pthread_create(&publisher->thread, NULL, run, publisher) != 0)
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
