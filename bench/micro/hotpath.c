/* hotpath avx2|sse2: the way of 20,000 events from records to encoded cells, for callgrind.py to
 * count instructions in hot_apply and hot_publish. Prints what was done, and what else the counts
 * depend on. Exit code 77: the processor does not have these instructions.
 *
 * One thread does all of it. */
#include "single.h"

#include <decoder.h>
#include <projection.h>

#include <common/random.h>

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>

enum { EVENTS = 20000, WARM = 2000, OTHER_PROCESSOR = 77 };

struct rig {
    struct single single;
    struct admission admission;
    struct admission_map map;
    struct projection projection;
    struct kaiku_buffer encoded;
    uint64_t cells, bytes; /* of what would be sent */
};

/* In the place of the system's: kaiku_hash_seed draws its secret from here, so every run probes its
 * tables alike. Hashing itself is the product's, with a secret as random as any other. */
ssize_t getrandom(void *buffer, size_t size, unsigned flags)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

    (void)flags;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)buffer)[i] = (unsigned char)(bench_random(&state) >> 32);
    return (ssize_t)size;
}

/* The decoder takes what the processor at hand has; counts are compared with those of others. */
static bool keep_to(struct marks *marks, const char *instructions)
{
    marks->mark = NULL;
#ifdef __x86_64__
    if (strcmp(instructions, "sse2") == 0)
        marks->mark = marks_mark_sse2;
    else if (strcmp(instructions, "avx2") == 0 && __builtin_cpu_supports("avx2"))
        marks->mark = marks_mark_avx2;
#else
    (void)instructions;
#endif
    return marks->mark != NULL;
}

/* ---- what is counted ---- */

__attribute__((noipa)) static void hot_apply(struct single *single,
                                             const struct kaiku_batch *batch)
{
    single_apply(single, batch);
}

static int encode(void *context, const struct projected *projected)
{
    struct rig *rig = context;

    kaiku_buffer_clear(&rig->encoded);
    kaiku_cell_encode(projected->cells, projected->cell, &rig->encoded);
    rig->cells++;
    rig->bytes += rig->encoded.size;
    return KAIKU_OK;
}

__attribute__((noipa)) static void hot_publish(struct rig *rig,
                                               const struct projection_source *source)
{
    int rc = projection_run(&rig->projection, source, 1, 1, 0, encode, rig);
    single_check(rc == KAIKU_OK, "no projection");
}

static void apply_all(struct rig *rig)
{
    struct single *single = &rig->single;
    struct kaiku_batch batch;

    single_apply_first(single, WARM);
    single_admit_values(single);
    while (single_next(single, &batch)) {
        hot_apply(single, &batch);
        kaiku_source_release(single->source, &batch);
    }
    single_check(single->worker->delta->totals[KAIKU_TOTAL_counted] == WARM + EVENTS,
                 "not all events were counted");
}

/* ---- its delta ---- */

static void admit_all(struct rig *rig)
{
    const struct kaiku_delta *delta = rig->single.worker->delta;

    single_check(admission_init(&rig->admission, rig->single.world.model, NULL) == KAIKU_OK, "out of memory");
    for (uint32_t d = 0; d < rig->single.world.model->n_dimensions; d++) {
        const struct kaiku_interner *interner = &delta->interners[d];
        uint32_t *ids = calloc(interner->count, sizeof *ids);
        single_check(ids != NULL, "out of memory");
        struct kaiku_interner *admitted = &rig->admission.dimensions[d].admitted;
        for (uint32_t id = 0; id < interner->count; id++)
            ids[id] = id < KAIKU_ID_FIRST
                          ? id
                          : kaiku_interner_id(admitted, kaiku_interner_text(interner, id));
        rig->map.ids[d] = ids;
    }
}

static void publish_all(struct rig *rig)
{
    const struct projection_source source = {rig->single.worker->delta, &rig->map};

    admit_all(rig);
    single_check(projection_init(&rig->projection, rig->single.world.model, &rig->admission) == KAIKU_OK,
          "out of memory");
    hot_publish(rig, &source);
}

static void print_facts(const struct rig *rig)
{
    bool optimised = false;
    struct utsname system;

#if defined(__OPTIMIZE__) && defined(NDEBUG)
    optimised = true;
#endif
    uname(&system);
    printf("{\"events\": %d, \"cells\": %llu, \"bytes\": %llu, \"compiler\": \"%s\", "
           "\"libc\": \"%s\", \"machine\": \"%s\", \"optimised\": %s}\n",
           EVENTS, (unsigned long long)rig->cells, (unsigned long long)rig->bytes, __VERSION__,
           gnu_get_libc_version(), system.machine, optimised ? "true" : "false");
}

int main(int argc, char **argv)
{
    struct rig rig = {0};

    single_check(argc == 2, "usage: hotpath avx2|sse2");
    single_open(&rig.single, false, WARM + EVENTS);
    if (!keep_to(&rig.single.worker->decoder->json.marks, argv[1]))
        return OTHER_PROCESSOR;
    apply_all(&rig);
    publish_all(&rig);
    print_facts(&rig);
    projection_release(&rig.projection);
    admission_map_release(&rig.map);
    admission_release(&rig.admission);
    kaiku_buffer_release(&rig.encoded);
    single_close(&rig.single);
    return 0;
}
