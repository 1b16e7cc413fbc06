#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEAST_PASSES = 7, QUICK_PART = 20 };

static uint32_t n_passes = LEAST_PASSES;
static bool quick;

static double clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double bench_thread_ns(void)
{
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

double bench_process_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

void *bench_alloc(size_t size)
{
    void *memory = calloc(1, size);

    bench_check(memory != NULL, "out of memory");
    return memory;
}

void bench_keep(uint64_t value)
{
    __asm__ volatile("" : : "r"(value));
}

uint32_t bench_size(uint32_t n)
{
    return quick ? n / QUICK_PART : n;
}

int bench_options(int argc, char **argv)
{
    int i = 1;

    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--quick") == 0)
            quick = true;
        else if (strcmp(argv[i], "--passes") == 0 && i + 1 < argc)
            n_passes = (uint32_t)strtoul(argv[++i], NULL, 10);
        else
            bench_check(false, "usage: micro [--quick] [--passes N] [SUBJECT...]");
    }
    bench_check(n_passes >= 1 && n_passes <= BENCH_MAX_PASSES, "1 to 99 passes");
    return i;
}

/* ---- results ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values)
{
    double sorted[BENCH_MAX_PASSES];

    memcpy(sorted, values, n_passes * sizeof *values);
    qsort(sorted, n_passes, sizeof *sorted, compare);
    return n_passes % 2 ? sorted[n_passes / 2]
                        : (sorted[n_passes / 2 - 1] + sorted[n_passes / 2]) / 2;
}

static double best(const double *values)
{
    double least = values[0];

    for (uint32_t i = 1; i < n_passes; i++)
        if (values[i] < least)
            least = values[i];
    return least;
}

/* Of the same passes: what slowed the machine down slowed both. */
static double median_ratio(const double *ours, const double *theirs)
{
    double ratios[BENCH_MAX_PASSES];

    for (uint32_t i = 0; i < n_passes; i++)
        ratios[i] = ours[i] / theirs[i];
    return median(ratios);
}

static uint32_t find(const struct bench_case *one, const char *name)
{
    for (uint32_t i = 0; one->contenders[i].pass; i++)
        if (one->contenders[i].name && strcmp(one->contenders[i].name, name) == 0)
            return i;
    bench_check(false, "no such baseline");
    return 0;
}

static void report(const struct bench_case *one, uint32_t i, double costs[][BENCH_MAX_PASSES])
{
    const struct bench_contender *contender = &one->contenders[i];

    printf("{\"bench\": \"%s\", \"case\": \"%s%s%s\", \"unit\": \"%s\", ", one->bench, one->name,
           contender->name ? "/" : "", contender->name ? contender->name : "", one->unit);
    printf("\"best\": %.4g, \"median\": %.4g, ", best(costs[i]), median(costs[i]));
    if (contender->baseline)
        printf("\"baseline\": \"%s\", \"ratio\": %.3g}\n", contender->baseline,
               median_ratio(costs[i], costs[find(one, contender->baseline)]));
    else
        printf("\"baseline\": null, \"ratio\": null}\n");
}

void bench_run(const struct bench_case *one)
{
    static double costs[BENCH_MAX_CONTENDERS][BENCH_MAX_PASSES];

    /* One pass more, not counted: caches, branch predictors and pages get warm. */
    for (uint32_t i = 0; one->contenders[i].pass; i++)
        (void)one->contenders[i].pass(one->context);
    for (uint32_t pass = 0; pass < n_passes; pass++)
        for (uint32_t i = 0; one->contenders[i].pass; i++)
            costs[i][pass] = one->contenders[i].pass(one->context);
    for (uint32_t i = 0; one->contenders[i].pass; i++)
        report(one, i, costs);
    fflush(stdout);
}

void bench_fact(const char *bench, const char *name, const char *unit, double value)
{
    printf("{\"bench\": \"%s\", \"case\": \"%s\", \"unit\": \"%s\", \"best\": %.4g, "
           "\"median\": %.4g, \"baseline\": null, \"ratio\": null}\n",
           bench, name, unit, value, value);
}
