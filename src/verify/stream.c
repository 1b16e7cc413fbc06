/* Streams of shard 0. Each partition's entries come in the order of its log, and the newest `keep` of all stand:
 * so of each partition the newest ones do, without a hole. */
#include "verify_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int verify_stream_init(struct verify_stream *stream, const char *prefix, const char *name,
                       uint32_t keep)
{
    int size = snprintf(stream->name, sizeof stream->name, "%s%s", prefix, name);

    stream->keep = keep;
    stream->entries.record_size = sizeof(struct verify_entry);
    return size < (int)sizeof stream->name ? KAIKU_OK : KAIKU_INVALID;
}

void verify_stream_release(struct verify_stream *stream)
{
    for (struct verify_node *node = stream->entries.first; node; node = node->after)
        kaiku_buffer_release(&((struct verify_entry *)node->record)->framed);
    verify_map_release(&stream->entries);
    free(stream->lowest);
}

void verify_frame(struct kaiku_buffer *framed, struct kaiku_text text)
{
    uint32_t size = (uint32_t)text.size;

    kaiku_buffer_append(framed, &size, sizeof size);
    kaiku_buffer_text(framed, text);
}

/* The text at *at, which is moved on; nothing at the end. */
static struct kaiku_text unframe(const struct kaiku_buffer *framed, size_t *at)
{
    struct kaiku_text text = {0};
    uint32_t size;

    if (*at + sizeof size > framed->size)
        return text;
    memcpy(&size, framed->data + *at, sizeof size);
    text = (struct kaiku_text){framed->data + *at + sizeof size, size};
    *at += sizeof size + size;
    return text;
}

static struct kaiku_text value_of(const struct kaiku_text *texts, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i + 1 < n; i += 2)
        if (kaiku_text_equal(texts[i], kaiku_text_of(name)))
            return texts[i + 1];
    return KAIKU_TEXT("");
}

/* Its place in the entries' map stands in verify->key afterwards. */
static int locate(struct kaiku_verify *verify, const struct kaiku_text *texts, uint32_t n,
                  struct verify_entry *out)
{
    struct kaiku_buffer *key = &verify->key;
    struct verify_partition *partition;
    struct kaiku_text offset = value_of(texts, n, "offset");

    kaiku_buffer_clear(key);
    kaiku_buffer_text(key, value_of(texts, n, "topic"));
    kaiku_buffer_char(key, ':');
    kaiku_buffer_text(key, value_of(texts, n, "partition"));
    partition = verify_partition_get(verify, kaiku_buffer_as_text(key));
    if (!partition)
        return KAIKU_NOMEM;
    out->partition = (uint32_t)(partition - verify->partitions);
    kaiku_buffer_char(key, ':');
    for (size_t i = 0; i < offset.size && i < 18 && offset.data[i] >= '0' && offset.data[i] <= '9'; i++)
        out->offset = 10 * out->offset + (offset.data[i] - '0');
    kaiku_buffer_text(key, offset);
    kaiku_buffer_char(key, ':');
    kaiku_buffer_text(key, value_of(texts, n, "metric"));
    return key->failed ? KAIKU_NOMEM : KAIKU_OK;
}

int verify_stream_take(struct kaiku_verify *verify, struct verify_stream *stream,
                       const struct kaiku_text *texts, uint32_t n)
{
    struct verify_entry entry = {0}, *stands;
    struct verify_node *node;
    bool created;
    int status = locate(verify, texts, n, &entry);

    if (status != KAIKU_OK)
        return status;
    node = verify_map_get(&stream->entries, kaiku_buffer_as_text(&verify->key), &created);
    if (!node)
        return KAIKU_NOMEM;
    stream->stored++;
    stands = (struct verify_entry *)node->record;
    if (!created) {
        verify_report_state(verify, 0, stream->name, kaiku_buffer_as_text(&verify->key),
                            KAIKU_TEXT("twice"), KAIKU_TEXT("once"));
        return KAIKU_OK;
    }
    *stands = entry;
    for (uint32_t i = 0; i < n; i++)
        verify_frame(&stands->framed, texts[i]);
    return stands->framed.failed ? KAIKU_NOMEM : KAIKU_OK;
}

