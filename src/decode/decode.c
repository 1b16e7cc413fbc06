#include "decoder.h"
#include <decode/event_time.h>

#include <base/hash.h>

static const enum kaiku_reason GOOD = KAIKU_REASONS;

/* -?[0-9]+: the only numbers that an id may be. */
static bool is_integer_token(const struct kaiku_number *number)
{
    const char *p = number->text.data, *end = p + number->text.size;

    if (number->plain)
        return number->scale == 0;
    for (p += *p == '-'; p < end; p++)
        if (*p < '0' || *p > '9')
            return false;
    return true;
}

static bool read_id(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    event->has_id = true;
    for (uint32_t i = 0; i < decoder->model->n_id; i++) {
        uint32_t node = decoder->id[i];
        enum kaiku_json_kind kind = kaiku_decoder_kind(decoder, node);

        if (kaiku_decoder_is_absent(decoder, node))
            event->has_id = false;
        else if (kind != KAIKU_JSON_TEXT &&
                 (kind != KAIKU_JSON_NUMBER ||
                  !is_integer_token(kaiku_decoder_value(decoder, node))))
            return false;
    }
    return true;
}

static struct kaiku_hash128 hash_part(const struct kaiku_decoder *decoder, uint32_t i)
{
    struct kaiku_text text = kaiku_decoder_value(decoder, decoder->id[i])->text;

    return kaiku_hash_keyed128(text.data, text.size);
}

/* Hashing each part by itself keeps ("ab", "c") and ("a", "bc") apart without copying them. */
static struct kaiku_hash128 hash_compound(const struct kaiku_decoder *decoder,
                                          struct kaiku_hash128 first)
{
    struct kaiku_hash128 parts[KAIKU_MAX_ID_PARTS] = {first};
    uint32_t n = decoder->model->n_id;

    for (uint32_t i = 1; i < n; i++)
        parts[i] = hash_part(decoder, i);
    return kaiku_hash_keyed128(parts, n * sizeof(parts[0]));
}

static void hash_id(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    struct kaiku_hash128 hash = hash_part(decoder, 0);

    if (decoder->model->n_id > 1)
        hash = hash_compound(decoder, hash);
    event->id_low = event->retract ? ~hash.low : hash.low;
    event->id_high = hash.high;
}

/* Leaves n_types where no metric listens. False: bad_type. */
static bool read_type(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    struct kaiku_text name = KAIKU_TEXT("response");
    uint32_t i = 0;

    if (!kaiku_decoder_is_absent(decoder, decoder->type)) {
        if (kaiku_decoder_kind(decoder, decoder->type) != KAIKU_JSON_TEXT)
            return false;
        name = kaiku_decoder_value(decoder, decoder->type)->text;
    }
    while (i < decoder->n_types && !kaiku_text_equal(decoder->types[i].name, name))
        i++;
    event->type = i;
    return true;
}

static bool read_op(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    struct kaiku_text name = kaiku_decoder_value(decoder, decoder->op)->text;

    event->retract = false;
    if (kaiku_decoder_is_absent(decoder, decoder->op))
        return true;
    if (kaiku_decoder_kind(decoder, decoder->op) != KAIKU_JSON_TEXT)
        return false;
    event->retract = kaiku_text_equal(name, KAIKU_TEXT("retract"));
    return event->retract || kaiku_text_equal(name, KAIKU_TEXT("add"));
}

static bool read_dimensions(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    for (uint32_t i = 0; i < decoder->model->n_dimensions; i++) {
        struct kaiku_dimension_value *value = &event->dimensions[i];
        uint32_t node = decoder->dimensions[i];

        if (kaiku_decoder_kind(decoder, node) >= KAIKU_JSON_OBJECT)
            return false;
        value->state = KAIKU_VALUE_NONE;
        if (kaiku_decoder_is_absent(decoder, node))
            continue;
        value->text = kaiku_decoder_value(decoder, node)->text;
        if (value->text.size > KAIKU_MAX_VALUE)
            value->state = KAIKU_VALUE_OTHER;
        else if (value->text.size > 0)
            value->state = KAIKU_VALUE_TEXT;
    }
    return true;
}

static enum kaiku_reason read_time(const struct kaiku_decoder *decoder, int64_t timestamp_ms,
                                   struct kaiku_event *event)
{
    const struct kaiku_number *value = kaiku_decoder_value(decoder, decoder->time);
    bool own = timestamp_ms == KAIKU_TIMESTAMP_OWN;
    int64_t time_ms = timestamp_ms;

    if (!own && !kaiku_time_is_accepted(timestamp_ms))
        return KAIKU_BAD_TIME;
    switch (kaiku_decoder_kind(decoder, decoder->time)) {
    case KAIKU_JSON_TEXT:
        if (!kaiku_time_from_text(value->text, &time_ms))
            return KAIKU_BAD_TIME;
        break;
    case KAIKU_JSON_NUMBER:
        if (!kaiku_time_from_number(value, &time_ms))
            return KAIKU_BAD_TIME;
        break;
    case KAIKU_JSON_MISSING:
    case KAIKU_JSON_NULL:
        if (own)
            return KAIKU_BAD_TIME;
        break;
    default:
        return KAIKU_BAD_TIME;
    }
    event->stamp_ms = own ? time_ms : timestamp_ms;
    if (time_ms < event->stamp_ms - decoder->model->max_age_ms)
        return KAIKU_TIME_TOO_OLD;
    event->clamped = time_ms > event->stamp_ms + decoder->model->max_ahead_ms;
    event->time_ms = event->clamped ? event->stamp_ms : time_ms;
    return GOOD;
}

