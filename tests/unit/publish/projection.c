/* Two deltas with cells of many pieces, projected, against plain additions of every single event. */
#include "projection.h"

#include "model_fixture.h"

#include <criterion/criterion.h>
#include <model/member.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { DELTAS = 2, EVENTS = 3000, VALUES = 5, SUMS = 1 << 15, SHARDS = 7 };

/* The night in which clocks go back in the model's zone, 2025-10-26 00:00 UTC. */
#define NIGHT_MS INT64_C(1761436800000)

struct sum {
    char key[160];
    int64_t n, bins; /* of the cell; bins: answers of the first histogram */
    bool is_visited;
};

static struct kaiku_model *model;
static struct kaiku_calendar *calendar;
static struct admission admission;
static struct admission_map map;
static struct kaiku_delta *deltas[DELTAS];
static struct projection_source sources[DELTAS];
static struct projection projection;
static struct sum *sums;
static uint32_t n_sums;
static bool none_expires;

static struct sum *find_sum(const char *key)
{
    uint32_t i = 5381;
    for (const char *p = key; *p; p++)
        i = i * 33 + (unsigned char)*p;
    for (i %= SUMS; sums[i].key[0] && strcmp(sums[i].key, key) != 0;)
        i = (i + 1) % SUMS;
    if (!sums[i].key[0]) {
        snprintf(sums[i].key, sizeof sums[i].key, "%s", key);
        n_sums++;
    }
    cr_assert_lt(n_sums, SUMS / 2);
    return &sums[i];
}

static void set_up(void)
{
    const struct kaiku_delta_limits limits = {.cells = 8192, .events = 100000};
    model = kaiku_fixture_contact();
    model->shards = SHARDS;
    cr_assert_eq(kaiku_calendar_create(model->time_zone, &calendar), KAIKU_OK);
    cr_assert_eq(admission_init(&admission, model, NULL), KAIKU_OK);
    for (uint32_t d = 0; d < model->n_dimensions; d++) {
        map.ids[d] = calloc(KAIKU_ID_FIRST + VALUES, sizeof *map.ids[d]);
        for (uint32_t i = 0; i < KAIKU_ID_FIRST + VALUES; i++) {
            char text[16];
            int size = snprintf(text, sizeof text, "v%u", i);
            map.ids[d][i] = i < KAIKU_ID_FIRST
                                ? i
                                : kaiku_interner_id(&admission.dimensions[d].admitted,
                                                    (struct kaiku_text){text, (size_t)size});
        }
    }
    for (uint32_t i = 0; i < DELTAS; i++) {
        cr_assert_eq(kaiku_delta_create(model, calendar, limits, &deltas[i]), KAIKU_OK);
        sources[i] = (struct projection_source){deltas[i], &map};
        memset(&deltas[i]->shards, 0xff, sizeof deltas[i]->shards);
    }
    cr_assert_eq(projection_init(&projection, model, &admission), KAIKU_OK);
    sums = calloc(SUMS, sizeof *sums);
    n_sums = 0;
}

static void tear_down(void)
{
    projection_release(&projection);
    for (uint32_t i = 0; i < DELTAS; i++)
        kaiku_delta_destroy(deltas[i]);
    admission_map_release(&map);
    admission_release(&admission);
    kaiku_calendar_destroy(calendar);
    kaiku_fixture_destroy(model);
    free(sums);
}

TestSuite(projection, .init = set_up, .fini = tear_down, .timeout = 60);

/* What the event adds, by the words of docs/redis.md: each grouping, each window not expired. */
static void add_plainly(uint32_t v, const uint32_t *ids, int64_t time_ms, uint32_t expired,
                        const struct kaiku_shards *shards)
{
    const struct kaiku_view *view = &model->views[v];
    for (uint32_t g = 0; g < view->n_groupings; g++) {
        struct kaiku_buffer member = {0};
        for (uint32_t i = 0; i < view->n_by; i++) {
            uint32_t id = view->groupings[g] >> i & 1 ? map.ids[view->by[i]][ids[i]] : KAIKU_ID_ALL;
            if (i > 0)
                kaiku_buffer_char(&member, '|');
            kaiku_buffer_text(&member, admission_text(&admission, view->by[i], id));
        }
        uint32_t shard = kaiku_member_shard(model, view, kaiku_buffer_as_text(&member));
        for (uint32_t w = 0; w < view->n_windows && kaiku_shards_has(shards, shard); w++) {
            char key[160];
            if (expired >> w & 1)
                continue;
            snprintf(key, sizeof key, "%u %u %" PRId64 " %u %.*s", v, w,
                     kaiku_calendar_window(calendar, &view->windows[w], time_ms).start, shard,
                     (int)member.size, member.data);
            struct sum *sum = find_sum(key);
            sum->n++;
            sum->bins += v + 1;
        }
        kaiku_buffer_release(&member);
    }
}

