/* What every test of the store's views needs: a Redis, a model, an open store on prefix "k", and Redis'
 * answers as one line of text. */
#ifndef UNIT_STORE_WORLD_H
#define UNIT_STORE_WORLD_H

#include "shard.h"

#include <model/digest.h>
#include <model/layout.h>
#include <model/member.h>
#include <support/model_fixture.h>
#include <support/redis_fixture.h>

#include <criterion/criterion.h>

#include <stdarg.h>
#include <stdio.h>

struct world {
    struct redis_fixture redis;
    struct kaiku_model *model;
    struct kaiku_store *store;
    struct kaiku_buffer answer;
};

static struct world world;

static inline void open_store(void)
{
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_OK, "%s", kaiku_store_error(world.store));
}

static inline void add_metric(struct kaiku_model *model, const char *name, enum kaiku_kind kind,
                              const char *pointer)
{
    struct kaiku_metric *metric = &model->metrics[model->n_metrics++];

    snprintf(metric->name, sizeof metric->name, "%s", name);
    metric->kind = kind;
    metric->pointer = (int32_t)kaiku_fixture_pointer(model, pointer);
    kaiku_layout_assign(model);
    cr_assert_eq(kaiku_digest_model(model), KAIKU_OK);
}

/* One shard, so that tests can name its keys; a unique metric besides those of the fixture. */
static inline struct kaiku_model *world_model(void)
{
    struct kaiku_model *model = kaiku_fixture_contact();

    model->shards = 1;
    add_metric(model, "people", KAIKU_UNIQUE, "/person");
    return model;
}

static inline void world_set_up(void)
{
    struct kaiku_store_options options;

    redis_fixture_start(&world.redis, NULL);
    world.model = world_model();
    options = redis_fixture_options(&world.redis, "k");
    cr_assert_eq(kaiku_store_create(&options, world.model, &world.store), KAIKU_OK);
    open_store();
}

static inline void world_tear_down(void)
{
    kaiku_store_destroy(world.store);
    kaiku_fixture_destroy(world.model);
    kaiku_buffer_release(&world.answer);
    redis_fixture_stop(&world.redis);
}

static inline void append_answer(const redisReply *reply)
{
    if (reply->type == REDIS_REPLY_ARRAY) {
        for (size_t i = 0; i < reply->elements; i++)
            append_answer(reply->element[i]);
        return;
    }
    if (world.answer.size)
        kaiku_buffer_char(&world.answer, ' ');
    if (reply->type == REDIS_REPLY_INTEGER)
        kaiku_buffer_integer(&world.answer, reply->integer);
    else if (reply->type == REDIS_REPLY_NIL)
        kaiku_buffer_string(&world.answer, "nil");
    else
        kaiku_buffer_text(&world.answer, store_reply_text(reply));
}

/* Sends one command of words parted by blanks; its answer flattened, words parted by blanks. */
static inline const char *redis(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline const char *redis(const char *format, ...)
{
    char line[1024], *words[64], *rest = line;
    va_list arguments;
    redisReply *reply;
    int n = 0;

    va_start(arguments, format);
    cr_assert_lt(vsnprintf(line, sizeof line, format, arguments), (int)sizeof line);
    va_end(arguments);
    for (char *word; (word = strsep(&rest, " ")) && n < 64; n++)
        words[n] = word;
    reply = redisCommandArgv(world.redis.control, n, (const char **)words, NULL);
    cr_assert(reply);
    kaiku_buffer_clear(&world.answer);
    append_answer(reply);
    freeReplyObject(reply);
    return kaiku_buffer_cstring(&world.answer);
}

/* name, value, name, value: words parted by blanks, borrowed until eight more were made. */
static inline struct kaiku_fields fields(const char *line)
{
    static struct kaiku_text texts[8][64];
    static uint32_t next;
    struct kaiku_fields made = {.texts = texts[next % 8]};

    for (; *line; made.n++) {
        size_t size = strcspn(line, " ");
        texts[next % 8][made.n] = (struct kaiku_text){line, size};
        line += size + (line[size] == ' ');
    }
    next++;
    return made;
}

static inline void assert_ok(int status)
{
    cr_assert_eq(status, KAIKU_OK, "%s", kaiku_store_error(world.store));
}

static inline struct kaiku_version at(int64_t applied)
{
    return (struct kaiku_version){1, applied};
}

/* One series, as most tests put them. */
static inline int put_series(struct kaiku_store *store, const char *key, struct kaiku_version version,
                             const struct kaiku_entry *entries, uint32_t n, bool *done)
{
    struct kaiku_series series = {.key = key, .entries = entries, .n = n};
    int status = kaiku_store_put_series(store, version, &series, 1);

    *done = series.done;
    return status;
}

#endif
