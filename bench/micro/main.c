/* micro [--quick] [--passes N] [SUBJECT...]: what the parts of kaiku cost, each beside the plain
 * way to do it and beside a floor. See README.md. */
#include "bench.h"
#include "subjects.h"

#include <base/hash.h>

#include <stdio.h>
#include <string.h>

static const struct subject {
    const char *name;
    void (*run)(void);
} subjects[] = {
    {"decode", bench_decode},     {"path", bench_path},
    {"interner", bench_interner}, {"cells", bench_cells},
    {"handover", bench_handover}, {"projection", bench_projection},
    {"codec", bench_codec},       {"sketches", bench_sketches},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static const struct subject *find(const char *name)
{
    for (uint32_t i = 0; i < SUBJECTS; i++)
        if (strcmp(subjects[i].name, name) == 0)
            return &subjects[i];
    fprintf(stderr, "bench: no subject '%s'\n", name);
    bench_check(false, "decode, path, interner, cells, handover, projection, codec or sketches");
    return NULL;
}

int main(int argc, char **argv)
{
    int first = bench_options(argc, argv);

    kaiku_hash_seed();
    for (int i = first; i < argc; i++)
        find(argv[i])->run();
    for (uint32_t i = 0; i < SUBJECTS && first == argc; i++)
        subjects[i].run();
    return 0;
}
