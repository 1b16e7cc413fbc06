/* A Redis, a model and views on them: tests commit answers and look at what readers would see. */
#ifndef PUBLISH_WORLD_H
#define PUBLISH_WORLD_H

#include "views_private.h"

#include "model_fixture.h"
#include "redis_fixture.h"

#include <criterion/criterion.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
/* 2020-09-13 12:00:00 UTC, 15:00 in the model's zone */
#define NOON_MS INT64_C(1599998400000)

enum { SHARDS = 3 };

/* Windows of view contact, in the model's order. */
enum { PER_MINUTE, PER_HOUR, PER_DAY, PER_MONTH };

struct world {
    struct redis_fixture redis;
    struct kaiku_model *model;
    struct kaiku_calendar *calendar;
    struct kaiku_store *store;
    struct kaiku_views *views;
    int64_t now_ms; /* of ticks */
    struct kaiku_position positions[3]; /* of partitions "t:0" .. */
    int64_t steps[SHARDS];              /* next of partition "t:3", by shard */
};

/* Answers that change one cell of view contact: the window that holds at_ms. */
struct change {
    uint32_t window;
    int64_t at_ms;
    const char *member;
    int nps;       /* all of this score */
    int64_t count; /* negative: retracted */
};

/* prepare may change the model before it is laid out; NULL where not. */
void world_start(struct world *world, void (*prepare)(struct kaiku_model *model));
void world_stop(struct world *world);
/* Forgets all and begins with new views, as another instance would. */
void world_restart(struct world *world);

/* Commits n changes, each a record of the partition, whose highest time is high_ms then. */
void world_commit(struct world *world, uint32_t partition, int64_t high_ms,
                  const struct change *changes, uint32_t n);
/* The same without telling the views: the instance that did it has gone. */
void world_commit_silently(struct world *world, uint32_t partition, int64_t high_ms,
                           const struct change *changes, uint32_t n);
/* A commit of one shard, of a record of partition "t:3" without a time, and its application. */
struct kaiku_commit *world_begin(struct world *world, uint32_t shard);
void world_apply(struct world *world, struct kaiku_commit *commit);
/* Adds to a counter of trust. */
void world_count(struct world *world, const char *name, int64_t add);

/* A second passes, and as many ticks as it takes. */
void world_tick(struct world *world);
void world_settle(struct world *world);

/* "kaiku:KIND:contact:WINDOW:MEMBER" must hold this field, or an entry of this id with it. */
void world_check_now(struct world *world, const char *key, const char *field, const char *expected);
void world_check_entry(struct world *world, const char *key, const char *id, const char *field,
                       const char *expected);
bool world_has(struct world *world, const char *key);
/* How many entries a stream has. */
long long world_length(struct world *world, const char *key);

#endif