static void read_answers(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    uint64_t listening = decoder->types[event->type].metrics, left;
    uint64_t answers = listening & decoder->counts;

    event->n_bad = 0;
    for (left = listening & decoder->counts; left; left &= left - 1)
        event->answer[__builtin_ctzll(left)] = (struct kaiku_answer){.value = 1, .bin = 0};
    for (left = listening & ~decoder->counts; left; left &= left - 1) {
        uint32_t m = (uint32_t)__builtin_ctzll(left);
        const struct kaiku_decoder_metric *metric = &decoder->metrics[m];
        enum kaiku_reason reason;

        if (kaiku_decoder_is_absent(decoder, metric->node))
            continue;
        reason = metric->read(&decoder->model->metrics[m], &metric->when,
                              kaiku_decoder_kind(decoder, metric->node),
                              kaiku_decoder_value(decoder, metric->node), &event->answer[m]);
        if (reason == GOOD)
            answers |= left & -left;
        else
            event->bad[event->n_bad++] = (struct kaiku_bad_answer){m, reason};
    }
    event->answers = answers;
    event->answered = (answers & ~decoder->counts) != 0;
}

static bool passes(const struct kaiku_where *where, const struct kaiku_event *event)
{
    for (uint32_t i = 0; i < where->n; i++) {
        const struct kaiku_where_term *term = &where->terms[i];
        struct kaiku_text raw = kaiku_dimension_text(&event->dimensions[term->dimension]);
        uint32_t j = 0;

        while (j < term->n_values && !kaiku_text_equal(term->values[j], raw))
            j++;
        if (j == term->n_values)
            return false;
    }
    return true;
}

/* The answers of a condition's metric as a number: what is no number in the record is 0 or 1. */
static bool meets(const struct kaiku_decoder *decoder, const struct kaiku_event *event, uint32_t a)
{
    static const struct kaiku_number bits[] = {
        {.text = {"0", 1}, .mantissa = 0, .plain = true},
        {.text = {"1", 1}, .mantissa = 1, .plain = true},
    };
    uint32_t m = decoder->model->alerts[a].metric;
    enum kaiku_kind kind = decoder->model->metrics[m].kind;
    const struct kaiku_number *number = kaiku_decoder_value(decoder, decoder->metrics[m].node);
    bool holds;

    if (!(event->answers >> m & 1))
        return false;
    if (kind == KAIKU_RATE || kind == KAIKU_COUNT)
        number = &bits[event->answer[m].value];
    return kaiku_number_holds(number, &decoder->alerts[a], &holds) == KAIKU_OK && holds &&
           passes(&decoder->model->alerts[a].where, event);
}

static void choose(const struct kaiku_decoder *decoder, struct kaiku_event *event)
{
    const struct kaiku_model *model = decoder->model;

    event->views = decoder->open;
    for (uint32_t v = 0; v < model->n_views; v++)
        if (!(decoder->open >> v & 1) && passes(&model->views[v].where, event))
            event->views |= UINT64_C(1) << v;
    event->alerts = 0;
    for (uint32_t a = 0; a < model->n_alerts && !event->retract; a++)
        if (meets(decoder, event, a))
            event->alerts |= UINT32_C(1) << a;
}

/* The reasons in the order of docs/events.md. */
static enum kaiku_reason judge(struct kaiku_decoder *decoder, struct kaiku_text record,
                               int64_t timestamp_ms, struct kaiku_event *event)
{
    if (record.size > decoder->model->max_bytes)
        return KAIKU_TOO_LARGE;
    if (!kaiku_json_scan(&decoder->json, record))
        return KAIKU_NOT_JSON;
    if (!read_id(decoder, event))
        return KAIKU_BAD_ID;
    if (!read_type(decoder, event))
        return KAIKU_BAD_TYPE;
    if (!read_op(decoder, event))
        return KAIKU_BAD_OP;
    if (!read_dimensions(decoder, event))
        return KAIKU_BAD_DIMENSION;
    return read_time(decoder, timestamp_ms, event);
}

enum kaiku_verdict kaiku_decode(struct kaiku_decoder *decoder, const char *value, size_t size,
                                int64_t timestamp_ms, struct kaiku_event *event,
                                enum kaiku_reason *reason)
{
    if (!value)
        return KAIKU_IGNORED;
    *reason = judge(decoder, (struct kaiku_text){value, size}, timestamp_ms, event);
    if (*reason != GOOD)
        return KAIKU_REJECTED;
    if (event->type == decoder->n_types)
        return KAIKU_IGNORED;
    if (event->has_id)
        hash_id(decoder, event);
    read_answers(decoder, event);
    choose(decoder, event);
    return KAIKU_EVENT;
}
