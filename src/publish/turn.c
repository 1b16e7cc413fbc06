/* The publisher's thread: connects, looks, commits, shows, turn after turn. */
#include "publisher_private.h"

#include <base/clock.h>
#include <base/log.h>

enum {
    COMPARE_MS = 1000,
    EXTENTS_MS = 5000,
    EXTENTS_CATCHING_UP_MS = 1000,
    GOAL_MS = 100,
    TICK_MS = 20,
    LOOK_MS = 1000, /* between looks at what Redis uses */
    GRACE_MS = 100, /* how long a commit waits for workers that have not yet swapped */
    TELL_MS = 250,  /* between looks of the monitor */
    LAST_MS = 5000, /* after stop: how long the last commit may take */
};

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
    publisher->next_open_ms = now + PUBLISHER_REOPEN_MS;
    int rc = open_store(publisher);
    if (rc != KAIKU_OK) /* a server that cannot just now is as good as away */
        return publisher_trouble(publisher, rc == KAIKU_AGAIN ? KAIKU_AWAY : rc);
    if (publisher->figures.away)
        kaiku_info("redis is back");
    publisher_set_away(publisher, false);
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
    meters_shown(&publisher->meters, views.rounds_begun, views.rounds_done);
    publisher->figures.lag = views.lag;
    publisher->figures.margin_ms = views.margin_ms;
    publisher->figures.redis_share = publisher->pressure.share;
    publisher->figures.low_time_ms = views.low_time_ms;
    publisher->figures.high_time_ms = views.high_time_ms;
    publisher->figures.series_backlog = views.series_backlog;
    publisher->figures.live_members = views.live_members;
    publisher->figures.status = publisher->status;
    pthread_mutex_lock(&publisher->figures_lock);
    publisher->shown = publisher->figures;
    pthread_mutex_unlock(&publisher->figures_lock);
}

/* As it was before where it cannot be known just now. */
static int64_t assigned_lag(const struct kaiku_publisher *publisher)
{
    int64_t sum = 0;
    for (uint32_t p = 0; p < publisher->ledger.n; p++) {
        const struct ledger_line *line = &publisher->ledger.lines[p];
        int64_t lag = line->owner ? kaiku_views_lag(publisher->views, line->field) : 0;
        if (lag < 0)
            return publisher->figures.assigned_lag;
        sum += lag;
    }
    return sum;
}

/* Not with each turn: nobody asks so often. */
static void tell_monitor(struct kaiku_publisher *publisher, int64_t now)
{
    if (now < publisher->next_tell_ms)
        return;
    publisher->next_tell_ms = now + TELL_MS;
    publisher->figures.assigned_lag = assigned_lag(publisher);
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct kaiku_worker_figures figures;
        kaiku_worker_read_figures(publisher->lanes[i].worker, &figures);
        meters_show_worker(&publisher->meters, i, &figures);
    }
    meters_show(&publisher->meters, &publisher->figures);
    meters_show_readiness(&publisher->meters, &publisher->figures);
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
        meters_outage(&publisher->meters, METER_KAFKA);
    } else if (rc == KAIKU_OK && publisher->is_kafka_away) {
        kaiku_info("kafka is back");
    }
    publisher->is_kafka_away = rc == KAIKU_AWAY;
    publisher->figures.kafka_up = rc == KAIKU_OK;
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
static bool turn(struct kaiku_publisher *publisher, int64_t now)
{
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

void *publisher_run(void *context)
{
    struct kaiku_publisher *publisher = context;
    int64_t until = 0;
    while (publisher->status == KAIKU_OK) {
        int64_t now = kaiku_clock_monotonic_ms();
        kaiku_monitor_beat(publisher->options.thread);
        bool is_behind = turn(publisher, now);
        show_figures(publisher);
        tell_monitor(publisher, now);
        if (atomic_load(&publisher->stop)) {
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
        publisher_report_last(publisher, KAIKU_INCIDENT_stops);
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        kaiku_handover_close(publisher->lanes[i].handover);
    publisher->figures.ended = true;
    show_figures(publisher);
    publisher->next_tell_ms = 0;
    tell_monitor(publisher, 0);
    kaiku_monitor_rest(publisher->options.thread);
    return NULL;
}
