/* Searches in a record, 16 bytes at a time. Each reads up to 15 bytes beyond what it finds, and the
 * first two stop at a NUL in any case: records stand before NULs. */
#ifndef DECODE_BLOCKS_H
#define DECODE_BLOCKS_H

#include <base/text.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { KAIKU_BLOCK = 16 };

/* The first quote, backslash or control byte from p. */
static inline char *kaiku_string_stop(char *p)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1f);

    for (;; p += KAIKU_BLOCK) {
        __m128i block = _mm_loadu_si128((const __m128i *)p);
        __m128i stops = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
            _mm_cmpeq_epi8(_mm_min_epu8(block, control), block));
        unsigned mask = (unsigned)_mm_movemask_epi8(stops);

        if (mask)
            return p + __builtin_ctz(mask);
    }
#else
    while (*p != '"' && *p != '\\' && (unsigned char)*p > 0x1f)
        p++;
    return p;
#endif
}

/* 32 bytes in hand. */
struct kaiku_block32 {
#ifdef __SSE2__
    __m128i low, high;
#else
    char bytes[2 * KAIKU_BLOCK];
#endif
};

static inline struct kaiku_block32 kaiku_block32_load(const char *p)
{
    struct kaiku_block32 block;
#ifdef __SSE2__
    block.low = _mm_loadu_si128((const __m128i *)p);
    block.high = _mm_loadu_si128((const __m128i *)(p + KAIKU_BLOCK));
#else
    memcpy(block.bytes, p, sizeof(block.bytes));
#endif
    return block;
}

#ifdef __SSE2__
static inline uint32_t kaiku_mask32(__m128i low, __m128i high)
{
    return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << KAIKU_BLOCK;
}

static inline __m128i kaiku_string_stops(__m128i block)
{
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    __m128i escape = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));

    return _mm_or_si128(_mm_or_si128(control, escape), _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
}
#endif

/* A bit for each byte that is the same as at other. */
static inline uint32_t kaiku_block32_equal(struct kaiku_block32 block, const char *other)
{
#ifdef __SSE2__
    return kaiku_mask32(
        _mm_cmpeq_epi8(block.low, _mm_loadu_si128((const __m128i *)other)),
        _mm_cmpeq_epi8(block.high, _mm_loadu_si128((const __m128i *)(other + KAIKU_BLOCK))));
#else
    uint32_t same = 0;

    for (int i = 0; i < 32; i++)
        same |= (uint32_t)(block.bytes[i] == other[i]) << i;
    return same;
#endif
}

/* A bit for each byte that is a quote, a backslash or a control byte. */
static inline uint32_t kaiku_block32_stops(struct kaiku_block32 block)
{
#ifdef __SSE2__
    return kaiku_mask32(kaiku_string_stops(block.low), kaiku_string_stops(block.high));
#else
    uint32_t stops = 0;

    for (int i = 0; i < 32; i++)
        stops |= (uint32_t)(block.bytes[i] == '"' || block.bytes[i] == '\\' ||
                            (unsigned char)block.bytes[i] < ' ')
                 << i;
    return stops;
#endif
}

/* The first byte from p that ends a bare word, or a control byte. */
static inline char *kaiku_word_stop(char *p)
{
#ifdef __SSE2__
    const __m128i space = _mm_set1_epi8(' ');
    const __m128i lower = _mm_set1_epi8(0x20); /* '[' to '{', ']' to '}' */

    for (;; p += KAIKU_BLOCK) {
        __m128i block = _mm_loadu_si128((const __m128i *)p);
        __m128i folded = _mm_or_si128(block, lower);
        __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
                                        _mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
        __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(',')),
                                     _mm_cmpeq_epi8(block, _mm_set1_epi8(':')));
        __m128i others = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(_mm_min_epu8(block, space), block));
        __m128i stops = _mm_or_si128(_mm_or_si128(brackets, marks), others);
        unsigned mask = (unsigned)_mm_movemask_epi8(stops);

        if (mask)
            return p + __builtin_ctz(mask);
    }
#else
    while ((unsigned char)*p > ' ' && *p != ',' && *p != ':' && *p != '"' && (*p | 0x20) != '{' &&
           (*p | 0x20) != '}')
        p++;
    return p;
#endif
}

/* The first quote or bracket from p; NULL where there is none before end. */
static inline char *kaiku_nesting_stop(char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i lower = _mm_set1_epi8(0x20);
    const __m128i open = _mm_set1_epi8('{');
    const __m128i close = _mm_set1_epi8('}');

    for (; p < end; p += KAIKU_BLOCK) {
        __m128i block = _mm_loadu_si128((const __m128i *)p);
        __m128i folded = _mm_or_si128(block, lower);
        __m128i stops = _mm_or_si128(
            _mm_cmpeq_epi8(block, quote),
            _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close)));
        unsigned mask = (unsigned)_mm_movemask_epi8(stops);

        if (mask)
            return p + __builtin_ctz(mask);
    }
#else
    for (; p < end; p++)
        if (*p == '"' || (*p | 0x20) == '{' || (*p | 0x20) == '}')
            return p;
#endif
    return NULL;
}

/* Copies text, and says whether all of it is ASCII. */
static inline bool kaiku_copy_ascii(char *to, struct kaiku_text text)
{
    const char *from = text.data;
    uint64_t any = 0, word;
    size_t i = 0;

#ifdef __SSE2__
    __m128i high = _mm_setzero_si128();

    for (; i + KAIKU_BLOCK <= text.size; i += KAIKU_BLOCK) {
        __m128i block = _mm_loadu_si128((const __m128i *)(from + i));

        _mm_storeu_si128((__m128i *)(to + i), block);
        high = _mm_or_si128(high, block);
    }
    any = _mm_movemask_epi8(high) ? UINT64_MAX : 0;
#endif
    for (; i + sizeof(word) <= text.size; i += sizeof(word)) {
        memcpy(&word, from + i, sizeof(word));
        memcpy(to + i, &word, sizeof(word));
        any |= word;
    }
    for (; i < text.size; i++) {
        to[i] = from[i];
        any |= (unsigned char)from[i];
    }
    return (any & UINT64_C(0x8080808080808080)) == 0;
}

#endif
