/* Sketches, against keeping every value. */
#include "bench.h"
#include "naive.h"
#include "subjects.h"

#include <common/random.h>
#include <kaiku/bins.h>
#include <kaiku/histogram.h>
#include <kaiku/hyperloglog.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUES = 1 << 20,
    ANSWERS = 10000,
    SCALE = 11,
    CUSTOMERS = 100000,
    ID_SIZE = 10,
    REPEAT = 20,
};

struct scene {
    uint32_t n;
    double *waits;
    uint8_t *answers;
    char (*customers)[ID_SIZE];
    int64_t bins[SCALE], histogram[KAIKU_HISTOGRAM_BINS];
    uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS];
    double *kept; /* scratch of n values */
};

/* ---- exact bins: mean and standard deviation of so many answers ---- */

static double pass_bins(void *context)
{
    struct scene *scene = context;
    double sum = 0, begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++)
        sum += kaiku_bins_mean(scene->bins, 0, SCALE) + kaiku_bins_deviation(scene->bins, SCALE);
    bench_keep((uint64_t)sum);
    return (bench_thread_ns() - begin) / REPEAT;
}

static int compare_bytes(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

static double pass_answers(void *context)
{
    struct scene *scene = context;
    double total = 0, begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++) {
        double sum = 0, squares = 0;
        for (uint32_t i = 0; i < ANSWERS; i++)
            sum += scene->answers[i];
        for (uint32_t i = 0; i < ANSWERS; i++)
            squares += (scene->answers[i] - sum / ANSWERS) * (scene->answers[i] - sum / ANSWERS);
        total += sum / ANSWERS + sqrt(squares / (ANSWERS - 1));
    }
    bench_keep((uint64_t)total);
    return (bench_thread_ns() - begin) / REPEAT;
}

/* ---- exact bins: an answer more ---- */

static double pass_bins_insert(void *context)
{
    struct scene *scene = context;
    int64_t bins[SCALE] = {0};
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < ANSWERS; i++)
        bins[scene->answers[i]]++;
    __asm__ volatile("" : : "r"(bins) : "memory");
    return (bench_thread_ns() - begin) / ANSWERS;
}

/* A sorted array: all that a median needs. */
static double pass_sorted_answers(void *context)
{
    struct scene *scene = context;
    static uint8_t sorted[ANSWERS];
    double begin = bench_thread_ns();

    memcpy(sorted, scene->answers, ANSWERS);
    qsort(sorted, ANSWERS, 1, compare_bytes);
    bench_keep(sorted[ANSWERS / 2]);
    return (bench_thread_ns() - begin) / ANSWERS;
}

static double pass_add_answers(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < ANSWERS; i++)
        sum += scene->answers[i];
    bench_keep(sum);
    return (bench_thread_ns() - begin) / ANSWERS;
}

/* ---- exponential histogram ---- */

static double pass_insert(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->n; i++)
        scene->histogram[kaiku_histogram_index(scene->waits[i])]++;
    return (bench_thread_ns() - begin) / scene->n;
}

static double pass_insert_log2(void *context)
{
    struct scene *scene = context;
    static int64_t counts[KAIKU_HISTOGRAM_BINS];
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->n; i++) {
        double wait = scene->waits[i];
        int bin = wait < KAIKU_HISTOGRAM_LOWEST
                      ? 0
                      : (int)ceil(log2(wait) * 32) - KAIKU_HISTOGRAM_FIRST + 1;
        counts[bin]++;
    }
    __asm__ volatile("" : : "r"(counts) : "memory");
    return (bench_thread_ns() - begin) / scene->n;
}

static double pass_append(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    memcpy(scene->kept, scene->waits, scene->n * sizeof *scene->kept);
    __asm__ volatile("" : : "r"(scene->kept) : "memory");
    return (bench_thread_ns() - begin) / scene->n;
}

static double pass_quantiles(void *context)
{
    static const unsigned per_cent[] = {50, 90, 99};
    struct scene *scene = context;
    double out[3], sum = 0;
    int64_t n = 0;

    for (uint32_t i = 0; i < KAIKU_HISTOGRAM_BINS; i++)
        n += scene->histogram[i];
    double begin = bench_thread_ns();
    for (uint32_t r = 0; r < REPEAT; r++) {
        kaiku_histogram_quantiles(scene->histogram, 0, n, per_cent, 3, out);
        sum += out[0] + out[1] + out[2];
    }
    bench_keep((uint64_t)sum);
    return (bench_thread_ns() - begin) / REPEAT;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of a hundredth of the values that the histogram holds. */
static double pass_sort(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    memcpy(scene->kept, scene->waits, ANSWERS * sizeof *scene->kept);
    qsort(scene->kept, ANSWERS, sizeof *scene->kept, compare_doubles);
    bench_keep((uint64_t)(scene->kept[ANSWERS / 2] + scene->kept[ANSWERS / 10 * 9] +
                          scene->kept[ANSWERS / 100 * 99]));
    return bench_thread_ns() - begin;
}

static double pass_sum_counts(void *context)
{
    struct scene *scene = context;
    int64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t r = 0; r < REPEAT; r++) {
        for (uint32_t i = 0; i < KAIKU_HISTOGRAM_BINS; i++)
            sum += scene->histogram[i];
        __asm__ volatile("" : : : "memory");
    }
    bench_keep((uint64_t)sum);
    return (bench_thread_ns() - begin) / REPEAT;
}

