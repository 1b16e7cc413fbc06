#include "entries.h"

#include <base/array.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    PIECE = 500, /* entries of one reply */
    ID_MAX = 48, /* bytes: two numbers of 64 bits, and a bracket */
};

struct reading {
    struct http_entries *entries;
    http_entry_write *write;
    void *context;
    uint32_t got;     /* of this piece */
    char next[ID_MAX]; /* where the next piece ends: before the last one seen */
};

static void visit(void *context, struct kaiku_pairs pairs)
{
    struct reading *reading = context;
    struct http_entries *entries = reading->entries;
    struct http_json json = {.out = &entries->text};
    uint32_t *grown = kaiku_array_reserve(entries->ends, entries->n, &entries->capacity, sizeof(*grown));

    reading->got++;
    snprintf(reading->next, sizeof(reading->next), "(%.*s", (int)pairs.id.size, pairs.id.data);
    if (!grown) {
        entries->text.failed = true;
        return;
    }
    entries->ends = grown;
    reading->write(reading->context, &json, pairs);
    entries->ends[entries->n++] = (uint32_t)entries->text.size;
}

int http_entries_read(const struct http_api *api, const char *key, struct kaiku_id_range range,
                      http_entry_write *write, void *context, struct http_entries *out)
{
    struct reading reading = {.entries = out, .write = write, .context = context};
    uint32_t left = range.count;
    int status = KAIKU_OK;

    range.newest_first = true;
    do {
        range.count = left < PIECE ? left : PIECE;
        reading.got = 0;
        status = kaiku_view_reader_range(api->reader, key, &range, visit, &reading);
        range.to = reading.next;
        left -= reading.got < left ? reading.got : left;
    } while (status == KAIKU_OK && reading.got == range.count && left > 0 &&
             out->text.size <= HTTP_ANSWER_MAX);
    return status;
}

static void append_object(struct kaiku_buffer *out, const struct http_entries *entries, uint32_t i)
{
    uint32_t begin = i > 0 ? entries->ends[i - 1] : 0;

    kaiku_buffer_append(out, entries->text.data + begin, entries->ends[i] - begin);
}

int http_entries_answer(const struct http_entries *entries, bool oldest_first,
                        struct http_answer *answer)
{
    struct kaiku_buffer *out = http_answer_json(answer);

    kaiku_buffer_char(out, '[');
    for (uint32_t i = 0; i < entries->n; i++) {
        kaiku_buffer_string(out, i > 0 ? "," : "");
        append_object(out, entries, oldest_first ? entries->n - 1 - i : i);
    }
    kaiku_buffer_char(out, ']');
    out->failed |= entries->text.failed;
    return http_finish(answer);
}

void http_entries_release(struct http_entries *entries)
{
    kaiku_buffer_release(&entries->text);
    free(entries->ends);
}
