#include "aggregate/interner.h"

#include <base/hash.h>
#include <base/memory.h>
#include <model/model.h>

enum { SMALLEST_INDEX = 256 };

static size_t index_capacity(uint32_t capacity)
{
    size_t size = SMALLEST_INDEX;
    while (size < 2 * (size_t)capacity)
        size *= 2;
    return size;
}

int kaiku_interner_init(struct kaiku_interner *interner, uint32_t capacity)
{
    *interner = (struct kaiku_interner){
        .mask = SMALLEST_INDEX - 1,
        .count = KAIKU_ID_FIRST,
        .capacity = capacity + KAIKU_ID_FIRST,
        /* Values are short; whoever sends only long ones is handed over earlier. */
        .bytes_capacity = capacity * (KAIKU_MAX_VALUE / 4) + (1 << 16),
    };
    interner->items = kaiku_memory_reserve(interner->capacity * sizeof *interner->items);
    interner->bytes = kaiku_memory_reserve(interner->bytes_capacity);
    interner->index = kaiku_memory_reserve(index_capacity(interner->capacity) * sizeof(uint32_t));
    if (!interner->items || !interner->bytes || !interner->index) {
        kaiku_interner_release(interner);
        return KAIKU_NOMEM;
    }
    return KAIKU_OK;
}

void kaiku_interner_release(struct kaiku_interner *interner)
{
    if (interner->items)
        kaiku_memory_release(interner->items, interner->capacity * sizeof *interner->items);
    if (interner->bytes)
        kaiku_memory_release(interner->bytes, interner->bytes_capacity);
    if (interner->index)
        kaiku_memory_release(interner->index,
                             index_capacity(interner->capacity) * sizeof(uint32_t));
    *interner = (struct kaiku_interner){0};
}

static void place(struct kaiku_interner *interner, uint32_t id)
{
    uint32_t i = interner->items[id].hash & interner->mask;
    while (interner->index[i])
        i = (i + 1) & interner->mask;
    interner->index[i] = id;
}

static void rebuild_index(struct kaiku_interner *interner, uint32_t mask)
{
    kaiku_memory_zero(interner->index, sizeof(uint32_t) * ((size_t)interner->mask + 1));
    interner->mask = mask;
    for (uint32_t id = KAIKU_ID_FIRST; id < interner->count; id++)
        place(interner, id);
}

/* Moves the admitted values together; texts move down only, in order. */
static void compact(struct kaiku_interner *interner)
{
    uint32_t count = KAIKU_ID_FIRST, bytes = 0;
    for (uint32_t id = KAIKU_ID_FIRST; id < interner->count; id++) {
        struct kaiku_interned item = interner->items[id];
        if (!item.admitted)
            continue;
        memmove(interner->bytes + bytes, interner->bytes + item.at, item.size);
        item.at = bytes;
        item.used = false;
        bytes += item.size;
        interner->items[count++] = item;
    }
    interner->count = count;
    interner->bytes_used = bytes;
}

void kaiku_interner_clear(struct kaiku_interner *interner, bool keep)
{
    uint32_t before = interner->count;
    if (keep) {
        compact(interner);
    } else {
        interner->count = KAIKU_ID_FIRST;
        interner->bytes_used = 0;
    }
    memset(interner->recent, 0, sizeof interner->recent);
    interner->items[KAIKU_ID_NONE].used = false;
    interner->items[KAIKU_ID_OTHER].used = false;
    if (interner->count == before)
        return;
    uint32_t mask = SMALLEST_INDEX - 1;
    while (mask < 2 * (uint64_t)interner->count)
        mask = 2 * mask + 1;
    rebuild_index(interner, mask);
}

bool kaiku_interner_has_room(const struct kaiku_interner *interner, uint32_t n)
{
    return interner->capacity - interner->count >= n &&
           interner->bytes_capacity - interner->bytes_used >= (size_t)n * KAIKU_MAX_VALUE;
}

static uint32_t add(struct kaiku_interner *interner, struct kaiku_text value, uint32_t hash)
{
    if (interner->count * 2 > interner->mask)
        rebuild_index(interner, 2 * interner->mask + 1);
    uint32_t id = interner->count++;
    interner->items[id] = (struct kaiku_interned){
        .hash = hash, .at = interner->bytes_used, .size = (uint16_t)value.size};
    memcpy(interner->bytes + interner->bytes_used, value.data, value.size);
    interner->bytes_used += (uint32_t)value.size;
    place(interner, id);
    return id;
}

static uint32_t look_up(const struct kaiku_interner *interner, struct kaiku_text value, uint32_t hash)
{
    for (uint32_t i = hash & interner->mask; interner->index[i]; i = (i + 1) & interner->mask) {
        uint32_t id = interner->index[i];
        if (interner->items[id].hash == hash && kaiku_text_equal(kaiku_interner_text(interner, id), value))
            return id;
    }
    return 0;
}

uint32_t kaiku_interner_find(const struct kaiku_interner *interner, struct kaiku_text value)
{
    return look_up(interner, value, (uint32_t)kaiku_hash_keyed(value.data, value.size));
}

static uint32_t find_or_add(struct kaiku_interner *interner, struct kaiku_text value)
{
    uint32_t hash = (uint32_t)kaiku_hash_keyed(value.data, value.size);
    uint32_t id = look_up(interner, value, hash);
    return id ? id : add(interner, value, hash);
}

uint32_t kaiku_interner_id(struct kaiku_interner *interner, struct kaiku_text value)
{
    uint64_t words[2], mixed;
    if (value.size > KAIKU_BYTES_SHORT)
        return find_or_add(interner, value);
    kaiku_bytes_words(value.data, value.size, words);
    mixed = (words[0] ^ words[1] * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    struct kaiku_interner_recent *recent = &interner->recent[mixed >> 56];
    if (recent->words[0] != words[0] || recent->words[1] != words[1] || recent->size != value.size ||
        !recent->id)
        *recent = (struct kaiku_interner_recent){
            {words[0], words[1]}, (uint32_t)value.size, find_or_add(interner, value)};
    return recent->id;
}
