#include "world.h"

#include <kaiku/cell.h>
#include <model/digest.h>
#include <model/layout.h>
#include <model/member.h>

#include <stdio.h>
#include <stdlib.h>

static void create_views(struct world *world)
{
    struct kaiku_views_options options = {
        .model = world->model,
        .calendar = world->calendar,
        .store = world->store,
        .prefix = "kaiku",
        .every_ms = 1000,
        .keeps_minutes = true,
    };

    cr_assert_eq(kaiku_views_create(&options, &world->views), KAIKU_OK);
}

void world_start(struct world *world, void (*prepare)(struct kaiku_model *model))
{
    const char *fields[] = {"t:0", "t:1", "t:2", "t:3"};
    const int64_t offsets[4] = {0};
    struct kaiku_store_options options;

    *world = (struct world){.now_ms = 1000000};
    world->model = kaiku_fixture_contact();
    world->model->shards = SHARDS;
    if (prepare)
        prepare(world->model);
    kaiku_layout_assign(world->model);
    cr_assert_eq(kaiku_digest_model(world->model), KAIKU_OK);
    cr_assert_eq(kaiku_calendar_create(world->model->time_zone, &world->calendar), KAIKU_OK);
    redis_fixture_start(&world->redis, NULL);
    options = redis_fixture_options(&world->redis, "kaiku");
    cr_assert_eq(kaiku_store_create(&options, world->model, &world->store), KAIKU_OK);
    cr_assert_eq(kaiku_store_open(world->store), KAIKU_OK, "%s", kaiku_store_error(world->store));
    cr_assert_eq(kaiku_store_begin(world->store, fields, offsets, 4), KAIKU_OK);
    create_views(world);
}

void world_stop(struct world *world)
{
    kaiku_views_destroy(world->views);
    kaiku_store_destroy(world->store);
    redis_fixture_stop(&world->redis);
    kaiku_calendar_destroy(world->calendar);
    kaiku_fixture_destroy(world->model);
}

void world_restart(struct world *world)
{
    kaiku_views_destroy(world->views);
    create_views(world);
}

/* ---- commits ---- */

static int64_t start_of(const struct world *world, const struct change *change)
{
    return kaiku_calendar_window(world->calendar, &world->model->views[0].windows[change->window],
                                 change->at_ms)
        .start;
}

static void add_cell(struct world *world, struct kaiku_commit *commit, const struct change *change)
{
    int64_t counters[KAIKU_BLOCK] = {0};
    char cell[KAIKU_CHUNK_MAX];
    size_t size;

    counters[0] = change->count;
    counters[world->model->metrics[0].counter + (uint32_t)change->nps] = change->count;
    size = kaiku_cell_put_block(0, counters, cell);
    kaiku_commit_window(commit, 0, change->window, start_of(world, change));
    kaiku_commit_cell(commit, kaiku_text_of(change->member), (struct kaiku_text){cell, size});
}

struct kaiku_commit *world_begin(struct world *world, uint32_t shard)
{
    struct kaiku_position next = {.next = world->steps[shard]++};
    char from[KAIKU_POSITION_MAX], to[KAIKU_POSITION_MAX];
    struct kaiku_commit *commit;

    cr_assert_eq(kaiku_commit_create(world->store, shard, &commit), KAIKU_OK);
    kaiku_position_format(&next, from);
    next.next++;
    kaiku_position_format(&next, to);
    kaiku_commit_move(commit, "t:3", from, to);
    return commit;
}

void world_apply(struct world *world, struct kaiku_commit *commit)
{
    cr_assert_eq(kaiku_commit_finish(commit, kaiku_views_tip(world->views, INT64_MIN)), KAIKU_OK);
    cr_assert_eq(kaiku_store_commit(world->store, &commit, 1), KAIKU_OK, "%s",
                 kaiku_store_error(world->store));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_APPLIED, "%s",
                 kaiku_store_error(world->store));
    kaiku_commit_destroy(commit);
}

