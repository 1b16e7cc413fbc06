#include "fields.h"

#include <kaiku/bins.h>
#include <kaiku/interval.h>
#include <model/layout.h>
#include <model/member.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What follows a metric's name. */
#define SUFFIX_TABLE(X)                                                                            \
    X(VALUE, "")                                                                                   \
    X(LO, "_lo")                                                                                   \
    X(HI, "_hi")                                                                                   \
    X(N, "_n")                                                                                     \
    X(MEAN, "_mean")                                                                               \
    X(SD, "_sd")                                                                                   \
    X(PROMOTERS, "_promoters")                                                                     \
    X(PASSIVES, "_passives")                                                                       \
    X(DETRACTORS, "_detractors")                                                                   \
    X(P50, "_p50")                                                                                 \
    X(P90, "_p90")                                                                                 \
    X(P95, "_p95")                                                                                 \
    X(P99, "_p99")                                                                                 \
    X(TARGET, "_target")                                                                           \
    X(GAP, "_gap")                                                                                 \
    X(NEEDED, "_needed")                                                                           \
    X(STATUS, "_status")

enum suffix {
#define X(name, text) SUFFIX_##name,
    SUFFIX_TABLE(X)
#undef X
    SUFFIXES
};

enum {
    FIELD_NAME_MAX = KAIKU_MAX_NAME + sizeof("_detractors"),
    TARGET_FIELDS = 4,
};

/* More answers than any log holds: beyond it a counter stands in damaged cells only. Times the largest step of
 * a scale, a million, it fits into 64 bits. */
static const int64_t COUNTER_MAX = INT64_C(1) << 42;

struct fields_names {
    struct kaiku_text texts[SUFFIXES];
    char bytes[SUFFIXES][FIELD_NAME_MAX];
};

static void name_metric(struct fields_names *names, const char *metric)
{
    static const char *const suffixes[] = {
#define X(name, text) text,
        SUFFIX_TABLE(X)
#undef X
    };

    for (size_t s = 0; s < SUFFIXES; s++) {
        int size = snprintf(names->bytes[s], FIELD_NAME_MAX, "%s%s", metric, suffixes[s]);
        names->texts[s] = (struct kaiku_text){names->bytes[s], (size_t)size};
    }
}

static void mark_targets(struct fields *fields)
{
    for (uint32_t v = 0; v < fields->model->n_views; v++) {
        const struct kaiku_view *view = &fields->model->views[v];
        for (uint32_t t = 0; t < view->n_targets; t++)
            fields->targeted[v][view->targets[t].window] |= UINT64_C(1) << view->targets[t].metric;
    }
}

static uint32_t count_most(const struct kaiku_model *model)
{
    static const uint32_t of_kind[] = {
        [KAIKU_NPS] = 7,   [KAIKU_TOP_BOX] = 5, [KAIKU_MEAN] = 5,      [KAIKU_RATE] = 4,
        [KAIKU_COUNT] = 1, [KAIKU_SUM] = 3,     [KAIKU_QUANTILES] = 6, [KAIKU_UNIQUE] = 1,
        [KAIKU_RATIO] = 4,
    };
    uint32_t most = 1;

    for (uint32_t m = 0; m < model->n_metrics; m++)
        most += of_kind[model->metrics[m].kind] + TARGET_FIELDS;
    return most;
}

int fields_init(struct fields *fields, const struct kaiku_model *model)
{
    *fields = (struct fields){.model = model, .most = count_most(model)};
    fields->n_counters = (size_t)kaiku_layout_wide_block(model->n_wide) * KAIKU_BLOCK;
    fields->names = calloc(model->n_metrics + 1, sizeof(*fields->names));
    fields->counters = calloc(fields->n_counters, sizeof(*fields->counters));
    fields->sums = calloc(model->n_sums + 1, sizeof(*fields->sums));
    if (!fields->names || !fields->counters || !fields->sums) {
        fields_release(fields);
        return KAIKU_NOMEM;
    }
    for (uint32_t m = 0; m < model->n_metrics; m++)
        name_metric(&fields->names[m], model->metrics[m].name);
    mark_targets(fields);
    return KAIKU_OK;
}

