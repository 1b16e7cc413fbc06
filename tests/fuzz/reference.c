#include "reference.h"

#include <kaiku/histogram.h>
#include <kaiku/hyperloglog.h>
#include <model/member.h>

#include <stdio.h>
#include <stdlib.h>

static const enum kaiku_reason GOOD = KAIKU_REASONS;

static const int64_t EARLIEST_MS = INT64_C(31536000000), END_MS = INT64_C(7258118400000);

/* All values that the configuration names, in the order of its pointers. */
struct values {
    struct reference_value at[KAIKU_MAX_POINTERS];
};

static bool read_values(const struct kaiku_model *model, struct kaiku_text record, struct values *values)
{
    bool good = reference_json_is_object(record);

    for (uint32_t i = 0; i < model->n_pointers && good; i++)
        good = reference_json_value(record, model->pointers[i], &values->at[i]);
    return good;
}

static struct kaiku_text text_of(const struct reference_value *value)
{
    return kaiku_buffer_as_text(&value->text);
}

/* ---- id, type, op, dimensions ---- */

static bool is_whole_token(struct kaiku_text token)
{
    for (size_t i = token.data[0] == '-'; i < token.size; i++)
        if (token.data[i] < '0' || token.data[i] > '9')
            return false;
    return true;
}

static bool read_id(const struct kaiku_model *model, const struct values *values, struct reference_event *out)
{
    out->has_id = true;
    for (uint32_t i = 0; i < model->n_id; i++) {
        const struct reference_value *part = &values->at[model->id[i]];
        if (part->kind == REFERENCE_ABSENT)
            out->has_id = false;
        else if (part->kind != REFERENCE_TEXT &&
                 (part->kind != REFERENCE_NUMBER || !is_whole_token(text_of(part))))
            return false;
        kaiku_buffer_format(&out->id, "%zu:", part->text.size);
        kaiku_buffer_text(&out->id, text_of(part));
    }
    return true;
}

/* n_types where no metric listens. */
static bool read_type(const struct kaiku_model *model, const struct values *values, struct reference_event *out)
{
    const struct reference_value *type = &values->at[model->type];
    struct kaiku_text name = type->kind == REFERENCE_ABSENT ? KAIKU_TEXT("response") : text_of(type);

    for (out->type = 0; out->type < model->n_types; out->type++)
        if (kaiku_text_equal(kaiku_text_of(model->types[out->type]), name))
            break;
    return type->kind == REFERENCE_ABSENT || type->kind == REFERENCE_TEXT;
}

static bool read_op(const struct kaiku_model *model, const struct values *values, struct reference_event *out)
{
    const struct reference_value *op = &values->at[model->op];

    out->retract = op->kind == REFERENCE_TEXT && kaiku_text_equal(text_of(op), KAIKU_TEXT("retract"));
    return op->kind == REFERENCE_ABSENT || out->retract ||
           (op->kind == REFERENCE_TEXT && kaiku_text_equal(text_of(op), KAIKU_TEXT("add")));
}

static bool read_dimensions(const struct kaiku_model *model, const struct values *values,
                            struct reference_event *out)
{
    for (uint32_t d = 0; d < model->n_dimensions; d++) {
        const struct reference_value *value = &values->at[model->dimensions[d].pointer];
        if (value->kind == REFERENCE_NESTED)
            return false;
        if (value->text.size == 0)
            kaiku_buffer_string(&out->dimensions[d], KAIKU_NONE);
        else if (value->text.size > KAIKU_MAX_VALUE)
            kaiku_buffer_string(&out->dimensions[d], KAIKU_OTHER);
        else
            kaiku_buffer_text(&out->dimensions[d], text_of(value));
    }
    return true;
}

/* ---- time ---- */

/* As many digits as the pattern has 9s, and its other bytes as they stand; *p moves behind it. */
static bool take(const char **p, const char *pattern, int *number)
{
    *number = 0;
    for (; *pattern; pattern++, ++*p) {
        if (*pattern == '9' && **p >= '0' && **p <= '9')
            *number = *number * 10 + (**p - '0');
        else if (*pattern == '9' || **p != *pattern)
            return false;
    }
    return true;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* One year and month after the other. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t days = day - 1;

    for (int y = 1970; y < year; y++)
        days += 337 + days_in(y, 2);
    for (int y = year; y < 1970; y++)
        days -= 337 + days_in(y, 2);
    for (int m = 1; m < month; m++)
        days += days_in(year, m);
    return days;
}

