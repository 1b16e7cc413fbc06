#include "fill.h"
#include "bench.h"

#include <common/random.h>
#include <kaiku/histogram.h>

#include <stdio.h>

enum { MINUTE_MS = 60000, CELLS = 1 << 17 };

#define BEGIN_MS INT64_C(1767225600000)

static void admit(struct filled *filled, uint32_t dimension, uint32_t values)
{
    uint32_t *ids = bench_alloc((KAIKU_ID_FIRST + values) * sizeof *ids);

    for (uint32_t id = 0; id < KAIKU_ID_FIRST + values; id++) {
        char text[16];
        int size = snprintf(text, sizeof text, "value_%04u", id);
        ids[id] = id < KAIKU_ID_FIRST
                      ? id
                      : kaiku_interner_id(&filled->admission.dimensions[dimension].admitted,
                                          (struct kaiku_text){text, (size_t)size});
    }
    filled->map.ids[dimension] = ids;
}

static void add_event(struct kaiku_delta *delta, const struct fill *fill, uint64_t *random)
{
    const struct kaiku_model *model = delta->model;
    struct kaiku_cells *cells = &delta->cells[0];
    uint64_t x = bench_random(random), y = bench_random(random);
    int64_t time_ms = BEGIN_MS + (int64_t)(x % fill->minutes) * MINUTE_MS;
    uint32_t key[] = {
        kaiku_pieces_find(&delta->pieces[0], time_ms), 0,
        KAIKU_ID_FIRST + (uint32_t)(x >> 16) % fill->channels,
        KAIKU_ID_FIRST + (uint32_t)(x >> 32) % fill->touchpoints};
    int64_t wait = (int64_t)(y >> 32) % 600000;
    bool created;
    void *cell = kaiku_table_get(&cells->table, key, kaiku_table_hash(key, 4), &created);

    kaiku_cell_counters(cell)[0]++;
    kaiku_cell_counters(cell)[model->metrics[0].counter + y % 11]++;
    kaiku_cell_counters(cell)[model->metrics[1].counter + (y >> 8) % 5]++;
    kaiku_cell_add_wide(cells, cell, 0, kaiku_histogram_index((double)wait / 1000), 1);
    kaiku_cell_sums(cells, cell)[0] += wait;
}

void fill_init(struct filled *filled, const struct world *world, const struct fill *fill)
{
    const struct kaiku_delta_limits limits = {.cells = CELLS, .events = 1 << 28};
    uint64_t random = 1;

    *filled = (struct filled){0};
    int rc = kaiku_delta_create(world->model, world->calendar, limits, &filled->delta);
    if (rc == KAIKU_OK)
        rc = admission_init(&filled->admission, world->model, NULL);
    bench_check(rc == KAIKU_OK, "out of memory");
    memset(&filled->delta->shards, 0xff, sizeof filled->delta->shards);
    admit(filled, world->model->views[0].by[0], fill->channels);
    admit(filled, world->model->views[0].by[1], fill->touchpoints);
    for (uint32_t i = 0; i < fill->events; i++)
        add_event(filled->delta, fill, &random);
}

void fill_release(struct filled *filled)
{
    kaiku_delta_destroy(filled->delta);
    admission_map_release(&filled->map);
    admission_release(&filled->admission);
}
