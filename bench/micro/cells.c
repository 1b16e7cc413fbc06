/* Answers to cells: three dense counters, a bin of a histogram and a sum, at random cells. Against
 * an array of structures whose place is known. */
#include "bench.h"
#include "naive.h"
#include "subjects.h"
#include "world.h"

#include <aggregate/cells.h>
#include <common/random.h>

#include <kaiku/histogram.h>

#include <stdlib.h>
#include <string.h>

enum { OPERATIONS = 1 << 20, CHUNK = 64, PAGES = 1 << 22, KEY_WORDS = 4, LINE = 64 };

struct plain_cell {
    int32_t n, nps[11], csat[5], wait[KAIKU_HISTOGRAM_BINS];
    __int128 wait_sum;
};

struct operation {
    uint32_t cell;
    uint16_t bin;
    uint8_t nps, csat;
    int64_t wait;
};

struct scene {
    struct world world;
    struct operation *operations;
    uint32_t n, n_operations;
    struct kaiku_pages pages;
    struct kaiku_cells cells;
    struct plain_cell *plain;
    int32_t *counters;
    uint32_t nps_at, csat_at;
};

static void make_key(uint32_t cell, uint32_t *key)
{
    key[0] = cell >> 12; /* piece */
    key[1] = 0;
    key[2] = cell & 7; /* channel */
    key[3] = cell >> 3 & 511;
}

static void add(struct scene *scene, const struct operation *operation, const uint32_t *key,
                uint32_t hash)
{
    struct kaiku_cells *cells = &scene->cells;
    bool created;
    void *cell = kaiku_table_get(&cells->table, key, hash, &created);
    int32_t *counters = kaiku_cell_counters(cell);

    counters[0]++;
    counters[scene->nps_at + operation->nps]++;
    counters[scene->csat_at + operation->csat]++;
    kaiku_cell_add_wide(cells, cell, 0, operation->bin, 1);
    kaiku_cell_sums(cells, cell)[0] += operation->wait;
}

static void clear(struct scene *scene)
{
    kaiku_table_clear(&scene->cells.table);
    kaiku_pages_clear(&scene->pages);
}

static double pass_one_by_one(void *context)
{
    struct scene *scene = context;
    uint32_t key[KEY_WORDS];

    clear(scene);
    double begin = bench_thread_ns();
    for (uint32_t i = 0; i < scene->n_operations; i++) {
        make_key(scene->operations[i].cell, key);
        add(scene, &scene->operations[i], key, kaiku_table_hash(key, KEY_WORDS));
    }
    return (bench_thread_ns() - begin) / scene->n_operations;
}

/* As workers do: aggregate/prepare.c. */
static void prefetch(const struct kaiku_cells *cells, const uint32_t *hashes)
{
    for (uint32_t i = 0; i < CHUNK; i++) {
        char *cell = kaiku_table_guess(&cells->table, hashes[i]);
        for (uint32_t at = 0; cell && at <= cells->sums_at; at += LINE)
            __builtin_prefetch(cell + at, 1);
    }
    for (uint32_t i = 0; i < CHUNK; i++) {
        void *cell = kaiku_table_guess(&cells->table, hashes[i]);
        const char *page =
            (const char *)&cells->pages->page[cell ? kaiku_cell_tally(cells, cell)->page : 0];
        __builtin_prefetch(page, 1);
        __builtin_prefetch(page + LINE, 1);
    }
}

static double pass_kaiku(void *context)
{
    struct scene *scene = context;
    uint32_t keys[CHUNK][KEY_WORDS], hashes[CHUNK];

    clear(scene);
    double begin = bench_thread_ns();
    for (uint32_t done = 0; done < scene->n_operations; done += CHUNK) {
        const struct operation *operations = scene->operations + done;
        for (uint32_t i = 0; i < CHUNK; i++) {
            make_key(operations[i].cell, keys[i]);
            hashes[i] = kaiku_table_hash(keys[i], KEY_WORDS);
            kaiku_table_prefetch(&scene->cells.table, hashes[i]);
        }
        prefetch(&scene->cells, hashes);
        for (uint32_t i = 0; i < CHUNK; i++)
            add(scene, &operations[i], keys[i], hashes[i]);
    }
    return (bench_thread_ns() - begin) / scene->n_operations;
}

