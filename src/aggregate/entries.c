#include "aggregate/entries.h"

#include <stdlib.h>

int kaiku_entries_init(struct kaiku_entries *entries, uint32_t keep)
{
    *entries = (struct kaiku_entries){.keep = keep, .capacity = 2 * keep + 1};
    entries->starts = malloc(entries->capacity * sizeof *entries->starts);
    return entries->starts ? KAIKU_OK : KAIKU_NOMEM;
}

void kaiku_entries_release(struct kaiku_entries *entries)
{
    kaiku_buffer_release(&entries->bytes);
    free(entries->starts);
    *entries = (struct kaiku_entries){0};
}

void kaiku_entries_clear(struct kaiku_entries *entries)
{
    kaiku_buffer_clear(&entries->bytes);
    entries->count = 0;
    entries->total = 0;
}

/* Twice `keep` are gathered before the older half goes, so an entry is moved once at most. */
static void drop_older(struct kaiku_entries *entries)
{
    uint32_t first = entries->count - entries->keep;
    uint32_t from = entries->keep > 0 ? entries->starts[first] : (uint32_t)entries->bytes.size;
    memmove(entries->bytes.data, entries->bytes.data + from, entries->bytes.size - from);
    entries->bytes.size -= from;
    for (uint32_t i = 0; i < entries->keep; i++)
        entries->starts[i] = entries->starts[first + i] - from;
    entries->count = entries->keep;
}

int kaiku_entries_add(struct kaiku_entries *entries, struct kaiku_text framed)
{
    entries->total++;
    if (entries->count == entries->capacity)
        drop_older(entries);
    entries->starts[entries->count] = (uint32_t)entries->bytes.size;
    kaiku_buffer_text(&entries->bytes, framed);
    if (entries->bytes.failed)
        return KAIKU_NOMEM;
    entries->count++;
    return KAIKU_OK;
}

void kaiku_entries_frame(struct kaiku_buffer *framed, struct kaiku_text text)
{
    uint32_t size = (uint32_t)text.size;
    kaiku_buffer_append(framed, &size, sizeof size);
    kaiku_buffer_text(framed, text);
}

uint32_t kaiku_entries_read(const struct kaiku_entries *entries, uint32_t i, struct kaiku_text *texts,
                            uint32_t max)
{
    const char *at = entries->bytes.data + entries->starts[i];
    const char *end = entries->bytes.data +
                      (i + 1 < entries->count ? entries->starts[i + 1] : entries->bytes.size);
    uint32_t n = 0;
    while (at < end && n < max) {
        uint32_t size;
        memcpy(&size, at, sizeof size);
        texts[n++] = (struct kaiku_text){at + sizeof size, size};
        at += sizeof size + size;
    }
    return n;
}
