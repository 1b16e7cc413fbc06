/* decode_dump CONFIG: decodes what comes on standard input, for comparison with the oracle.
 *
 * In, for each record, little-endian: its timestamp in ms (int64, INT64_MIN: none), its size
 * (int32, -1: no value), its bytes. Out: a line of JSON for each, texts of events in
 * hexadecimal. */
#include <base/hash.h>
#include <config/config.h>
#include <decode/decode.h>

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct dump {
    const struct kaiku_model *model;
    struct kaiku_decoder *decoder;
    struct kaiku_event event;
    char *bytes;
    size_t capacity;
};

static void put_hex(struct kaiku_text text)
{
    putchar('"');
    for (size_t i = 0; i < text.size; i++)
        printf("%02x", (unsigned char)text.data[i]);
    putchar('"');
}

static void put_feed(const struct dump *dump, const struct kaiku_alert *alert)
{
    struct kaiku_buffer out = {0};

    kaiku_decoder_alert_value(dump->decoder, alert, &out);
    printf("[\"%s\"", kaiku_buffer_cstring(&out));
    for (uint32_t i = 0; i < alert->n_carry; i++) {
        kaiku_buffer_clear(&out);
        kaiku_decoder_carry(dump->decoder, &dump->event, &alert->carry[i], &out);
        putchar(',');
        put_hex(kaiku_buffer_as_text(&out));
    }
    putchar(']');
    kaiku_buffer_release(&out);
}

static void put_feeds(const struct dump *dump)
{
    const char *comma = "";

    printf(",\"feeds\":{");
    for (uint32_t a = 0; a < dump->model->n_alerts; a++) {
        if (!(dump->event.alerts >> a & 1))
            continue;
        printf("%s\"%s\":", comma, dump->model->alerts[a].name);
        put_feed(dump, &dump->model->alerts[a]);
        comma = ",";
    }
    putchar('}');
}

static void put_answers(const struct dump *dump)
{
    const struct kaiku_event *event = &dump->event;
    const char *comma = "";

    printf(",\"answers\":{");
    for (uint32_t m = 0; m < dump->model->n_metrics; m++) {
        if (!(event->answers >> m & 1))
            continue;
        printf("%s\"%s\":[%" PRId64 ",%" PRIu32 "]", comma, dump->model->metrics[m].name,
               event->answer[m].value, event->answer[m].bin);
        comma = ",";
    }
    printf("},\"bad\":[");
    for (uint32_t i = 0; i < event->n_bad; i++)
        printf("%s[\"%s\",\"%s\"]", i ? "," : "", kaiku_reason_text(event->bad[i].reason),
               dump->model->metrics[event->bad[i].metric].name);
    putchar(']');
}

static void put_dimensions(const struct dump *dump)
{
    static const char *const states[] = {"none", "text", "other"};

    printf(",\"dimensions\":[");
    for (uint32_t i = 0; i < dump->model->n_dimensions; i++) {
        const struct kaiku_dimension_value *value = &dump->event.dimensions[i];

        printf("%s[\"%s\",", i ? "," : "", states[value->state]);
        put_hex(value->state == KAIKU_VALUE_TEXT ? value->text : (struct kaiku_text){0});
        putchar(']');
    }
    putchar(']');
}

static void put_event(const struct dump *dump)
{
    const struct kaiku_event *event = &dump->event;

    printf("{\"verdict\":\"event\",\"type\":\"");
    for (const char *p = dump->model->types[event->type]; *p; p++)
        printf("%02x", (unsigned char)*p);
    printf("\",\"time\":%" PRId64 ",\"stamp\":%" PRId64, event->time_ms, event->stamp_ms);
    if (event->has_id)
        printf(",\"id\":\"%016" PRIx64 "%016" PRIx64 "\"", event->id_high, event->id_low);
    else
        printf(",\"id\":null");
    printf(",\"retract\":%d,\"clamped\":%d,\"answered\":%d,\"views\":%" PRIu64, event->retract,
           event->clamped, event->answered, event->views);
    put_answers(dump);
    put_dimensions(dump);
    put_feeds(dump);
    printf("}\n");
}

/* A copy of its own for each record, so that the sanitizers see any step beyond its end. */
static void decode_one(struct dump *dump, int64_t timestamp_ms, int32_t size)
{
    char *value = size < 0 ? NULL : malloc(size > 0 ? (size_t)size : 1);
    enum kaiku_reason reason = KAIKU_REASONS;

    if (size >= 0 && !value)
        abort();
    if (size > 0)
        memcpy(value, dump->bytes, (size_t)size);
    switch (kaiku_decode(dump->decoder, value, size < 0 ? 0 : (size_t)size, timestamp_ms,
                         &dump->event, &reason)) {
    case KAIKU_EVENT:
        put_event(dump);
        break;
    case KAIKU_REJECTED:
        printf("{\"verdict\":\"rejected\",\"reason\":\"%s\"}\n", kaiku_reason_text(reason));
        break;
    case KAIKU_IGNORED:
        printf("{\"verdict\":\"ignored\"}\n");
        break;
    }
    free(value);
}

/* False at the end of the input. */
static bool read_one(struct dump *dump, int64_t *timestamp_ms, int32_t *size)
{
    char *bytes;

    if (fread(timestamp_ms, sizeof(*timestamp_ms), 1, stdin) != 1 ||
        fread(size, sizeof(*size), 1, stdin) != 1)
        return false;
    *timestamp_ms = (int64_t)le64toh((uint64_t)*timestamp_ms);
    *size = (int32_t)le32toh((uint32_t)*size);
    if (*size <= 0)
        return true;
    if ((size_t)*size > dump->capacity) {
        bytes = realloc(dump->bytes, (size_t)*size);
        if (!bytes)
            return false;
        dump->bytes = bytes;
        dump->capacity = (size_t)*size;
    }
    return fread(dump->bytes, (size_t)*size, 1, stdin) == 1;
}

int main(int argc, char **argv)
{
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes = {0};
    struct dump dump = {0};
    int64_t timestamp_ms;
    int32_t size;
    int status = 1;

    if (argc != 2) {
        fprintf(stderr, "usage: decode_dump CONFIG\n");
        return 2;
    }
    kaiku_hash_seed();
    if (kaiku_config_read(argv[1], &settings, &mistakes) != KAIKU_OK) {
        kaiku_mistakes_print(&mistakes, argv[1], stderr);
        goto done;
    }
    dump.model = &settings->model;
    if (kaiku_decoder_create(dump.model, &dump.decoder) != KAIKU_OK)
        goto done;
    while (read_one(&dump, &timestamp_ms, &size))
        decode_one(&dump, timestamp_ms, size);
    status = 0;

done:
    kaiku_decoder_destroy(dump.decoder);
    free(dump.bytes);
    kaiku_mistakes_release(&mistakes);
    if (settings)
        kaiku_settings_destroy(settings);
    return status;
}