static void commit_shard(struct world *world, uint32_t shard, uint32_t partition, int64_t high_ms,
                         const struct change *changes, uint32_t n)
{
    struct kaiku_position next = world->positions[partition];
    char field[16], from[KAIKU_POSITION_MAX], to[KAIKU_POSITION_MAX];
    struct kaiku_commit *commit;

    cr_assert_eq(kaiku_commit_create(world->store, shard, &commit), KAIKU_OK);
    snprintf(field, sizeof(field), "t:%u", partition);
    kaiku_position_format(&next, from);
    next.next += n > 0 ? n : 1;
    next.high_ms = high_ms;
    kaiku_position_format(&next, to);
    kaiku_commit_move(commit, field, from, to);
    for (uint32_t i = 0; i < n; i++)
        if (kaiku_member_shard(world->model, &world->model->views[0],
                               kaiku_text_of(changes[i].member)) == shard)
            add_cell(world, commit, &changes[i]);
    world_apply(world, commit);
}

void world_commit_silently(struct world *world, uint32_t partition, int64_t high_ms,
                           const struct change *changes, uint32_t n)
{
    for (uint32_t shard = 0; shard < world->model->shards; shard++)
        commit_shard(world, shard, partition, high_ms, changes, n);
    world->positions[partition].next += n > 0 ? n : 1;
    world->positions[partition].high_ms = high_ms;
}

void world_commit(struct world *world, uint32_t partition, int64_t high_ms,
                  const struct change *changes, uint32_t n)
{
    world_commit_silently(world, partition, high_ms, changes, n);
    for (uint32_t i = 0; i < n; i++)
        cr_assert_eq(kaiku_views_touch(world->views, 0, changes[i].window,
                                       start_of(world, &changes[i]),
                                       kaiku_text_of(changes[i].member)),
                     KAIKU_OK);
}

void world_count(struct world *world, const char *name, int64_t add)
{
    struct kaiku_commit *commit;

    commit = world_begin(world, 0);
    kaiku_commit_total(commit, name, add);
    world_apply(world, commit);
}

/* ---- time ---- */

void world_tick(struct world *world)
{
    world->now_ms += 1000;
    /* A tick's work is bounded, and a slow machine may need several for it. */
    for (int i = 0; i < 100; i++, world->now_ms++)
        cr_assert_eq(kaiku_views_tick(world->views, world->now_ms, true), KAIKU_OK, "%s",
                     kaiku_store_error(world->store));
}

void world_settle(struct world *world)
{
    cr_assert_eq(kaiku_views_settle(world->views), KAIKU_OK, "%s", kaiku_store_error(world->store));
}

/* ---- what readers see ---- */

void world_check_now(struct world *world, const char *key, const char *field, const char *expected)
{
    char value[256];

    redis_fixture_text(&world->redis, value, sizeof(value), "HGET %s %s", key, field);
    cr_assert_str_eq(value, expected, "%s: %s = '%s', expected '%s'", key, field, value, expected);
}

void world_check_entry(struct world *world, const char *key, const char *id, const char *field,
                       const char *expected)
{
    redisReply *reply = redis_fixture_command(&world->redis, "XRANGE %s %s %s", key, id, id);
    const redisReply *texts;
    const char *value = NULL;

    cr_assert_eq(reply->elements, 1, "%s has no entry %s", key, id);
    texts = reply->element[0]->element[1];
    for (size_t i = 0; i + 1 < texts->elements; i += 2)
        if (strcmp(texts->element[i]->str, field) == 0)
            value = texts->element[i + 1]->str;
    cr_assert(value && strcmp(value, expected) == 0, "%s %s: %s = '%s', expected '%s'", key, id,
              field, value ? value : "(none)", expected);
    freeReplyObject(reply);
}

bool world_has(struct world *world, const char *key)
{
    return redis_fixture_integer(&world->redis, "EXISTS %s", key) == 1;
}

long long world_length(struct world *world, const char *key)
{
    return redis_fixture_integer(&world->redis, "XLEN %s", key);
}
