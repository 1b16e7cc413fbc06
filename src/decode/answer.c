#include "answer.h"

#include <kaiku/histogram.h>
#include <kaiku/hyperloglog.h>

static const enum kaiku_reason GOOD = KAIKU_REASONS;

/* A status of number.h as a reason. */
static enum kaiku_reason reason_of(int status)
{
    if (status == KAIKU_OK)
        return GOOD;
    return status == KAIKU_FULL ? KAIKU_OUT_OF_SCALE : KAIKU_BAD_METRIC;
}

static enum kaiku_reason read_integer(enum kaiku_json_kind kind, const struct kaiku_number *value,
                                      int32_t low, int32_t high, struct kaiku_answer *out)
{
    int status;

    if (kind != KAIKU_JSON_NUMBER)
        return KAIKU_BAD_METRIC;
    status = kaiku_number_scaled(value, 0, &out->value);
    if (status != KAIKU_OK)
        return reason_of(status);
    if (out->value < low || out->value > high)
        return KAIKU_OUT_OF_SCALE;
    out->bin = (uint32_t)(out->value - low);
    return GOOD;
}

/* nps, top_box, mean */
static enum kaiku_reason read_step(const struct kaiku_metric *metric,
                                   const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                   const struct kaiku_number *value, struct kaiku_answer *out)
{
    (void)limit;
    return read_integer(kind, value, metric->low, metric->high, out);
}

static enum kaiku_reason read_sum(const struct kaiku_metric *metric,
                                  const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                  const struct kaiku_number *value, struct kaiku_answer *out)
{
    const int64_t most = INT64_C(1000000000000) * kaiku_powers_of_ten[metric->decimals];
    int status;

    (void)limit;
    if (kind != KAIKU_JSON_NUMBER)
        return KAIKU_BAD_METRIC;
    status = kaiku_number_scaled(value, metric->decimals, &out->value);
    if (status != KAIKU_OK)
        return reason_of(status);
    if (out->value > most || out->value < -most)
        return KAIKU_OUT_OF_SCALE;
    out->bin = 0;
    return GOOD;
}

static enum kaiku_reason read_quantity(const struct kaiku_metric *metric,
                                       const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                       const struct kaiku_number *value, struct kaiku_answer *out)
{
    static const int64_t end = INT64_C(10000000000000); /* 1e9 in ten thousandths */
    int64_t floor;

    (void)metric;
    (void)limit;
    if (kind != KAIKU_JSON_NUMBER || kaiku_number_floor(value, 4, &floor) != KAIKU_OK)
        return KAIKU_BAD_METRIC;
    if (floor < 0 || floor >= end)
        return KAIKU_OUT_OF_SCALE;
    out->value = (floor + 5) / 10; /* the next digit alone decides how thousandths are rounded */
    out->bin = kaiku_histogram_index(kaiku_number_double(value));
    return GOOD;
}

static enum kaiku_reason answer_with(bool yes, struct kaiku_answer *out)
{
    *out = (struct kaiku_answer){.value = yes, .bin = yes};
    return GOOD;
}

static enum kaiku_reason read_rate(const struct kaiku_metric *metric,
                                   const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                   const struct kaiku_number *value, struct kaiku_answer *out)
{
    (void)metric;
    (void)limit;
    if (kind == KAIKU_JSON_TRUE || kind == KAIKU_JSON_FALSE)
        return answer_with(kind == KAIKU_JSON_TRUE, out);
    return read_integer(kind, value, 0, 1, out);
}

static enum kaiku_reason read_rate_when(const struct kaiku_metric *metric,
                                        const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                        const struct kaiku_number *value, struct kaiku_answer *out)
{
    bool holds;

    (void)metric;
    if (kind != KAIKU_JSON_NUMBER || kaiku_number_holds(value, limit, &holds) != KAIKU_OK)
        return KAIKU_BAD_METRIC;
    return answer_with(holds, out);
}

static enum kaiku_reason read_rate_in(const struct kaiku_metric *metric,
                                      const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                      const struct kaiku_number *value, struct kaiku_answer *out)
{
    bool found = false;

    (void)limit;
    if (kind != KAIKU_JSON_TEXT)
        return KAIKU_BAD_METRIC;
    for (uint32_t i = 0; i < metric->n_among && !found; i++)
        found = kaiku_text_equal(metric->among[i], value->text);
    return answer_with(found, out);
}

static enum kaiku_reason read_unique(const struct kaiku_metric *metric,
                                     const struct kaiku_limit *limit, enum kaiku_json_kind kind,
                                     const struct kaiku_number *value, struct kaiku_answer *out)
{
    int64_t ignored;

    (void)metric;
    (void)limit;
    if (kind == KAIKU_JSON_NUMBER) {
        if (kaiku_number_scaled(value, 0, &ignored) == KAIKU_INVALID)
            return KAIKU_BAD_METRIC;
    } else if (kind != KAIKU_JSON_TEXT) {
        return KAIKU_BAD_METRIC;
    }
    out->value = (int64_t)kaiku_hyperloglog_hash(value->text.data, value->text.size);
    out->bin = 0;
    return GOOD;
}

kaiku_answer_reader *kaiku_answer_reader_of(const struct kaiku_metric *metric)
{
    switch (metric->kind) {
    case KAIKU_NPS:
    case KAIKU_TOP_BOX:
    case KAIKU_MEAN:
        return read_step;
    case KAIKU_RATE:
        if (metric->n_among > 0)
            return read_rate_in;
        return metric->has_when ? read_rate_when : read_rate;
    case KAIKU_SUM:
        return read_sum;
    case KAIKU_QUANTILES:
        return read_quantity;
    case KAIKU_UNIQUE:
        return read_unique;
    case KAIKU_COUNT:
    case KAIKU_RATIO:
        break;
    }
    return NULL;
}