/* ---- HyperLogLog ---- */

static const char *customer(const struct scene *scene, uint32_t i)
{
    return scene->customers[i % CUSTOMERS];
}

static double pass_hyperloglog(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->n; i++) {
        struct kaiku_hyperloglog_register place =
            kaiku_hyperloglog_place(kaiku_hyperloglog_hash(customer(scene, i), ID_SIZE));
        if (scene->registers[place.index] < place.rank)
            scene->registers[place.index] = place.rank;
    }
    return (bench_thread_ns() - begin) / scene->n;
}

static double pass_set(void *context)
{
    struct scene *scene = context;
    struct naive_map set;

    naive_map_init(&set);
    double begin = bench_thread_ns();
    for (uint32_t i = 0; i < scene->n; i++)
        (void)naive_map_get(&set, customer(scene, i), ID_SIZE, 0);
    double ns = bench_thread_ns() - begin;
    bench_check(set.count == (scene->n < CUSTOMERS ? scene->n : CUSTOMERS),
                "the set lost somebody");
    naive_map_release(&set);
    return ns / scene->n;
}

static double pass_read_ids(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->n; i++)
        sum += (unsigned char)customer(scene, i)[0];
    bench_keep(sum);
    return (bench_thread_ns() - begin) / scene->n;
}

/* ---- cases ---- */

static void fill(struct scene *scene)
{
    uint64_t random = 1;

    for (uint32_t i = 0; i < scene->n; i++)
        scene->waits[i] = (double)(bench_random(&random) % 60000) / 100;
    for (uint32_t i = 0; i < ANSWERS; i++)
        scene->bins[scene->answers[i] = (uint8_t)(bench_random(&random) % SCALE)]++;
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
        uint32_t rest = i * 7919u % 100000000;
        memcpy(scene->customers[i], "r-00000000", ID_SIZE);
        for (uint32_t at = ID_SIZE; at > 2; rest /= 10)
            scene->customers[i][--at] = (char)('0' + rest % 10);
    }
}

static void run_cases(struct scene *scene)
{
    bench_run(&(struct bench_case){
        "sketches", "bins, an answer", "ns/event", scene,
        {{NULL, "sorted array", pass_bins_insert}, {"sorted array", NULL, pass_sorted_answers},
         {"sum", NULL, pass_add_answers}}});
    bench_run(&(struct bench_case){
        "sketches", "bins, mean and deviation of 10000", "ns/evaluation", scene,
        {{NULL, "array", pass_bins}, {"array", NULL, pass_answers}}});
    bench_run(&(struct bench_case){
        "sketches", "histogram, a value", "ns/event", scene,
        {{NULL, "log2()", pass_insert},
         {"log2()", NULL, pass_insert_log2},
         {"append", NULL, pass_append}}});
    bench_run(&(struct bench_case){
        "sketches", "histogram, 3 quantiles", "ns/evaluation", scene,
        {{NULL, "sort of 10000", pass_quantiles}, {"sort of 10000", NULL, pass_sort},
         {"sum of counters", NULL, pass_sum_counts}}});
    bench_run(&(struct bench_case){
        "sketches", "hyperloglog, a value", "ns/event", scene,
        {{NULL, "set", pass_hyperloglog}, {"set", NULL, pass_set}, {"read", NULL, pass_read_ids}}});
}

void bench_sketches(void)
{
    struct scene *scene = bench_alloc(sizeof *scene);

    scene->n = bench_size(VALUES);
    scene->waits = bench_alloc(scene->n * sizeof *scene->waits);
    scene->kept = bench_alloc((scene->n < ANSWERS ? ANSWERS : scene->n) * sizeof *scene->kept);
    scene->answers = bench_alloc(ANSWERS);
    scene->customers = bench_alloc(CUSTOMERS * sizeof *scene->customers);
    fill(scene);
    run_cases(scene);
    free(scene->customers);
    free(scene->answers);
    free(scene->kept);
    free(scene->waits);
    free(scene);
}