static void add_plainly(struct plain_cell *cell, const struct operation *operation)
{
    cell->n++;
    cell->nps[operation->nps]++;
    cell->csat[operation->csat]++;
    cell->wait[operation->bin]++;
    cell->wait_sum += operation->wait;
}

static double pass_array(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->n_operations; i++)
        add_plainly(&scene->plain[scene->operations[i].cell], &scene->operations[i]);
    return (bench_thread_ns() - begin) / scene->n_operations;
}

/* The same array, behind a map from the key. */
static double pass_map(void *context)
{
    struct scene *scene = context;
    uint32_t key[KEY_WORDS], next = 0;
    struct naive_map map;

    naive_map_init(&map);
    double begin = bench_thread_ns();
    for (uint32_t i = 0; i < scene->n_operations; i++) {
        const struct operation *operation = &scene->operations[i];
        make_key(operation->cell, key);
        uint32_t *number = naive_map_get(&map, key, sizeof key, sizeof *number);
        if (*number == 0)
            *number = ++next;
        add_plainly(&scene->plain[*number - 1], operation);
    }
    double ns = bench_thread_ns() - begin;
    naive_map_release(&map);
    return ns / scene->n_operations;
}

static double pass_count(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->n_operations; i++)
        scene->counters[scene->operations[i].cell]++;
    return (bench_thread_ns() - begin) / scene->n_operations;
}

static void fill(struct scene *scene, uint32_t n)
{
    uint64_t random = 1;

    scene->n = n;
    for (uint32_t i = 0; i < scene->n_operations; i++) {
        uint64_t x = bench_random(&random);
        int64_t wait = (int64_t)(x >> 32) % 600000;
        scene->operations[i] = (struct operation){
            .cell = (uint32_t)(x % n),
            .bin = (uint16_t)kaiku_histogram_index((double)wait / 1000),
            .nps = (uint8_t)(x >> 40 & 7),
            .csat = (uint8_t)(x >> 50 & 3),
            .wait = wait,
        };
    }
    bench_check(kaiku_pages_init(&scene->pages, PAGES) == KAIKU_OK, "no pages");
    int rc = kaiku_cells_init(&scene->cells, scene->world.model, KEY_WORDS, n, &scene->pages);
    bench_check(rc == KAIKU_OK, "no cells");
    scene->plain = bench_alloc(n * sizeof *scene->plain);
    scene->counters = bench_alloc(n * sizeof *scene->counters);
}

static void run_case(struct scene *scene, uint32_t n, const char *name)
{
    fill(scene, n);
    bench_run(&(struct bench_case){
        .bench = "cells",
        .name = name,
        .unit = "ns/event",
        .context = scene,
        .contenders = {{NULL, "array", pass_kaiku},
                       {"one by one", "array", pass_one_by_one},
                       {"array", NULL, pass_array},
                       {"map", NULL, pass_map},
                       {"one counter", NULL, pass_count}},
    });
    free(scene->counters);
    free(scene->plain);
    kaiku_cells_release(&scene->cells);
    kaiku_pages_release(&scene->pages);
}

void bench_cells(void)
{
    struct scene scene = {.n_operations = bench_size(OPERATIONS) / CHUNK * CHUNK};

    world_init(&scene.world, "[1m]");
    scene.nps_at = scene.world.model->metrics[0].counter;
    scene.csat_at = scene.world.model->metrics[1].counter;
    scene.operations = bench_alloc(scene.n_operations * sizeof *scene.operations);
    run_case(&scene, 1000, "1000 cells");
    run_case(&scene, 100000, "100000 cells");
    free(scene.operations);
    world_release(&scene.world);
}
