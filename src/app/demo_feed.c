#include "demo_feed.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "pace.h"
#include "sink.h"

enum {
    ERROR_SIZE = 256,
    HISTORY_MS = 30 * 60000,
    HISTORY_EVENTS = 18000, /* well below what the partitions of the mock cluster keep */
    BATCH = 1000,
    SLEEP_MS = 10,
};

struct app_demo_feed {
    pthread_t thread;
    bool is_running;
    atomic_bool stop;
    struct app_generator *generator;
    struct app_sink sink;
    uint64_t rate;
    int status; /* the thread's, until it is joined */
};

static int send(struct app_demo_feed *feed, int64_t time_ms)
{
    struct app_generated event;

    app_generator_set_time(feed->generator, time_ms);
    app_generator_next(feed->generator, &event);
    return app_sink_send(&feed->sink, &event);
}

static int send_history(struct app_demo_feed *feed)
{
    int64_t begin_ms = kaiku_clock_wall_ms() - HISTORY_MS;
    int status = KAIKU_OK;

    for (int64_t i = 0; i < HISTORY_EVENTS && status == KAIKU_OK; i++)
        status = send(feed, begin_ms + i * HISTORY_MS / HISTORY_EVENTS);
    return status == KAIKU_OK ? app_sink_flush(&feed->sink) : status;
}

static int send_live(struct app_demo_feed *feed)
{
    struct app_pace pace;
    int status = KAIKU_OK;

    app_pace_init(&pace, feed->rate);
    /* The flag carries nothing but itself, so it needs no ordering. */
    while (status == KAIKU_OK && !atomic_load_explicit(&feed->stop, memory_order_relaxed)) {
        uint64_t due = app_pace_due(&pace, BATCH);
        int64_t now_ms = kaiku_clock_wall_ms();

        if (due == 0)
            poll(NULL, 0, SLEEP_MS);
        for (; due > 0 && status == KAIKU_OK; due--) {
            status = send(feed, now_ms);
            pace.done++;
        }
    }
    return status == KAIKU_OK ? app_sink_flush(&feed->sink) : status;
}

static void *run(void *context)
{
    struct app_demo_feed *feed = context;

    feed->status = send_live(feed);
    return NULL;
}

int app_demo_feed_create(const char *brokers, const char *topic, struct app_demo_feed **out,
                         char *error)
{
    struct app_generator_options options;
    struct app_demo_feed *feed = calloc(1, sizeof(*feed));
    int status;

    if (!feed) {
        snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
        return KAIKU_NOMEM;
    }
    app_generator_defaults(&options);
    options.per_day = 0;
    options.seed = (uint64_t)kaiku_clock_wall_ms();
    status = app_generator_create(&options, &feed->generator);
    if (status == KAIKU_OK)
        status = app_sink_init_topic(&feed->sink, brokers, topic);
    if (status == KAIKU_OK)
        status = send_history(feed);
    if (status == KAIKU_OK) {
        *out = feed;
        return KAIKU_OK;
    }
    snprintf(error, ERROR_SIZE, "%s",
             feed->sink.error[0] ? feed->sink.error : kaiku_status_text(status));
    app_demo_feed_destroy(feed);
    return status;
}

int app_demo_feed_start(struct app_demo_feed *feed, uint64_t rate)
{
    feed->rate = rate;
    feed->is_running = pthread_create(&feed->thread, NULL, run, feed) == 0;
    return feed->is_running ? KAIKU_OK : KAIKU_NOMEM;
}

int app_demo_feed_stop(struct app_demo_feed *feed, char *error)
{
    if (!feed->is_running)
        return KAIKU_OK;
    atomic_store_explicit(&feed->stop, true, memory_order_relaxed);
    pthread_join(feed->thread, NULL);
    feed->is_running = false;
    if (feed->status == KAIKU_OK || feed->status == KAIKU_STOPPED)
        return KAIKU_OK;
    snprintf(error, ERROR_SIZE, "%s", feed->sink.error);
    return feed->status;
}

void app_demo_feed_destroy(struct app_demo_feed *feed)
{
    if (!feed)
        return;
    app_sink_release(&feed->sink);
    app_generator_destroy(feed->generator);
    free(feed);
}
