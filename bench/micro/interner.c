/* Values to numbers: kaiku_interner_id, all values known. */
#include "bench.h"
#include "naive.h"
#include "subjects.h"

#include <aggregate/interner.h>
#include <common/random.h>

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 5000, LOOKUPS = 1 << 20, LIST_LOOKUPS = 1 << 13 };

struct scene {
    char names[MOST][16];
    struct kaiku_text texts[MOST];
    uint32_t n;
    uint16_t *lookups; /* what is looked for, in turn */
    struct kaiku_interner interner;
    struct naive_map map;
};

static double pass_kaiku(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < LOOKUPS; i++)
        sum += kaiku_interner_id(&scene->interner, scene->texts[scene->lookups[i]]);
    bench_keep(sum);
    return (bench_thread_ns() - begin) / LOOKUPS;
}

static double pass_map(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < LOOKUPS; i++) {
        const struct kaiku_text text = scene->texts[scene->lookups[i]];
        sum += *(uint32_t *)naive_map_get(&scene->map, text.data, text.size, sizeof(uint32_t));
    }
    bench_keep(sum);
    return (bench_thread_ns() - begin) / LOOKUPS;
}

static double pass_list(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < LIST_LOOKUPS; i++) {
        uint32_t id = 0;
        while (strcmp(scene->names[id], scene->names[scene->lookups[i]]) != 0)
            id++;
        sum += id;
    }
    bench_keep(sum);
    return (bench_thread_ns() - begin) / LIST_LOOKUPS;
}

static double pass_touch(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < LOOKUPS; i++)
        sum += (unsigned char)scene->texts[scene->lookups[i]].data[0];
    bench_keep(sum);
    return (bench_thread_ns() - begin) / LOOKUPS;
}

static void fill(struct scene *scene, uint32_t n)
{
    uint64_t random = 1;

    scene->n = n;
    bench_check(kaiku_interner_init(&scene->interner, n) == KAIKU_OK, "no interner");
    naive_map_init(&scene->map);
    for (uint32_t i = 0; i < n; i++) {
        int size = snprintf(scene->names[i], sizeof scene->names[i], "agent_%06u",
                            i * 7919 % 1000000);
        scene->texts[i] = (struct kaiku_text){scene->names[i], (size_t)size};
        uint32_t id = kaiku_interner_id(&scene->interner, scene->texts[i]);
        *(uint32_t *)naive_map_get(&scene->map, scene->names[i], (size_t)size, sizeof id) = id;
    }
    for (uint32_t i = 0; i < LOOKUPS; i++)
        scene->lookups[i] = (uint16_t)(bench_random(&random) % n);
}

static void run_case(struct scene *scene, uint32_t n, const char *name, const char *baseline)
{
    fill(scene, n);
    bench_run(&(struct bench_case){
        .bench = "interner",
        .name = name,
        .unit = "ns/lookup",
        .context = scene,
        .contenders = {{NULL, baseline, pass_kaiku},
                       {"list", NULL, pass_list},
                       {"map", NULL, pass_map},
                       {"touch", NULL, pass_touch}},
    });
    naive_map_release(&scene->map);
    kaiku_interner_release(&scene->interner);
}

void bench_interner(void)
{
    struct scene *scene = bench_alloc(sizeof *scene);

    scene->lookups = bench_alloc(LOOKUPS * sizeof *scene->lookups);
    run_case(scene, 16, "16 values", "list");
    run_case(scene, MOST, "5000 values", "map");
    free(scene->lookups);
    free(scene);
}
