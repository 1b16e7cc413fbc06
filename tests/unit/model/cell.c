#include <kaiku/cell.h>

#include <criterion/criterion.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TWO(bits) ((__int128)1 << (bits))

/* A block with one or two counters set. */
static size_t put_two(unsigned at, int64_t value, unsigned other_at, int64_t other, uint8_t *out)
{
    int64_t counters[KAIKU_BLOCK] = {0};

    counters[other_at] = other;
    counters[at] = value;
    return kaiku_cell_put_block(0x1234, counters, out);
}

static int next_of(const void *cell, size_t size)
{
    struct kaiku_cell_chunk chunk;
    size_t position = 0;

    return kaiku_cell_next(cell, size, &position, &chunk);
}

Test(cell, a_chunk_stands_as_documented)
{
    static const uint8_t narrow[] = {0x34, 0x12, 0 * 32 + 3, 3, 0x05, 0x00, 0xff};
    static const uint8_t wide[] = {0x34, 0x12, 1 * 32 + 31, 1, 0x2c, 0x01};
    uint8_t out[KAIKU_CHUNK_MAX];

    cr_assert_eq(put_two(3, 5, 5, -1, out), sizeof(narrow));
    cr_assert_arr_eq(out, narrow, sizeof(narrow));
    cr_assert_eq(put_two(31, 300, 31, 300, out), sizeof(wide));
    cr_assert_arr_eq(out, wide, sizeof(wide));
    cr_assert_eq(put_two(0, 0, 1, 0, out), 0);
}

Test(cell, widths_are_the_narrowest)
{
    static const struct {
        int64_t value;
        size_t width;
    } cases[] = {
        {1, 1},          {-1, 1},           {127, 1},          {-128, 1},
        {128, 2},        {-129, 2},         {32767, 2},        {-32768, 2},
        {32768, 4},      {-32769, 4},       {INT32_MAX, 4},    {INT32_MIN, 4},
        {2147483648, 8}, {-2147483649, 8},  {INT64_MAX, 8},    {INT64_MIN, 8},
    };
    uint8_t out[KAIKU_CHUNK_MAX];
    struct kaiku_cell_chunk chunk;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t size = put_two(9, cases[i].value, 10, 1, out), position = 0;
        cr_assert_eq(size, 4 + 2 * cases[i].width, "%zu bytes for %lld", size,
                     (long long)cases[i].value);
        cr_assert_eq(kaiku_cell_next(out, size, &position, &chunk), KAIKU_OK);
        cr_assert_eq(chunk.id, 0x1234);
        cr_assert_eq(chunk.counters[9], cases[i].value);
        cr_assert_eq(chunk.counters[10], 1);
        cr_assert_eq(position, size);
    }
}

static size_t put_both(const int32_t *counters, uint8_t *out)
{
    int64_t wide[KAIKU_BLOCK];
    uint8_t expected[KAIKU_CHUNK_MAX];
    size_t size;

    for (int i = 0; i < KAIKU_BLOCK; i++)
        wide[i] = counters[i];
    size = kaiku_cell_put_block(0x1234, wide, expected);
    cr_assert_eq(kaiku_cell_put_delta(0x1234, counters, out), size);
    cr_assert_arr_eq(out, expected, size);
    return size;
}

Test(cell, deltas_are_encoded_alike)
{
    static const int32_t values[] = {0, 0, 1, -1, 127, -128, 128, -129, 32767, -32768, 32768,
                                     -32769, INT32_MAX, INT32_MIN};
    uint8_t *out = malloc(KAIKU_CHUNK_MAX); /* the sanitizers see any step beyond it */
    int32_t counters[KAIKU_BLOCK] = {0};

    cr_assert_eq(put_both(counters, out), 0);
    for (int i = 0; i < KAIKU_BLOCK; i++)
        for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
            memset(counters, 0, sizeof(counters));
            counters[i] = values[v];
            put_both(counters, out);
        }
    srand(5);
    for (int round = 0; round < 20000; round++) {
        memset(counters, 0, sizeof(counters));
        for (int n = rand() % 8, most = 2 + rand() % 13; n > 0; n--)
            counters[rand() % KAIKU_BLOCK] = values[rand() % most];
        put_both(counters, out);
    }
    free(out);
}