void fields_release(struct fields *fields)
{
    free(fields->names);
    free(fields->counters);
    free(fields->sums);
    *fields = (struct fields){0};
}

/* ---- reading a cell ---- */

int fields_read_n(struct kaiku_text cell, int64_t *n)
{
    struct kaiku_cell_chunk chunk;
    size_t position = 0;
    int status = kaiku_cell_next(cell.data, cell.size, &position, &chunk);

    *n = status == KAIKU_OK && chunk.id == 0 ? chunk.counters[0] : 0;
    return status == KAIKU_END ? KAIKU_OK : status;
}

/* Histograms are long and mostly empty: what is not zero is worth remembering. */
static void widen_span(struct fields *fields, uint32_t block)
{
    uint32_t wide = block - KAIKU_DENSE_BLOCKS;
    struct fields_span *span;
    uint32_t first;

    if (block < KAIKU_DENSE_BLOCKS)
        return;
    span = &fields->spans[wide / KAIKU_WIDE_BLOCKS];
    first = wide % KAIKU_WIDE_BLOCKS * KAIKU_BLOCK;
    if (span->end == 0)
        span->first = first; /* chunks ascend */
    span->end = first + KAIKU_BLOCK;
}

static int take_chunk(struct fields *fields, const struct kaiku_cell_chunk *chunk)
{
    if (chunk->id & KAIKU_SUM_BLOCK) {
        uint32_t sum = chunk->id & ~(uint32_t)KAIKU_SUM_BLOCK;
        if (sum >= fields->model->n_sums)
            return KAIKU_INVALID;
        fields->sums[sum] = chunk->sum;
        fields->is_empty &= chunk->sum == 0;
        return KAIKU_OK;
    }
    size_t first = (size_t)chunk->id * KAIKU_BLOCK;
    uint64_t bits = 0; /* of all counters, negative ones turned over */
    if (first >= fields->n_counters ||
        (chunk->id >= kaiku_layout_dense_blocks(fields->model) && chunk->id < KAIKU_DENSE_BLOCKS))
        return KAIKU_INVALID;
    widen_span(fields, chunk->id);
    for (size_t i = 0; i < KAIKU_BLOCK; i++) {
        fields->counters[first + i] = chunk->counters[i];
        fields->is_empty &= chunk->counters[i] == 0;
        bits |= (uint64_t)(chunk->counters[i] ^ (chunk->counters[i] >> 63));
    }
    return bits < (uint64_t)COUNTER_MAX ? KAIKU_OK : KAIKU_INVALID;
}

/* Only what the last cell left is not zero already. */
static void clear(struct fields *fields)
{
    const struct kaiku_model *model = fields->model;
    size_t dense = kaiku_layout_dense_blocks(model) * KAIKU_BLOCK;

    memset(fields->counters, 0, dense * sizeof(*fields->counters));
    for (uint32_t w = 0; w < model->n_wide; w++) {
        struct fields_span span = fields->spans[w];
        int64_t *counters = fields->counters + (size_t)kaiku_layout_wide_block(w) * KAIKU_BLOCK;
        memset(counters + span.first, 0, (span.end - span.first) * sizeof(*counters));
    }
    memset(fields->spans, 0, model->n_wide * sizeof(*fields->spans));
    memset(fields->sums, 0, model->n_sums * sizeof(*fields->sums));
    fields->is_empty = true;
}

int fields_read(struct fields *fields, struct kaiku_text cell)
{
    struct kaiku_cell_chunk chunk;
    size_t position = 0;
    int status = KAIKU_OK;

    clear(fields);
    while (status == KAIKU_OK) {
        status = kaiku_cell_next(cell.data, cell.size, &position, &chunk);
        if (status == KAIKU_OK)
            status = take_chunk(fields, &chunk);
    }
    return status == KAIKU_END ? KAIKU_OK : status;
}

/* ---- one metric ---- */

/* A metric of the cell on its way to its fields. */
struct item {
    const struct fields *fields;
    const struct kaiku_metric *metric;
    const struct kaiku_text *names; /* by suffix */
    const int64_t *counters;        /* its own, zeros where it does not show */
    int64_t n;                      /* answers, what `_n` shows */
    bool shows;                     /* enough answers, and no counter negative */
    /* The value as a target sees it: total / n, where one answer adds worst..best. */
    int64_t total, worst, best;
    struct run *run;
};

