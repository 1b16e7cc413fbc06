#include "desk.h"

#include <base/clock.h>

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    AWAY_MS = 1000,
    TIMEOUT_MS = 2000, /* at most, whatever the publisher is given: somebody waits here */
};

/* First in, first out. */
struct queue {
    struct http_task *first, **end;
};

struct http_desk {
    struct kaiku_store_options redis;
    struct http_api api;
    struct kaiku_bell *bell;
    pthread_t thread;
    bool is_running;
    /* of the desk's thread */
    int64_t away_until_ms;
    bool has_answered; /* Redis, over the connection that is open */
    /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct queue waiting, answered;
    bool stops;
};

static void queue_init(struct queue *queue)
{
    queue->first = NULL;
    queue->end = &queue->first;
}

static void queue_put(struct queue *queue, struct http_task *task)
{
    task->next = NULL;
    *queue->end = task;
    queue->end = &task->next;
}

static struct http_task *queue_take(struct queue *queue)
{
    struct http_task *task = queue->first;

    if (task)
        queue->first = task->next;
    if (!queue->first)
        queue->end = &queue->first;
    return task;
}

int http_desk_create(const struct kaiku_model *model, const struct kaiku_store_options *redis,
                     struct kaiku_bell *bell, struct http_desk **out)
{
    struct http_desk *desk = calloc(1, sizeof(*desk));

    if (!desk)
        return KAIKU_NOMEM;
    desk->redis = *redis;
    if (desk->redis.timeout_ms > TIMEOUT_MS)
        desk->redis.timeout_ms = TIMEOUT_MS;
    desk->bell = bell;
    desk->api = (struct http_api){.model = model, .prefix = redis->prefix};
    if (kaiku_view_reader_create(&desk->redis, &desk->api.reader) != KAIKU_OK) {
        free(desk);
        return KAIKU_NOMEM;
    }
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->given, NULL);
    queue_init(&desk->waiting);
    queue_init(&desk->answered);
    *out = desk;
    return KAIKU_OK;
}

void http_desk_destroy(struct http_desk *desk)
{
    if (!desk)
        return;
    kaiku_view_reader_destroy(desk->api.reader);
    pthread_cond_destroy(&desk->given);
    pthread_mutex_destroy(&desk->lock);
    free(desk);
}

static int ask(struct http_desk *desk, struct http_task *task)
{
    task->answer.status = 0;
    return task->route->endpoint(&desk->api, &task->query, &task->answer);
}

/* A connection that served before may have been closed by Redis since: that is no failure yet. */
static void answer(struct http_desk *desk, struct http_task *task)
{
    int status = KAIKU_AWAY;

    if (kaiku_clock_monotonic_ms() >= desk->away_until_ms) {
        status = ask(desk, task);
        if (status == KAIKU_AWAY && desk->has_answered)
            status = ask(desk, task);
        desk->has_answered = status != KAIKU_AWAY;
        if (status == KAIKU_AWAY)
            desk->away_until_ms = kaiku_clock_monotonic_ms() + AWAY_MS;
    }
    if (status == KAIKU_NOMEM)
        http_problem(&task->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "%s", kaiku_status_text(status));
    else if (status != KAIKU_OK)
        http_problem(&task->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "redis gives no answer: %s",
                     kaiku_view_reader_error(desk->api.reader));
}

static void *work(void *context)
{
    struct http_desk *desk = context;
    struct http_task *task;

    pthread_mutex_lock(&desk->lock);
    for (;;) {
        while (!(task = queue_take(&desk->waiting)) && !desk->stops)
            pthread_cond_wait(&desk->given, &desk->lock);
        if (!task)
            break;
        pthread_mutex_unlock(&desk->lock);
        answer(desk, task);
        pthread_mutex_lock(&desk->lock);
        queue_put(&desk->answered, task);
        kaiku_bell_ring(desk->bell);
    }
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

int http_desk_start(struct http_desk *desk)
{
    desk->is_running = pthread_create(&desk->thread, NULL, work, desk) == 0;
    return desk->is_running ? KAIKU_OK : KAIKU_AGAIN;
}

void http_desk_give(struct http_desk *desk, struct http_task *task)
{
    pthread_mutex_lock(&desk->lock);
    queue_put(&desk->waiting, task);
    pthread_cond_signal(&desk->given);
    pthread_mutex_unlock(&desk->lock);
}

struct http_task *http_desk_take(struct http_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    struct http_task *task = queue_take(&desk->answered);
    pthread_mutex_unlock(&desk->lock);
    return task;
}

void http_desk_stop(struct http_desk *desk)
{
    if (!desk->is_running)
        return;
    pthread_mutex_lock(&desk->lock);
    desk->stops = true;
    pthread_cond_signal(&desk->given);
    pthread_mutex_unlock(&desk->lock);
    pthread_join(desk->thread, NULL);
    desk->is_running = false;
}