Test(cell, a_full_block_takes_the_most_room)
{
    int64_t counters[KAIKU_BLOCK];
    uint8_t out[KAIKU_CHUNK_MAX];

    for (unsigned i = 0; i < KAIKU_BLOCK; i++)
        counters[i] = INT64_MIN + i;
    cr_assert_eq(kaiku_cell_put_block(0, counters, out), KAIKU_CHUNK_MAX);
}

static void check_sum(__int128 value)
{
    uint8_t out[KAIKU_CHUNK_MAX];
    struct kaiku_cell_chunk chunk;
    size_t size = kaiku_cell_put_sum(5, value, out), position = 0;

    cr_assert_eq(kaiku_cell_next(out, size, &position, &chunk), KAIKU_OK);
    cr_assert_eq(chunk.id, KAIKU_SUM_BLOCK + 5);
    cr_assert(chunk.sum == value);
    cr_assert_eq(kaiku_cell_next(out, size, &position, &chunk), KAIKU_END);
}

Test(cell, sums_of_any_size_come_back)
{
    static const unsigned bits[] = {0, 7, 31, 32, 63, 64, 95, 96, 126};
    uint8_t out[KAIKU_CHUNK_MAX];

    for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
        for (int off = -2; off <= 2; off++) {
            __int128 value = TWO(bits[i]) + off;
            if (value == 0)
                continue;
            check_sum(value);
            check_sum(-value);
        }
    check_sum(TWO(126) - 1 + TWO(126));
    check_sum(-TWO(126) - TWO(126));
    cr_assert_eq(kaiku_cell_put_sum(0, 0, out), 0);
}

Test(cell, limbs_are_balanced)
{
    static const uint8_t minus_one[] = {0x00, 0x80, 0, 1, 0xff};
    static const uint8_t two_31[] = {0x00, 0x80, 2 * 32, 2, 0, 0, 0, 0x80, 1, 0, 0, 0};
    uint8_t out[KAIKU_CHUNK_MAX];

    cr_assert_eq(kaiku_cell_put_sum(0, -1, out), sizeof(minus_one));
    cr_assert_arr_eq(out, minus_one, sizeof(minus_one));
    cr_assert_eq(kaiku_cell_put_sum(0, TWO(31), out), sizeof(two_31));
    cr_assert_arr_eq(out, two_31, sizeof(two_31));
}

Test(cell, limbs_of_any_value_are_composed)
{
    /* Limbs 1 and 3 of 8 bytes: 2^40 + 1 and 0, then -1. */
    static const uint8_t loose[] = {0x00, 0x80, 3 * 32 + 1, 3, 1,    0,    0,    0,    0,    1,
                                    0,    0,    0,          0, 0,    0,    0,    0,    0,    0,
                                    0xff, 0xff, 0xff,       0xff, 0xff, 0xff, 0xff, 0xff};
    struct kaiku_cell_chunk chunk;
    size_t position = 0;

    cr_assert_eq(kaiku_cell_next(loose, sizeof(loose), &position, &chunk), KAIKU_OK);
    cr_assert(chunk.sum == TWO(72) + TWO(32) - TWO(96));
}

static uint64_t state = 88172645463325252;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Mostly zeros and small numbers, now and then one of any width. */
static int64_t draw_counter(void)
{
    uint64_t kind = draw() % 8;

    if (kind < 5)
        return 0;
    return (int64_t)draw() >> (kind == 7 ? draw() % 64 : 57);
}

static size_t encode(const struct kaiku_cell_chunk *chunks, unsigned n, uint8_t *out)
{
    size_t size = 0;

    for (unsigned i = 0; i < n; i++)
        size += chunks[i].id & KAIKU_SUM_BLOCK
                    ? kaiku_cell_put_sum(chunks[i].id & 0x7fff, chunks[i].sum, out + size)
                    : kaiku_cell_put_block(chunks[i].id, chunks[i].counters, out + size);
    return size;
}

static unsigned decode(const uint8_t *cell, size_t size, struct kaiku_cell_chunk *out)
{
    size_t position = 0;
    unsigned n = 0;
    int status;

    while ((status = kaiku_cell_next(cell, size, &position, &out[n])) == KAIKU_OK)
        n++;
    cr_assert_eq(status, KAIKU_END);
    return n;
}

static bool is_zero(const struct kaiku_cell_chunk *chunk)
{
    static const int64_t zeros[KAIKU_BLOCK];

    return chunk->sum == 0 && memcmp(chunk->counters, zeros, sizeof(zeros)) == 0;
}