static const int64_t *wide_counters(const struct fields *fields, const struct kaiku_metric *metric)
{
    return fields->counters +
           (size_t)kaiku_layout_wide_block((uint32_t)metric->wide) * KAIKU_BLOCK;
}

static int64_t count_of(const struct fields *fields, uint32_t metric)
{
    return fields->counters[fields->model->metrics[metric].counter];
}

static struct item open_item(const struct fields *fields, uint32_t m, int64_t min_n,
                             struct run *run)
{
    static const int64_t none[KAIKU_HISTOGRAM_BINS];
    const struct kaiku_metric *metric = &fields->model->metrics[m];
    struct item item = {
        .fields = fields,
        .metric = metric,
        .names = fields->names[m].texts,
        .counters = fields->counters + metric->counter,
        .run = run,
    };
    bool is_valid;

    if (metric->kind == KAIKU_RATIO) {
        item.n = count_of(fields, metric->over);
        is_valid = count_of(fields, metric->of) >= 0;
    } else {
        struct fields_span span = {0, metric->counters};
        if (metric->kind == KAIKU_QUANTILES) {
            item.counters = wide_counters(fields, metric);
            span = fields->spans[metric->wide];
        }
        item.n = kaiku_bins_total(item.counters + span.first, span.end - span.first);
        is_valid = kaiku_bins_valid(item.counters + span.first, span.end - span.first);
    }
    item.shows = is_valid && item.n > 0 && item.n >= min_n && item.n < COUNTER_MAX;
    if (!item.shows)
        item.counters = none; /* sums of what is not shown might not fit */
    return item;
}

static void put_real(const struct item *item, enum suffix suffix, long double value)
{
    run_real(item->run, item->names[suffix], item->shows ? value : NAN);
}

static void put_interval(const struct item *item, struct kaiku_interval interval)
{
    put_real(item, SUFFIX_LO, interval.low);
    put_real(item, SUFFIX_HI, interval.high);
    run_integer(item->run, item->names[SUFFIX_N], item->n);
}

static void put_class(const struct item *item, enum suffix suffix, int64_t count)
{
    if (item->shows)
        run_integer(item->run, item->names[suffix], count);
    else
        run_text(item->run, item->names[suffix], KAIKU_TEXT("nan"));
}

static void put_nps(struct item *item)
{
    int64_t promoters = kaiku_bins_between(item->counters, 0, item->metric->counters, 9, 10);
    int64_t detractors = kaiku_bins_between(item->counters, 0, item->metric->counters, 0, 6);

    item->total = 100 * (promoters - detractors);
    item->worst = -100;
    item->best = 100;
    put_real(item, SUFFIX_VALUE, (long double)item->total / item->n);
    put_interval(item, kaiku_interval_nps(promoters, detractors, item->n));
    put_class(item, SUFFIX_PROMOTERS, promoters);
    put_class(item, SUFFIX_PASSIVES, item->n - promoters - detractors);
    put_class(item, SUFFIX_DETRACTORS, detractors);
}

/* top_box, rate and ratio */
static void put_share(struct item *item, int64_t hits)
{
    item->total = 100 * hits;
    item->worst = 0;
    item->best = 100;
    put_real(item, SUFFIX_VALUE, (long double)item->total / item->n);
    put_interval(item, kaiku_interval_wilson(hits, item->n));
}

static void put_top_box(struct item *item)
{
    const struct kaiku_metric *metric = item->metric;

    put_share(item, kaiku_bins_between(item->counters, metric->low, metric->counters,
                                       metric->top_low, metric->top_high));
    put_real(item, SUFFIX_MEAN, kaiku_bins_mean(item->counters, metric->low, metric->counters));
}

static void put_mean(struct item *item)
{
    const struct kaiku_metric *metric = item->metric;
    double deviation = kaiku_bins_deviation(item->counters, metric->counters);
    double mean = kaiku_bins_mean(item->counters, metric->low, metric->counters);

    item->total = kaiku_bins_sum(item->counters, metric->low, metric->counters);
    item->worst = metric->low;
    item->best = metric->high;
    put_real(item, SUFFIX_VALUE, (long double)item->total / item->n);
    put_interval(item, kaiku_interval_mean(mean, deviation, item->n));
    put_real(item, SUFFIX_SD, deviation);
}

