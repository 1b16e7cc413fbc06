#include "decoder.h"

#include <model/member.h>

enum { PLACES = 4 }; /* digits behind the point that Redis holds */

/* value / 10^scale in ten thousandths, rounded half away from zero. */
static int64_t to_places(int64_t value, uint32_t scale)
{
    int64_t divisor;

    if (scale <= PLACES)
        return value * kaiku_powers_of_ten[PLACES - scale];
    divisor = kaiku_powers_of_ten[scale - PLACES];
    return (value + (value < 0 ? -divisor : divisor) / 2) / divisor;
}

/* The answer of a metric of the event decoded last, in ten thousandths. */
static int64_t read_places(const struct kaiku_decoder *decoder, uint32_t m)
{
    const struct kaiku_metric *metric = &decoder->model->metrics[m];
    const struct kaiku_decoder_metric *reader = &decoder->metrics[m];
    const struct kaiku_number *value = kaiku_decoder_value(decoder, reader->node);
    struct kaiku_answer answer = {.value = 1};
    int64_t floor;

    if (metric->kind == KAIKU_QUANTILES &&
        kaiku_number_floor(value, PLACES + 1, &floor) == KAIKU_OK)
        return to_places(floor, PLACES + 1); /* an answer has thousandths only */
    if (metric->kind != KAIKU_COUNT)
        reader->read(metric, &reader->when, kaiku_decoder_kind(decoder, reader->node), value,
                     &answer);
    return to_places(answer.value, metric->kind == KAIKU_SUM ? metric->decimals : 0);
}

void kaiku_decoder_alert_value(const struct kaiku_decoder *decoder, const struct kaiku_alert *alert,
                               struct kaiku_buffer *out)
{
    const int64_t one = kaiku_powers_of_ten[PLACES];
    int64_t value = read_places(decoder, alert->metric);
    int64_t rest = value < 0 ? -(value % one) : value % one;
    char digits[PLACES];
    size_t size = PLACES;

    if (value < 0)
        kaiku_buffer_char(out, '-');
    kaiku_buffer_integer(out, value < 0 ? -(value / one) : value / one);
    if (rest == 0)
        return;
    for (int i = PLACES - 1; i >= 0; i--, rest /= 10)
        digits[i] = (char)('0' + rest % 10);
    while (digits[size - 1] == '0')
        size--;
    kaiku_buffer_char(out, '.');
    kaiku_buffer_append(out, digits, size);
}

static struct kaiku_text value_text(const struct kaiku_decoder *decoder, uint32_t node)
{
    enum kaiku_json_kind kind = kaiku_decoder_kind(decoder, node);

    if (kaiku_decoder_is_absent(decoder, node) || kind >= KAIKU_JSON_OBJECT)
        return (struct kaiku_text){0};
    return kaiku_decoder_value(decoder, node)->text;
}

/* Joins a compound id in joined, which has one byte more than is kept: the cut must see whether it
 * falls into a character. */
static struct kaiku_text id_text(const struct kaiku_decoder *decoder,
                                 char joined[KAIKU_MAX_CARRY + 1])
{
    size_t size = 0;

    for (uint32_t i = 0; i < decoder->model->n_id; i++) {
        struct kaiku_text part = value_text(decoder, decoder->id[i]);

        if (i > 0 && size <= KAIKU_MAX_CARRY)
            joined[size++] = '|';
        if (part.size > KAIKU_MAX_CARRY + 1 - size)
            part.size = KAIKU_MAX_CARRY + 1 - size;
        memcpy(joined + size, part.data, part.size);
        size += part.size;
    }
    return (struct kaiku_text){joined, size};
}

void kaiku_decoder_carry(const struct kaiku_decoder *decoder, const struct kaiku_event *event,
                         const struct kaiku_carry *carry, struct kaiku_buffer *out)
{
    char joined[KAIKU_MAX_CARRY + 1];
    struct kaiku_text text = {0};

    switch (carry->from) {
    case KAIKU_CARRY_DIMENSION:
        text = kaiku_dimension_text(&event->dimensions[carry->index]);
        break;
    case KAIKU_CARRY_ID:
        if (event->has_id)
            text = id_text(decoder, joined);
        break;
    case KAIKU_CARRY_POINTER:
        text = value_text(decoder, decoder->paths.ends[carry->index]);
        break;
    }
    kaiku_member_column(out, kaiku_text_cut(text, KAIKU_MAX_CARRY));
}
