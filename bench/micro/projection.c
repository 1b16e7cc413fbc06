/* Base cells to every grouping and window of a cube, against adding each at once to all of them. */
#include "bench.h"
#include "fill.h"
#include "naive.h"
#include "subjects.h"
#include "world.h"

#include <projection.h>

struct scene {
    struct world world;
    struct filled filled;
    struct projection projection;
    uint32_t touched; /* cells that Redis would be sent */
};

static int visit(void *context, const struct projected *projected)
{
    uint64_t *sum = context;

    sum[0]++;
    sum[1] += (uint64_t)kaiku_cell_counters(projected->cell)[0];
    return KAIKU_OK;
}

static double pass_kaiku(void *context)
{
    struct scene *scene = context;
    const struct projection_source source = {scene->filled.delta, &scene->filled.map};
    uint64_t sum[2] = {0};
    double begin = bench_thread_ns();

    bench_check(projection_run(&scene->projection, &source, 1, 1, 0, visit, sum) == KAIKU_OK,
                "projection failed");
    scene->touched = (uint32_t)sum[0];
    bench_keep(sum[1]);
    return (bench_thread_ns() - begin) / (double)scene->touched;
}

/* ---- at once ---- */

struct naive_key {
    int64_t start_ms;
    uint32_t window, ids[2];
    uint32_t zero; /* no padding among what is hashed */
};

struct naive {
    struct naive_map map;
    struct kaiku_pages pages;
    struct kaiku_cells into; /* how cells look, no table */
};

static void add_to_all(const struct scene *scene, struct naive *naive, uint32_t n)
{
    const struct kaiku_view *view = &scene->world.model->views[0];
    const struct kaiku_delta *delta = scene->filled.delta;
    const uint32_t *key = kaiku_table_key(&delta->cells[0].table, n);
    const struct kaiku_piece *piece = kaiku_pieces_at(&delta->pieces[0], key[0]);
    size_t size = naive->into.sums_at + scene->world.model->n_sums * sizeof(__int128);

    for (uint32_t g = 0; g < view->n_groupings; g++)
        for (uint32_t w = 0; w < view->n_windows; w++) {
            struct naive_key at = {.start_ms = piece->window_start[w], .window = w};
            for (uint32_t i = 0; i < view->n_by; i++)
                at.ids[i] = view->groupings[g] >> i & 1 ? key[2 + i] : KAIKU_ID_ALL;
            void *cell = naive_map_get(&naive->map, &at, sizeof at, size);
            kaiku_cell_merge(&naive->into, cell, &delta->cells[0],
                             kaiku_table_at(&delta->cells[0].table, n));
        }
}

static uint64_t visit_all(const struct naive_map *map)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < map->n_buckets; i++)
        for (struct naive_entry *entry = map->buckets[i]; entry; entry = entry->next)
            sum += (uint64_t)*kaiku_cell_counters(entry->bytes + entry->value_at);
    return sum;
}

static double pass_naive(void *context)
{
    struct scene *scene = context;
    const struct kaiku_cells *cells = &scene->filled.delta->cells[0];
    struct naive naive = {.into = *cells};

    naive_map_init(&naive.map);
    bench_check(kaiku_pages_init(&naive.pages, PROJECTION_CELLS * KAIKU_PAGES_PER_CELL) == KAIKU_OK,
                "no pages");
    naive.into.pages = &naive.pages;
    double begin = bench_thread_ns();
    for (uint32_t n = 0; n < cells->table.count; n++)
        add_to_all(scene, &naive, n);
    bench_keep(visit_all(&naive.map));
    double ns = bench_thread_ns() - begin;

    bench_check(naive.map.count == scene->touched, "the naive way touches other cells");
    kaiku_pages_release(&naive.pages);
    naive_map_release(&naive.map);
    return ns / scene->touched;
}

/* What has to be read at least: every base cell, once. */
static double pass_touch(void *context)
{
    struct scene *scene = context;
    struct kaiku_cells *cells = &scene->filled.delta->cells[0];
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t n = 0; n < cells->table.count; n++) {
        void *cell = kaiku_table_at(&cells->table, n);
        sum += (uint64_t)kaiku_cell_counters(cell)[0] +
               cells->pages->page[kaiku_cell_tally(cells, cell)->page].words[0];
    }
    bench_keep(sum);
    return (bench_thread_ns() - begin) / scene->touched;
}

void bench_projection(void)
{
    const struct fill fill = {
        .channels = 8, .touchpoints = 400, .minutes = 10, .events = bench_size(100000)};
    struct scene scene = {0};

    world_init(&scene.world, "[1m, 1h, day]");
    fill_init(&scene.filled, &scene.world, &fill);
    int rc = projection_init(&scene.projection, scene.world.model, &scene.filled.admission);
    bench_check(rc == KAIKU_OK, "no projection");
    bench_run(&(struct bench_case){
        .bench = "projection",
        .name = "cube, 3 windows",
        .unit = "ns/cell",
        .context = &scene,
        .contenders = {{NULL, "naive", pass_kaiku},
                       {"naive", NULL, pass_naive},
                       {"touch", NULL, pass_touch}},
    });
    projection_release(&scene.projection);
    fill_release(&scene.filled);
    world_release(&scene.world);
}
