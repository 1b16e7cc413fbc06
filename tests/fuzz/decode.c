/* Any bytes as records: kaiku_decode says what the reference says, and says it again whatever came between (what it
 * learnt of other records must not show). The first byte chooses a configuration, the second the records' timestamp;
 * records are separated by 0x1e. */
#include "reference.h"

#include "fuzz.h"

#include <decode/decode.h>

#include <decoder.h>

enum { RECORDS = 16 };

static const int64_t timestamps_ms[] = {
    INT64_C(1795000000000), INT64_C(1795000000000), KAIKU_TIMESTAMP_OWN,       INT64_C(31536000000),
    INT64_C(31535999999),   INT64_C(7258118399999), INT64_C(7258118400000),    0,
};

struct record {
    char *bytes;
    struct kaiku_text text;
    struct reference_event expected;
    uint64_t id_low, id_high; /* of events with an id */
};

static struct kaiku_buffer put_feeds(const struct kaiku_decoder *decoder, const struct kaiku_model *model,
                                     const struct kaiku_event *event)
{
    struct kaiku_buffer out = {0};

    for (uint32_t a = 0; a < model->n_alerts; a++) {
        if (!(event->alerts >> a & 1))
            continue;
        kaiku_decoder_alert_value(decoder, &model->alerts[a], &out);
        for (uint32_t i = 0; i < model->alerts[a].n_carry; i++) {
            kaiku_buffer_char(&out, '\t');
            kaiku_decoder_carry(decoder, event, &model->alerts[a].carry[i], &out);
        }
        kaiku_buffer_char(&out, '\n');
    }
    return out;
}

static void compare_answers(const struct kaiku_model *model, const struct kaiku_event *event,
                            const struct reference_event *expected)
{
    uint64_t bad = 0;

    FUZZ_CHECK(event->answers == expected->answers, "%llx, not %llx", (unsigned long long)event->answers,
               (unsigned long long)expected->answers);
    for (uint32_t m = 0; m < model->n_metrics; m++)
        if (event->answers >> m & 1)
            FUZZ_CHECK(event->answer[m].value == expected->answer[m].value &&
                           event->answer[m].bin == expected->answer[m].bin,
                       "%s: %lld in bin %u, not %lld in bin %u", model->metrics[m].name,
                       (long long)event->answer[m].value, event->answer[m].bin,
                       (long long)expected->answer[m].value, expected->answer[m].bin);
    for (uint32_t i = 0; i < event->n_bad; i++) {
        bad |= UINT64_C(1) << event->bad[i].metric;
        FUZZ_CHECK(event->bad[i].reason == expected->answer[event->bad[i].metric].reason, "%s: %s",
                   model->metrics[event->bad[i].metric].name, kaiku_reason_text(event->bad[i].reason));
    }
    FUZZ_CHECK(bad == expected->bad && event->n_bad == (uint32_t)__builtin_popcountll(bad), "bad answers");
}

static void compare_event(const struct kaiku_decoder *decoder, const struct kaiku_model *model,
                          const struct kaiku_event *event, struct reference_event *expected)
{
    struct kaiku_buffer feeds = put_feeds(decoder, model, event);

    FUZZ_CHECK(event->time_ms == expected->time_ms && event->stamp_ms == expected->stamp_ms, "%lld, not %lld",
               (long long)event->time_ms, (long long)expected->time_ms);
    FUZZ_CHECK(event->has_id == expected->has_id && event->retract == expected->retract &&
                   event->clamped == expected->clamped && event->answered == expected->answered &&
                   event->type == expected->type, "flags");
    compare_answers(model, event, expected);
    for (uint32_t d = 0; d < model->n_dimensions; d++)
        FUZZ_CHECK(kaiku_text_equal(kaiku_dimension_text(&event->dimensions[d]),
                                    kaiku_buffer_as_text(&expected->dimensions[d])),
                   "dimension %s", model->dimensions[d].name);
    FUZZ_CHECK(event->views == expected->views && event->alerts == expected->alerts, "views or alerts");
    FUZZ_CHECK(kaiku_text_equal(kaiku_buffer_as_text(&feeds), kaiku_buffer_as_text(&expected->feeds)),
               "feeds '%s', not '%s'", kaiku_buffer_cstring(&feeds), kaiku_buffer_cstring(&expected->feeds));
    kaiku_buffer_release(&feeds);
}

