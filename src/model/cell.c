#include <kaiku/cell.h>

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    HEAD_SIZE = 4,
};

/* The four bytes before the data of a chunk. */
struct head {
    uint16_t id;
    unsigned log_width; /* of the counter width in bytes */
    unsigned first, count;
};

static size_t data_size(const struct head *head)
{
    return (size_t)head->count << head->log_width;
}

/* A loop for each width, so that the compiler sees what a counter is; here and in load(). */
static void store(uint8_t *to, const struct head *head, const int64_t *counters)
{
    uint16_t half;
    uint32_t word;
    uint64_t wide;

    switch (head->log_width) {
    case 0:
        for (unsigned i = 0; i < head->count; i++)
            to[i] = (uint8_t)counters[i];
        break;
    case 1:
        for (unsigned i = 0; i < head->count; i++) {
            half = htole16((uint16_t)counters[i]);
            memcpy(to + i * sizeof(half), &half, sizeof(half));
        }
        break;
    case 2:
        for (unsigned i = 0; i < head->count; i++) {
            word = htole32((uint32_t)counters[i]);
            memcpy(to + i * sizeof(word), &word, sizeof(word));
        }
        break;
    default:
        for (unsigned i = 0; i < head->count; i++) {
            wide = htole64((uint64_t)counters[i]);
            memcpy(to + i * sizeof(wide), &wide, sizeof(wide));
        }
    }
}

static void load(const uint8_t *from, const struct head *head, int64_t *counters)
{
    uint16_t half;
    uint32_t word;
    uint64_t wide;

    switch (head->log_width) {
    case 0:
        for (unsigned i = 0; i < head->count; i++)
            counters[i] = (int8_t)from[i];
        break;
    case 1:
        for (unsigned i = 0; i < head->count; i++) {
            memcpy(&half, from + i * sizeof(half), sizeof(half));
            counters[i] = (int16_t)le16toh(half);
        }
        break;
    case 2:
        for (unsigned i = 0; i < head->count; i++) {
            memcpy(&word, from + i * sizeof(word), sizeof(word));
            counters[i] = (int32_t)le32toh(word);
        }
        break;
    default:
        for (unsigned i = 0; i < head->count; i++) {
            memcpy(&wide, from + i * sizeof(wide), sizeof(wide));
            counters[i] = (int64_t)le64toh(wide);
        }
    }
}

static void put_head(uint8_t *out, const struct head *head)
{
    out[0] = (uint8_t)head->id;
    out[1] = (uint8_t)(head->id >> 8);
    out[2] = (uint8_t)(head->log_width * 32 + head->first);
    out[3] = (uint8_t)head->count;
}

/* bits: of all counters, negative ones turned over. */
static unsigned narrowest(uint64_t bits)
{
    if (bits <= INT8_MAX)
        return 0;
    if (bits <= INT16_MAX)
        return 1;
    return bits <= INT32_MAX ? 2 : 3;
}

static size_t put_chunk(uint16_t id, const int64_t *values, unsigned n, uint8_t *out)
{
    struct head head = {.id = id};
    uint64_t bits = 0;

    while (n > 0 && values[n - 1] == 0)
        n--;
    if (n == 0)
        return 0;
    while (values[head.first] == 0)
        head.first++;
    values += head.first;
    head.count = n - head.first;
    for (unsigned i = 0; i < head.count; i++)
        bits |= (uint64_t)(values[i] ^ (values[i] >> 63));
    head.log_width = narrowest(bits);

    put_head(out, &head);
    store(out + HEAD_SIZE, &head, values);
    return HEAD_SIZE + data_size(&head);
}

size_t kaiku_cell_put_block(uint16_t id, const int64_t counters[KAIKU_BLOCK], void *out)
{
    return put_chunk(id, counters, KAIKU_BLOCK, out);
}

/* A bit for each counter that is not zero. */
static uint32_t used_counters(const int32_t counters[KAIKU_BLOCK])
{
    uint32_t used = 0;

    for (unsigned i = 0; i < KAIKU_BLOCK; i += 4) {
#ifdef __SSE2__
        __m128i four = _mm_loadu_si128((const __m128i *)(counters + i));
        __m128i zero = _mm_cmpeq_epi32(four, _mm_setzero_si128());
        used |= (uint32_t)(_mm_movemask_ps(_mm_castsi128_ps(zero)) ^ 0xf) << i;
#else
        for (unsigned j = i; j < i + 4; j++)
            used |= (uint32_t)(counters[j] != 0) << j;
#endif
    }
    return used;
}

/* The counters from the first used one on, and KAIKU_BLOCK of them, so that the compiler has no ends to deal
 * with: zeros behind the last one, and whatever behind the block. */