/* Behind the seconds: a fraction or none, and the offset, all of the text. */
static bool read_zone(const char *p, int64_t *ms)
{
    int hours, minutes, weight = 100;
    char sign;

    if (*p == '.') {
        if (p[1] < '0' || p[1] > '9')
            return false;
        for (p++; *p >= '0' && *p <= '9'; p++, weight /= 10)
            *ms += weight * (*p - '0');
    }
    if ((*p == 'Z' || *p == 'z') && p[1] == '\0')
        return true;
    sign = *p++;
    if ((sign != '+' && sign != '-') || !take(&p, "99", &hours) || !take(&p, ":99", &minutes) || *p ||
        hours > 23 || minutes > 59)
        return false;
    *ms += (sign == '+' ? -1 : 1) * (hours * 60 + minutes) * INT64_C(60000);
    return true;
}

static bool read_date(const char *p, int64_t *ms)
{
    int year, month, day, hour, minute, second;

    if (!take(&p, "9999", &year) || !take(&p, "-99", &month) || !take(&p, "-99", &day))
        return false;
    if (*p != 'T' && *p != 't' && *p != ' ')
        return false;
    p++;
    if (!take(&p, "99", &hour) || !take(&p, ":99", &minute) || !take(&p, ":99", &second))
        return false;
    if (second == 60)
        second = 59;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
        minute > 59 || second > 59)
        return false;
    *ms = (((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
    return read_zone(p, ms);
}

/* The size of a number tells its unit. */
static bool read_instant(struct kaiku_text token, int64_t *ms)
{
    struct reference_number number;
    int64_t whole;

    if (!reference_number_read(token, &number))
        return false;
    whole = reference_number_floor(&number, 0);
    if (whole < INT64_C(100000000000))
        *ms = reference_number_floor(&number, 3);
    else if (whole < INT64_C(100000000000000))
        *ms = whole;
    else if (whole < INT64_C(100000000000000000))
        *ms = whole / 1000;
    else
        *ms = whole / 1000000;
    reference_number_release(&number);
    return whole >= 0;
}

static bool is_accepted(int64_t ms)
{
    return ms >= EARLIEST_MS && ms < END_MS;
}

static bool read_event_time(struct reference_value *value, int64_t *ms)
{
    if (value->kind == REFERENCE_TEXT)
        return read_date(kaiku_buffer_cstring(&value->text), ms) && is_accepted(*ms);
    return value->kind == REFERENCE_NUMBER && read_instant(text_of(value), ms) && is_accepted(*ms);
}

static enum kaiku_reason read_time(const struct kaiku_model *model, struct values *values, int64_t timestamp_ms,
                                   struct reference_event *out)
{
    struct reference_value *value = &values->at[model->time];
    bool has_own = timestamp_ms != INT64_MIN;
    int64_t ms = timestamp_ms;

    if (has_own ? !is_accepted(timestamp_ms) : value->kind == REFERENCE_ABSENT)
        return KAIKU_BAD_TIME;
    if (value->kind != REFERENCE_ABSENT && !read_event_time(value, &ms))
        return KAIKU_BAD_TIME;
    out->stamp_ms = has_own ? timestamp_ms : ms;
    if (ms < out->stamp_ms - model->max_age_ms)
        return KAIKU_TIME_TOO_OLD;
    out->clamped = ms > out->stamp_ms + model->max_ahead_ms;
    out->time_ms = out->clamped ? out->stamp_ms : ms;
    return GOOD;
}

/* ---- answers ---- */

static bool holds(const struct reference_number *number, const struct kaiku_condition *condition)
{
    const char *text = condition->text + strspn(condition->text, " <>=");
    struct reference_number limit;
    int order;

    if (!reference_number_read((struct kaiku_text){text, strcspn(text, " ")}, &limit))
        abort();
    order = reference_number_compare(number, &limit);
    reference_number_release(&limit);
    switch (condition->relation) {
    case KAIKU_LT:
        return order < 0;
    case KAIKU_LE:
        return order <= 0;
    case KAIKU_GT:
        return order > 0;
    case KAIKU_GE:
        return order >= 0;
    default:
        return order == 0;
    }
}

static enum kaiku_reason read_integer(const struct reference_number *number, int32_t low, int32_t high,
                                      struct reference_answer *out)
{
    enum reference_fit fit = reference_number_scaled(number, 0, &out->value);

    if (fit == REFERENCE_NOT_SO_FINE)
        return KAIKU_BAD_METRIC;
    if (fit == REFERENCE_TOO_LARGE || out->value < low || out->value > high)
        return KAIKU_OUT_OF_SCALE;
    out->bin = (uint32_t)(out->value - low);
    return GOOD;
}

static enum kaiku_reason read_sum(const struct reference_number *number, uint32_t decimals,
                                  struct reference_answer *out)
{
    enum reference_fit fit = reference_number_scaled(number, decimals, &out->value);
    int64_t most = INT64_C(1000000000000);

    for (uint32_t i = 0; i < decimals; i++)
        most *= 10;
    if (fit == REFERENCE_NOT_SO_FINE)
        return KAIKU_BAD_METRIC;
    return fit == REFERENCE_TOO_LARGE || llabs(out->value) > most ? KAIKU_OUT_OF_SCALE : GOOD;
}

static enum kaiku_reason read_quantity(const struct reference_number *number, const char *token,
                                       struct reference_answer *out)
{
    int64_t whole = reference_number_floor(number, 0);

    if (whole < 0 || whole >= 1000000000)
        return KAIKU_OUT_OF_SCALE;
    out->value = reference_number_round(number, 3);
    out->bin = kaiku_histogram_index(strtod(token, NULL));
    return GOOD;
}

static enum kaiku_reason read_number(const struct kaiku_metric *metric, struct reference_value *value,
                                     struct reference_answer *out)
{
    enum kaiku_reason reason = GOOD;
    struct reference_number number;

    if (value->kind != REFERENCE_NUMBER || !reference_number_read(text_of(value), &number))
        return KAIKU_BAD_METRIC;
    if (metric->kind == KAIKU_SUM)
        reason = read_sum(&number, metric->decimals, out);
    else if (metric->kind == KAIKU_QUANTILES)
        reason = read_quantity(&number, kaiku_buffer_cstring(&value->text), out);
    else if (metric->has_when)
        out->value = out->bin = holds(&number, &metric->when);
    else if (metric->kind == KAIKU_RATE)
        reason = read_integer(&number, 0, 1, out);
    else
        reason = read_integer(&number, metric->low, metric->high, out);
    reference_number_release(&number);
    return reason;
}

static enum kaiku_reason read_unique(const struct reference_value *value, struct reference_answer *out)
{
    struct kaiku_text text = text_of(value);
    struct reference_number number;
    enum reference_fit fit;

    if (value->kind == REFERENCE_NUMBER) {
        if (!reference_number_read(text, &number))
            return KAIKU_BAD_METRIC;
        fit = reference_number_scaled(&number, 0, &out->value);
        reference_number_release(&number);
        if (fit == REFERENCE_NOT_SO_FINE)
            return KAIKU_BAD_METRIC;
    } else if (value->kind != REFERENCE_TEXT) {
        return KAIKU_BAD_METRIC;
    }
    out->value = (int64_t)kaiku_hyperloglog_hash(text.data, text.size);
    return GOOD;
}

static enum kaiku_reason read_answer(const struct kaiku_metric *metric, struct reference_value *value,
                                     struct reference_answer *out)
{
    if (metric->kind == KAIKU_UNIQUE)
        return read_unique(value, out);
    if (metric->kind == KAIKU_RATE && metric->n_among > 0) {
        for (uint32_t i = 0; i < metric->n_among; i++)
            out->value |= kaiku_text_equal(metric->among[i], text_of(value));
        out->bin = (uint32_t)out->value;
        return value->kind == REFERENCE_TEXT ? GOOD : KAIKU_BAD_METRIC;
    }
    if (metric->kind == KAIKU_RATE && !metric->has_when &&
        (value->kind == REFERENCE_TRUE || value->kind == REFERENCE_FALSE)) {
        out->value = out->bin = value->kind == REFERENCE_TRUE;
        return GOOD;
    }
    return read_number(metric, value, out);
}

static void read_answers(const struct kaiku_model *model, struct values *values, struct reference_event *out)
{
    for (uint32_t m = 0; m < model->n_metrics; m++) {
        const struct kaiku_metric *metric = &model->metrics[m];
        struct reference_answer *answer = &out->answer[m];
        struct reference_value *value;

        if (metric->kind == KAIKU_RATIO || metric->type != out->type)
            continue;
        if (metric->kind == KAIKU_COUNT) {
            answer->value = 1;
            out->answers |= UINT64_C(1) << m;
            continue;
        }
        value = &values->at[metric->pointer];
        if (value->kind == REFERENCE_ABSENT)
            continue;
        answer->reason = read_answer(metric, value, answer);
        out->answered |= answer->reason == GOOD;
        *(answer->reason == GOOD ? &out->answers : &out->bad) |= UINT64_C(1) << m;
    }
}

/* ---- views and alerts ---- */

static bool passes(const struct kaiku_where *where, const struct reference_event *event)
{
    bool all = true;

    for (uint32_t i = 0; i < where->n; i++) {
        const struct kaiku_where_term *term = &where->terms[i];
        bool any = false;
        for (uint32_t j = 0; j < term->n_values; j++)
            any |= kaiku_text_equal(term->values[j],
                                    kaiku_buffer_as_text(&event->dimensions[term->dimension]));
        all &= any;
    }
    return all;
}

/* The answer of an alert's metric: what is no number in the record is 0 or 1. */
static void read_alerting(const struct kaiku_metric *metric, struct values *values,
                          const struct reference_answer *answer, struct reference_number *out)
{
    struct kaiku_text text = answer->value ? KAIKU_TEXT("1") : KAIKU_TEXT("0");

    if (metric->kind != KAIKU_RATE && metric->kind != KAIKU_COUNT)
        text = text_of(&values->at[metric->pointer]);
    if (!reference_number_read(text, out))
        abort();
}

/* At most four digits after the point. */
static void put_places(const struct reference_number *number, struct kaiku_buffer *out)
{
    int64_t value = reference_number_round(number, 4);
    char text[40];
    int size = snprintf(text, sizeof text, "%s%lld.%04lld", value < 0 ? "-" : "", llabs(value) / 10000,
                        llabs(value) % 10000);

    while (text[size - 1] == '0')
        size--;
    size -= text[size - 1] == '.';
    kaiku_buffer_append(out, text, (size_t)size);
}

static void put_carried(const struct kaiku_model *model, const struct values *values,
                        const struct reference_event *event, const struct kaiku_carry *carry,
                        struct kaiku_buffer *out)
{
    struct kaiku_buffer text = {0};

    if (carry->from == KAIKU_CARRY_DIMENSION)
        kaiku_buffer_text(&text, kaiku_buffer_as_text(&event->dimensions[carry->index]));
    else if (carry->from == KAIKU_CARRY_POINTER)
        kaiku_buffer_text(&text, text_of(&values->at[carry->index]));
    for (uint32_t i = 0; carry->from == KAIKU_CARRY_ID && event->has_id && i < model->n_id; i++) {
        kaiku_buffer_string(&text, i ? "|" : "");
        kaiku_buffer_text(&text, text_of(&values->at[model->id[i]]));
    }
    kaiku_member_column(out, kaiku_text_cut(kaiku_buffer_as_text(&text), KAIKU_MAX_CARRY));
    kaiku_buffer_release(&text);
}

static void meet(const struct kaiku_model *model, struct values *values, uint32_t a, struct reference_event *out)
{
    const struct kaiku_alert *alert = &model->alerts[a];
    struct reference_number number;

    if (!(out->answers >> alert->metric & 1) || !passes(&alert->where, out))
        return;
    read_alerting(&model->metrics[alert->metric], values, &out->answer[alert->metric], &number);
    if (holds(&number, &alert->when)) {
        out->alerts |= UINT32_C(1) << a;
        put_places(&number, &out->feeds);
        for (uint32_t i = 0; i < alert->n_carry; i++) {
            kaiku_buffer_char(&out->feeds, '\t');
            put_carried(model, values, out, &alert->carry[i], &out->feeds);
        }
        kaiku_buffer_char(&out->feeds, '\n');
    }
    reference_number_release(&number);
}

static void choose(const struct kaiku_model *model, struct values *values, struct reference_event *out)
{
    for (uint32_t v = 0; v < model->n_views; v++)
        if (passes(&model->views[v].where, out))
            out->views |= UINT64_C(1) << v;
    for (uint32_t a = 0; a < model->n_alerts && !out->retract; a++)
        meet(model, values, a, out);
}

/* ---- all of it ---- */

static enum kaiku_reason judge(const struct kaiku_model *model, struct kaiku_text record, int64_t timestamp_ms,
                               struct values *values, struct reference_event *out)
{
    if (record.size > model->max_bytes)
        return KAIKU_TOO_LARGE;
    if (!read_values(model, record, values))
        return KAIKU_NOT_JSON;
    if (!read_id(model, values, out))
        return KAIKU_BAD_ID;
    if (!read_type(model, values, out))
        return KAIKU_BAD_TYPE;
    if (!read_op(model, values, out))
        return KAIKU_BAD_OP;
    if (!read_dimensions(model, values, out))
        return KAIKU_BAD_DIMENSION;
    return read_time(model, values, timestamp_ms, out);
}

void reference_decode(const struct kaiku_model *model, struct kaiku_text record, int64_t timestamp_ms,
                      struct reference_event *out)
{
    struct values values = {0};

    *out = (struct reference_event){.verdict = REFERENCE_REJECTED};
    out->reason = judge(model, record, timestamp_ms, &values, out);
    if (out->reason == GOOD && out->type == model->n_types) {
        out->verdict = REFERENCE_IGNORED;
    } else if (out->reason == GOOD) {
        out->verdict = REFERENCE_EVENT;
        read_answers(model, &values, out);
        choose(model, &values, out);
    }
    for (uint32_t i = 0; i < model->n_pointers; i++)
        kaiku_buffer_release(&values.at[i].text);
}

void reference_event_release(struct reference_event *event)
{
    kaiku_buffer_release(&event->id);
    for (uint32_t d = 0; d < KAIKU_MAX_DIMENSIONS; d++)
        kaiku_buffer_release(&event->dimensions[d]);
    kaiku_buffer_release(&event->feeds);
}