int verify_stream_index(struct kaiku_verify *verify, struct verify_stream *stream)
{
    int64_t *highest = calloc(verify->n_partitions + 1, sizeof *highest);

    stream->lowest = calloc(verify->n_partitions + 1, sizeof *stream->lowest);
    if (!highest || !stream->lowest) {
        free(highest);
        return KAIKU_NOMEM;
    }
    for (uint32_t p = 0; p < verify->n_partitions; p++)
        stream->lowest[p] = INT64_MAX;
    for (const struct verify_node *node = stream->entries.first; node; node = node->after) {
        const struct verify_entry *entry = (const struct verify_entry *)node->record;
        if (entry->offset < stream->lowest[entry->partition])
            stream->lowest[entry->partition] = entry->offset;
        if (entry->offset < highest[entry->partition])
            verify_report_state(verify, 0, stream->name, verify_map_key(&stream->entries, node),
                                KAIKU_TEXT("behind a later one"),
                                KAIKU_TEXT("the order of its log"));
        else
            highest[entry->partition] = entry->offset;
    }
    free(highest);
    return KAIKU_OK;
}

/* The fields in which they differ; where names differ, no more is said. */
static void compare_entry(struct kaiku_verify *verify, const struct verify_stream *stream,
                          const struct kaiku_buffer *stored)
{
    const struct kaiku_buffer *expected = &verify->entry;
    size_t s = 0, e = 0;
    char key[KAIKU_KEY_MAX], name[KAIKU_MAX_NAME + 1];

    kaiku_key_state(key, sizeof key, verify->options.prefix, 0, stream->name);
    while (s < stored->size || e < expected->size) {
        struct kaiku_text stored_name = unframe(stored, &s), stored_value = unframe(stored, &s);
        struct kaiku_text name_text = unframe(expected, &e), value = unframe(expected, &e);
        bool is_same_name = kaiku_text_equal(stored_name, name_text);
        if (is_same_name && kaiku_text_equal(stored_value, value))
            continue;
        snprintf(name, sizeof name, "%.*s", (int)name_text.size, name_text.data ? name_text.data : "");
        if (is_same_name)
            verify_report(verify, key, kaiku_buffer_as_text(&verify->key), name, stored_value, value);
        else
            verify_report(verify, key, kaiku_buffer_as_text(&verify->key), "name of a field",
                          stored_name, name_text);
        if (!is_same_name)
            return;
    }
}

static bool equals_entry(const struct kaiku_buffer *a, const struct kaiku_buffer *b)
{
    return kaiku_text_equal(kaiku_buffer_as_text(a), kaiku_buffer_as_text(b));
}

int verify_stream_expect(struct kaiku_verify *verify, struct verify_stream *stream,
                         const struct verify_partition *partition, int64_t offset,
                         const char *metric)
{
    struct kaiku_buffer *key = &verify->key;
    struct verify_node *node;
    struct verify_entry *entry;

    stream->expected++;
    kaiku_buffer_clear(key);
    kaiku_buffer_format(key, "%s:%" PRId64 ":%s", partition->field, offset, metric);
    if (key->failed || verify->entry.failed)
        return KAIKU_NOMEM;
    node = verify_map_find(&stream->entries, kaiku_buffer_as_text(key));
    if (!node) {
        if (offset >= stream->lowest[partition - verify->partitions])
            verify_report_state(verify, 0, stream->name, kaiku_buffer_as_text(key),
                                KAIKU_TEXT("nothing"), KAIKU_TEXT("an entry"));
        return KAIKU_OK;
    }
    entry = (struct verify_entry *)node->record;
    entry->is_expected = true;
    verify->figures.entries++;
    if (!equals_entry(&entry->framed, &verify->entry))
        compare_entry(verify, stream, &entry->framed);
    return KAIKU_OK;
}

void verify_stream_end(struct kaiku_verify *verify, struct verify_stream *stream)
{
    uint64_t wanted = stream->expected < stream->keep ? stream->expected : stream->keep;
    char stored[24], expected[24];

    for (const struct verify_node *node = stream->entries.first; node; node = node->after)
        if (!((const struct verify_entry *)node->record)->is_expected)
            verify_report_state(verify, 0, stream->name, verify_map_key(&stream->entries, node),
                                KAIKU_TEXT("an entry"), KAIKU_TEXT("nothing"));
    if (stream->stored == wanted)
        return;
    snprintf(stored, sizeof stored, "%" PRIu64, stream->stored);
    snprintf(expected, sizeof expected, "%" PRIu64, wanted);
    verify_report_state(verify, 0, stream->name, KAIKU_TEXT("entries"), kaiku_text_of(stored),
                        kaiku_text_of(expected));
}