/* A sum in its unit: sums count in 10^-decimals. */
static long double scaled_sum(const struct item *item, unsigned decimals)
{
    long double sum = (long double)item->fields->sums[item->metric->sum];

    while (decimals-- > 0)
        sum /= 10;
    return sum;
}

static void put_sum(struct item *item)
{
    const struct kaiku_metric *metric = item->metric;

    if (item->shows)
        run_decimal(item->run, item->names[SUFFIX_VALUE], item->fields->sums[metric->sum],
                    metric->decimals);
    else
        run_text(item->run, item->names[SUFFIX_VALUE], KAIKU_TEXT("nan"));
    run_integer(item->run, item->names[SUFFIX_N], item->n);
    put_real(item, SUFFIX_MEAN, scaled_sum(item, metric->decimals) / item->n);
}

static void put_quantiles(struct item *item)
{
    static const enum suffix suffixes[] = {SUFFIX_P50, SUFFIX_P90, SUFFIX_P95, SUFFIX_P99};
    static const unsigned per_cent[] = {50, 90, 95, 99};
    enum { SHOWN = sizeof(suffixes) / sizeof(*suffixes) };
    double values[SHOWN];

    kaiku_histogram_quantiles(item->counters, item->fields->spans[item->metric->wide].first,
                              item->shows ? item->n : 0, per_cent, SHOWN, values);
    for (size_t i = 0; i < SHOWN; i++)
        put_real(item, suffixes[i], values[i]);
    put_real(item, SUFFIX_MEAN, scaled_sum(item, 3) / item->n);
    run_integer(item->run, item->names[SUFFIX_N], item->n);
}

static void put_metric(struct item *item, const int64_t *unique)
{
    const struct kaiku_metric *metric = item->metric;

    switch (metric->kind) {
    case KAIKU_NPS:
        put_nps(item);
        break;
    case KAIKU_TOP_BOX:
        put_top_box(item);
        break;
    case KAIKU_MEAN:
        put_mean(item);
        break;
    case KAIKU_RATE:
        put_share(item, item->counters[1]);
        break;
    case KAIKU_RATIO:
        put_share(item, count_of(item->fields, metric->of));
        break;
    case KAIKU_COUNT:
        run_integer(item->run, item->names[SUFFIX_VALUE], item->n);
        break;
    case KAIKU_SUM:
        put_sum(item);
        break;
    case KAIKU_QUANTILES:
        put_quantiles(item);
        break;
    case KAIKU_UNIQUE:
        run_integer(item->run, item->names[SUFFIX_VALUE],
                    item->fields->is_empty ? 0 : unique[metric->unique]);
        break;
    }
}

/* ---- targets ---- */

static void put_target(const struct item *item, const struct kaiku_target *target)
{
    struct kaiku_target_result result = {NAN, NAN, NAN, KAIKU_TARGET_NONE};

    if (target)
        result = kaiku_target_evaluate(target->goal, item->total, item->shows ? item->n : 0,
                                       item->worst, item->best);
    run_real(item->run, item->names[SUFFIX_TARGET], result.target);
    run_real(item->run, item->names[SUFFIX_GAP], result.gap);
    run_real(item->run, item->names[SUFFIX_NEEDED], result.needed);
    run_text(item->run, item->names[SUFFIX_STATUS],
             kaiku_text_of(kaiku_target_status_text(result.status)));
}

void fields_put(const struct fields *fields, uint32_t view, uint32_t window,
                struct kaiku_text member, const int64_t *unique, struct run *run)
{
    const struct kaiku_model *model = fields->model;
    const struct kaiku_view *of = &model->views[view];

    run_integer(run, KAIKU_TEXT("n"), fields->counters[0]);
    for (uint32_t m = 0; m < model->n_metrics; m++) {
        struct item item = open_item(fields, m, of->min_n, run);
        put_metric(&item, unique);
        if (fields->targeted[view][window] >> m & 1)
            put_target(&item, kaiku_member_target(of, window, m, member));
    }
}