static void add_event(struct kaiku_delta *delta)
{
    int64_t time_ms = NIGHT_MS + rand() % 40 * 600000 + rand() % 2 * INT64_C(86400000) * 40;
    for (uint32_t v = 0; v < model->n_views; v++) {
        const struct kaiku_view *view = &model->views[v];
        struct kaiku_cells *cells = &delta->cells[v];
        uint32_t key[2 + KAIKU_MAX_BY] = {0};
        bool created;
        key[0] = kaiku_pieces_find(&delta->pieces[v], time_ms);
        key[1] = none_expires || rand() % 8 ? 0 : (uint32_t)rand() % (1u << view->n_windows);
        for (uint32_t i = 0; i < view->n_by; i++)
            key[2 + i] = KAIKU_ID_NONE + (uint32_t)rand() % (VALUES + 2);
        void *cell = kaiku_table_get(&cells->table, key, kaiku_table_hash(key, 2 + view->n_by),
                                     &created);
        kaiku_cell_counters(cell)[0]++;
        kaiku_cell_add_wide(cells, cell, 0, 100 + (uint32_t)rand() % 99, (int32_t)v + 1);
        add_plainly(v, key + 2, time_ms, key[1], &delta->shards);
    }
}

static int visit(void *context, const struct projected *projected)
{
    uint32_t *n = context;
    char key[160];
    struct kaiku_tally_walk walk;
    const union kaiku_page *page;
    uint32_t block;
    int64_t bins = 0;
    snprintf(key, sizeof key, "%u %u %" PRId64 " %u %.*s", projected->view, projected->window,
             projected->start_ms, projected->shard, (int)projected->member.size,
             projected->member.data);
    struct sum *sum = find_sum(key);
    kaiku_tally_walk_begin(&walk, projected->cells->pages, &projected->cells->shape,
                           kaiku_cell_tally(projected->cells, projected->cell));
    while ((page = kaiku_tally_walk_next(&walk, &block)))
        for (uint32_t i = 0; i < KAIKU_TALLY_COUNTERS; i++)
            bins += page->counters[i];
    cr_assert_not(sum->is_visited, "%s comes twice", key);
    cr_assert_eq(kaiku_cell_counters(projected->cell)[0], sum->n, "%s", key);
    cr_assert_eq(bins, sum->bins, "%s", key);
    sum->is_visited = true;
    ++*n;
    return KAIKU_OK;
}

static void project(uint32_t slices)
{
    uint32_t n = 0, expected = n_sums;
    for (uint32_t slice = 0; slice < slices; slice++)
        cr_assert_eq(projection_run(&projection, sources, DELTAS, slices, slice, visit, &n), KAIKU_OK);
    cr_assert_eq(n, expected);
}

Test(projection, adds_every_event_to_all_its_groupings_and_windows)
{
    srand(1);
    for (uint32_t e = 0; e < EVENTS; e++)
        add_event(deltas[rand() % DELTAS]);
    project(1);
}

Test(projection, windows_of_one_piece_are_whole)
{
    srand(6);
    none_expires = true;
    for (uint32_t e = 0; e < EVENTS; e++)
        add_event(deltas[rand() % DELTAS]);
    project(1);
}

Test(projection, slices_together_are_all_of_it)
{
    srand(2);
    for (uint32_t e = 0; e < EVENTS; e++)
        add_event(deltas[rand() % DELTAS]);
    project(4);
}

Test(projection, shards_that_are_ahead_take_nothing)
{
    srand(3);
    deltas[0]->shards.bits[0] = 5;
    for (uint32_t e = 0; e < EVENTS; e++)
        add_event(deltas[rand() % DELTAS]);
    project(1);
}

Test(projection, begins_anew_each_time)
{
    srand(4);
    for (uint32_t e = 0; e < EVENTS / 4; e++)
        add_event(deltas[rand() % DELTAS]);
    project(1);
    for (uint32_t i = 0; i < SUMS; i++)
        sums[i].is_visited = false;
    projection_forget(&projection);
    project(2);
}

static int refuse(void *context, const struct projected *projected)
{
    (void)projected;
    return --*(int *)context == 0 ? KAIKU_NOMEM : KAIKU_OK;
}

Test(projection, ends_where_a_visit_fails)
{
    int visits = 10;
    uint32_t n = 0;
    srand(5);
    for (uint32_t e = 0; e < EVENTS / 4; e++)
        add_event(deltas[rand() % DELTAS]);
    cr_assert_eq(projection_run(&projection, sources, DELTAS, 1, 0, refuse, &visits), KAIKU_NOMEM);
    cr_assert_eq(visits, 0);
    cr_assert_eq(projection_run(&projection, sources, DELTAS, 1, 0, visit, &n), KAIKU_OK);
    cr_assert_eq(n, n_sums);
}