static void decode(struct kaiku_decoder *decoder, const struct kaiku_model *model, struct record *record,
                   int64_t timestamp_ms)
{
    static const enum kaiku_verdict verdicts[] = {
        [REFERENCE_EVENT] = KAIKU_EVENT,
        [REFERENCE_REJECTED] = KAIKU_REJECTED,
        [REFERENCE_IGNORED] = KAIKU_IGNORED,
    };
    struct kaiku_event event;
    enum kaiku_reason reason = KAIKU_REASONS;
    enum kaiku_verdict verdict =
        kaiku_decode(decoder, record->text.data, record->text.size, timestamp_ms, &event, &reason);

    FUZZ_CHECK(verdict == verdicts[record->expected.verdict], "verdict %d, not %d (reasons %d, %d)", verdict,
               verdicts[record->expected.verdict], reason, record->expected.reason);
    if (verdict == KAIKU_REJECTED)
        FUZZ_CHECK(reason == record->expected.reason, "%s, not %s", kaiku_reason_text(reason),
                   kaiku_reason_text(record->expected.reason));
    if (verdict != KAIKU_EVENT)
        return;
    compare_event(decoder, model, &event, &record->expected);
    record->id_low = event.id_low;
    record->id_high = event.id_high;
}

/* Ids have equal hashes where they and their ops are equal, and only there. */
static void compare_ids(const struct record *a, const struct record *b)
{
    const struct reference_event *x = &a->expected, *y = &b->expected;
    bool equal;

    if (x->verdict != REFERENCE_EVENT || y->verdict != REFERENCE_EVENT || !x->has_id || !y->has_id)
        return;
    equal = x->retract == y->retract &&
            kaiku_text_equal(kaiku_buffer_as_text(&x->id), kaiku_buffer_as_text(&y->id));
    FUZZ_CHECK((a->id_low == b->id_low && a->id_high == b->id_high) == equal, "hashes of ids");
}

static uint32_t read_records(struct kaiku_text input, const struct kaiku_model *model, int64_t timestamp_ms,
                             struct record records[RECORDS])
{
    uint32_t n = 0;

    while (input.size > 0 && n < RECORDS) {
        struct kaiku_text text = fuzz_cut(&input, 0x1e);
        records[n] = (struct record){.bytes = fuzz_copy(text.data, text.size)};
        records[n].text = (struct kaiku_text){records[n].bytes, text.size};
        reference_decode(model, records[n].text, timestamp_ms, &records[n].expected);
        n++;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kaiku_text input = {(const char *)data, size};
    const struct kaiku_model *model = fuzz_model(fuzz_take(&input));
    int64_t timestamp_ms = timestamps_ms[fuzz_take(&input) % (sizeof timestamps_ms / sizeof timestamps_ms[0])];
    struct record records[RECORDS];
    struct kaiku_decoder *decoder;
    uint32_t n = read_records(input, model, timestamp_ms, records);

    FUZZ_CHECK(kaiku_decoder_create(model, &decoder) == KAIKU_OK, "no memory");
    for (uint32_t i = 0; i < n; i++) {
        decode(decoder, model, &records[i], timestamp_ms);
        decode(decoder, model, &records[i], timestamp_ms);
    }
    for (uint32_t i = n; i-- > 0;) {
        decode(decoder, model, &records[i], timestamp_ms);
        for (uint32_t j = 0; j < i; j++)
            compare_ids(&records[i], &records[j]);
    }
    kaiku_decoder_destroy(decoder);
    for (uint32_t i = 0; i < n; i++) {
        reference_event_release(&records[i].expected);
        free(records[i].bytes);
    }
    return 0;
}