static void store_block(uint8_t *to, const struct head *head, const int32_t counters[KAIKU_BLOCK])
{
    uint8_t bytes[2 * KAIKU_BLOCK];
    uint16_t halves[2 * KAIKU_BLOCK];

    switch (head->log_width) {
    case 0:
        for (unsigned i = 0; i < KAIKU_BLOCK; i++)
            bytes[i] = (uint8_t)counters[i];
        memcpy(to, bytes + head->first, KAIKU_BLOCK * sizeof(*bytes));
        break;
    case 1:
        for (unsigned i = 0; i < KAIKU_BLOCK; i++)
            halves[i] = htole16((uint16_t)counters[i]);
        memcpy(to, halves + head->first, KAIKU_BLOCK * sizeof(*halves));
        break;
    default:
        for (unsigned i = head->first; i < head->first + head->count; i++) {
            uint32_t word = htole32((uint32_t)counters[i]);
            memcpy(to + (i - head->first) * sizeof(word), &word, sizeof(word));
        }
    }
}

size_t kaiku_cell_put_delta(uint16_t id, const int32_t counters[KAIKU_BLOCK], void *out)
{
    uint32_t used = used_counters(counters), bits = 0;
    struct head head = {.id = id};

    if (used == 0)
        return 0;
    for (unsigned i = 0; i < KAIKU_BLOCK; i++)
        bits |= (uint32_t)(counters[i] ^ (counters[i] >> 31));
    head.first = (unsigned)__builtin_ctz(used);
    head.count = 32 - (unsigned)__builtin_clz(used) - head.first;
    head.log_width = narrowest(bits);
    put_head(out, &head);
    store_block((uint8_t *)out + HEAD_SIZE, &head, counters);
    return HEAD_SIZE + data_size(&head);
}

size_t kaiku_cell_put_sum(uint16_t sum, __int128 value, void *out)
{
    unsigned __int128 rest = (unsigned __int128)value;
    int64_t limbs[KAIKU_SUM_LIMBS];

    for (unsigned i = 0; i < KAIKU_SUM_LIMBS; i++) {
        limbs[i] = (int32_t)(uint32_t)rest;
        /* Unsigned, so a carry out of the last limb wraps as two's complement does. */
        rest = (rest - (unsigned __int128)limbs[i]) >> 32;
    }
    return put_chunk(KAIKU_SUM_BLOCK | sum, limbs, KAIKU_SUM_LIMBS, out);
}

static __int128 compose(const int64_t limbs[KAIKU_SUM_LIMBS])
{
    unsigned __int128 sum = 0;

    for (unsigned i = KAIKU_SUM_LIMBS; i-- > 0;)
        sum = (sum << 32) + (unsigned __int128)limbs[i];
    return (__int128)sum;
}

static bool read_head(const uint8_t *cell, size_t size, size_t position, struct head *out)
{
    const uint8_t *bytes = cell + position;
    unsigned most;

    if (size - position < HEAD_SIZE)
        return false;
    out->id = (uint16_t)(bytes[0] | bytes[1] << 8);
    out->log_width = bytes[2] / 32;
    out->first = bytes[2] % 32;
    out->count = bytes[3];

    most = out->id & KAIKU_SUM_BLOCK ? KAIKU_SUM_LIMBS : KAIKU_BLOCK;
    return out->log_width <= 3 && out->count > 0 && out->first + out->count <= most &&
           data_size(out) <= size - position - HEAD_SIZE;
}

/* Are the chunks whole and their ids ascending? */
static bool is_cell(const uint8_t *cell, size_t size)
{
    struct head head;
    int before = -1;

    for (size_t position = 0; position < size; position += HEAD_SIZE + data_size(&head)) {
        if (!read_head(cell, size, position, &head) || head.id <= before)
            return false;
        before = head.id;
    }
    return true;
}

int kaiku_cell_next(const void *cell, size_t size, size_t *position, struct kaiku_cell_chunk *out)
{
    const uint8_t *data;
    struct head head;

    /* All heads before the first chunk, so that no part of a damaged cell is ever added up. */
    if (*position == 0 && !is_cell(cell, size))
        return KAIKU_INVALID;
    if (*position == size)
        return KAIKU_END;
    if (*position > size || !read_head(cell, size, *position, &head))
        return KAIKU_INVALID;

    data = (const uint8_t *)cell + *position + HEAD_SIZE;
    memset(out, 0, sizeof(*out));
    out->id = head.id;
    load(data, &head, out->counters + head.first);
    if (head.id & KAIKU_SUM_BLOCK)
        out->sum = compose(out->counters);
    *position += HEAD_SIZE + data_size(&head);
    return KAIKU_OK;
}