static void draw_chunk(struct kaiku_cell_chunk *chunk, unsigned id)
{
    memset(chunk, 0, sizeof(*chunk));
    chunk->id = (uint16_t)id;
    if (id & KAIKU_SUM_BLOCK)
        chunk->sum = (__int128)(((unsigned __int128)draw() << 64) | draw()) >> draw() % 128;
    else
        for (unsigned i = 0; i < KAIKU_BLOCK; i++)
            chunk->counters[i] = draw_counter();
}

Test(cell, random_cells_come_back_and_have_one_encoding)
{
    static uint8_t cell[6 * KAIKU_CHUNK_MAX], again[6 * KAIKU_CHUNK_MAX];
    static struct kaiku_cell_chunk chunks[6], read[7];

    for (unsigned round = 0; round < 20000; round++) {
        unsigned n = 0, seen = 0;
        for (unsigned i = 0; i < 6; i++)
            draw_chunk(&chunks[i], i < 4 ? i * 7 : KAIKU_SUM_BLOCK + i);
        size_t size = encode(chunks, 6, cell);
        n = decode(cell, size, read);
        cr_assert_eq(encode(read, n, again), size);
        cr_assert_eq(memcmp(cell, again, size), 0);
        for (unsigned i = 0; i < 6; i++) {
            if (is_zero(&chunks[i]))
                continue;
            cr_assert_eq(read[seen].id, chunks[i].id);
            cr_assert(read[seen].sum == chunks[i].sum);
            if (!(chunks[i].id & KAIKU_SUM_BLOCK))
                cr_assert_arr_eq(read[seen].counters, chunks[i].counters,
                                 sizeof(chunks[i].counters));
            seen++;
        }
        cr_assert_eq(seen, n);
    }
}

Test(cell, the_empty_cell_is_the_empty_string)
{
    cr_assert_eq(next_of("", 0), KAIKU_END);
    cr_assert_eq(next_of(NULL, 0), KAIKU_END);
}

Test(cell, what_is_no_cell_is_refused)
{
    static const struct {
        const char *what;
        uint8_t bytes[12];
        size_t size;
    } cases[] = {
        {"half a head", {0, 0, 0}, 3},
        {"no counters", {0, 0, 0, 0}, 4},
        {"33 counters", {0, 0, 0, 33, 1}, 12},
        {"behind the block", {0, 0, 31, 2, 1, 1}, 6},
        {"16 bytes wide", {0, 0, 4 * 32, 1, 1}, 12},
        {"data cut", {0, 0, 0, 2, 1}, 5},
        {"wide data cut", {0, 0, 3 * 32, 1, 1, 1, 1, 1, 1, 1, 1}, 11},
        {"sum of five limbs", {0, 0x80, 0, 5, 1, 1, 1, 1, 1}, 9},
        {"sum behind its limbs", {0, 0x80, 3, 2, 1, 1}, 6},
        {"same id twice", {1, 0, 0, 1, 7, 1, 0, 0, 1, 7}, 10},
        {"ids going down", {1, 0, 0, 1, 7, 0, 0, 0, 1, 7}, 10},
        {"block behind a sum", {0, 0x80, 0, 1, 7, 1, 0, 0, 1, 7}, 10},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        /* On the heap, so that the address sanitizer sees the end. */
        uint8_t *cell = malloc(cases[i].size);
        memcpy(cell, cases[i].bytes, cases[i].size);
        cr_assert_eq(next_of(cell, cases[i].size), KAIKU_INVALID, "%s", cases[i].what);
        free(cell);
    }
}

Test(cell, random_bytes_do_no_harm)
{
    for (unsigned round = 0; round < 200000; round++) {
        size_t size = draw() % 40;
        uint8_t *cell = malloc(size + 1);
        struct kaiku_cell_chunk chunk;
        size_t position = draw() % 4 == 0 ? draw() % 64 : 0;

        for (size_t i = 0; i < size; i++)
            cell[i] = (uint8_t)(draw() % 4 ? draw() % 8 : draw());
        cell = realloc(cell, size > 0 ? size : 1);
        for (int status = KAIKU_OK; status == KAIKU_OK;) {
            status = kaiku_cell_next(cell, size, &position, &chunk);
            cr_assert(status == KAIKU_OK || status == KAIKU_END || status == KAIKU_INVALID);
            cr_assert(status != KAIKU_OK || position <= size);
        }
        free(cell);
    }
}
