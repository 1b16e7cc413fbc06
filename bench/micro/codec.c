/* Cells to bytes and back, against all counters as 64-bit numbers. */
#include "bench.h"
#include "fill.h"
#include "subjects.h"
#include "world.h"

#include <kaiku/cell.h>

#include <stdlib.h>

enum { REPEAT = 4 };

/* Of the shared model: n, two scales, one histogram, one sum. */
struct plain_cell {
    int32_t dense[32], wide[KAIKU_HISTOGRAM_BINS];
    __int128 sum;
};

struct scene {
    struct filled filled;
    struct kaiku_cells *cells;
    uint32_t n, n_dense;
    struct plain_cell *plain;
    struct kaiku_buffer encoded, plain_encoded; /* all cells, one after the other */
    size_t *ends;                               /* of the encoded ones */
};

static double pass_encode(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++) {
        kaiku_buffer_clear(&scene->encoded);
        for (uint32_t n = 0; n < scene->n; n++) {
            kaiku_cell_encode(scene->cells, kaiku_table_at(&scene->cells->table, n),
                              &scene->encoded);
            scene->ends[n] = scene->encoded.size;
        }
    }
    return (bench_thread_ns() - begin) / ((double)scene->n * REPEAT);
}

static void append_wide(struct kaiku_buffer *out, const int32_t *counters, uint32_t n)
{
    int64_t *to = (int64_t *)(void *)kaiku_buffer_reserve(out, n * sizeof *to);

    for (uint32_t i = 0; to && i < n; i++)
        to[i] = counters[i];
    out->size += n * sizeof *to;
}

static double pass_plain_encode(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++) {
        kaiku_buffer_clear(&scene->plain_encoded);
        for (uint32_t n = 0; n < scene->n; n++) {
            const struct plain_cell *cell = &scene->plain[n];
            append_wide(&scene->plain_encoded, cell->dense, scene->n_dense);
            append_wide(&scene->plain_encoded, cell->wide, KAIKU_HISTOGRAM_BINS);
            kaiku_buffer_append(&scene->plain_encoded, &cell->sum, sizeof cell->sum);
        }
    }
    return (bench_thread_ns() - begin) / ((double)scene->n * REPEAT);
}

static double pass_copy(void *context)
{
    struct scene *scene = context;
    char *copy = bench_alloc(scene->encoded.size + 1);
    double begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++) {
        memcpy(copy, scene->encoded.data, scene->encoded.size);
        __asm__ volatile("" : : "r"(copy) : "memory");
    }
    double ns = bench_thread_ns() - begin;
    free(copy);
    return ns / ((double)scene->n * REPEAT);
}

/* Adds all counters of all cells up, as a reader does. */
static double pass_decode(void *context)
{
    struct scene *scene = context;
    struct kaiku_cell_chunk chunk;
    int64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++) {
        size_t first = 0;
        for (uint32_t n = 0; n < scene->n; first = scene->ends[n++]) {
            size_t position = 0;
            while (kaiku_cell_next(scene->encoded.data + first, scene->ends[n] - first, &position,
                                   &chunk) == KAIKU_OK)
                for (uint32_t i = 0; i < KAIKU_BLOCK && !(chunk.id & KAIKU_SUM_BLOCK); i++)
                    sum += chunk.counters[i];
        }
    }
    bench_keep((uint64_t)sum);
    return (bench_thread_ns() - begin) / ((double)scene->n * REPEAT);
}

static double pass_plain_decode(void *context)
{
    struct scene *scene = context;
    uint32_t counters = scene->n_dense + KAIKU_HISTOGRAM_BINS;
    size_t size = counters * sizeof(int64_t) + sizeof(__int128);
    int64_t sum = 0, value;
    double begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++)
        for (uint32_t n = 0; n < scene->n; n++)
            for (uint32_t i = 0; i < counters; i++) {
                memcpy(&value, scene->plain_encoded.data + n * size + i * sizeof value,
                       sizeof value);
                sum += value;
            }
    bench_keep((uint64_t)sum);
    return (bench_thread_ns() - begin) / ((double)scene->n * REPEAT);
}

/* ---- cases ---- */

static void make_plain(struct scene *scene)
{
    for (uint32_t n = 0; n < scene->n; n++) {
        void *cell = kaiku_table_at(&scene->cells->table, n);
        struct kaiku_tally_walk walk;
        const union kaiku_page *page;
        uint32_t block;
        memcpy(scene->plain[n].dense, kaiku_cell_counters(cell), scene->n_dense * sizeof(int32_t));
        scene->plain[n].sum = kaiku_cell_sums(scene->cells, cell)[0];
        kaiku_tally_walk_begin(&walk, scene->cells->pages, &scene->cells->shape,
                               kaiku_cell_tally(scene->cells, cell));
        while ((page = kaiku_tally_walk_next(&walk, &block))) {
            uint32_t begin = block * KAIKU_BLOCK;
            for (uint32_t i = 0; i < KAIKU_BLOCK && begin + i < KAIKU_HISTOGRAM_BINS; i++)
                scene->plain[n].wide[begin + i] = page->counters[i];
        }
    }
}

static void run_cases(struct scene *scene, const char *encode, const char *decode, const char *size)
{
    bench_run(&(struct bench_case){
        "codec", encode, "ns/cell", scene,
        {{NULL, "64-bit", pass_encode},
         {"64-bit", NULL, pass_plain_encode},
         {"memcpy", NULL, pass_copy}}});
    bench_run(&(struct bench_case){
        "codec", decode, "ns/cell", scene,
        {{NULL, "64-bit", pass_decode},
         {"64-bit", NULL, pass_plain_decode},
         {"memcpy", NULL, pass_copy}}});
    bench_fact("codec", size, "bytes/cell", (double)scene->encoded.size / scene->n);
}

static void with_cells(const struct world *world, const struct fill *fill, const char *encode,
                       const char *decode, const char *size)
{
    struct scene scene = {0};

    fill_init(&scene.filled, world, fill);
    scene.cells = &scene.filled.delta->cells[0];
    scene.n = scene.cells->table.count;
    scene.n_dense = world->model->n_counters;
    bench_check(scene.n_dense <= sizeof scene.plain->dense / sizeof *scene.plain->dense,
                "too many counters");
    scene.plain = bench_alloc(scene.n * sizeof *scene.plain);
    scene.ends = bench_alloc(scene.n * sizeof *scene.ends);
    make_plain(&scene);
    run_cases(&scene, encode, decode, size);
    kaiku_buffer_release(&scene.encoded);
    kaiku_buffer_release(&scene.plain_encoded);
    free(scene.ends);
    free(scene.plain);
    fill_release(&scene.filled);
}

void bench_codec(void)
{
    const struct fill few = {.channels = 8, .touchpoints = 400, .minutes = 1, .events = 10000};
    const struct fill many = {.channels = 8, .touchpoints = 50, .minutes = 1, .events = 800000};
    struct world world;

    world_init(&world, "[1m]");
    with_cells(&world, &few, "encode, 3 events a cell", "decode, 3 events a cell",
               "size, 3 events a cell");
    with_cells(&world, &many, "encode, 2000 events a cell", "decode, 2000 events a cell",
               "size, 2000 events a cell");
    world_release(&world);
}
