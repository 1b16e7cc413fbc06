#include "marks.h"

#include <stdlib.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

static void choose(struct marks *marks)
{
    marks->mark = marks_mark_scalar;
#ifdef __x86_64__
    marks->mark = __builtin_cpu_supports("avx512bw") ? marks_mark_avx512
                  : __builtin_cpu_supports("avx2")   ? marks_mark_avx2
                                                     : marks_mark_sse2;
#endif
}

int marks_init(struct marks *marks, uint32_t max_bytes)
{
    /* The record's blocks, the one in which it ends, and two behind. */
    size_t n = max_bytes / MARKS_BLOCK + 3;

    *marks = (struct marks){
        .bytes = malloc((size_t)max_bytes + 2 * MARKS_PADDING),
        .strings = malloc(n * sizeof(*marks->strings)),
        .words = malloc(n * sizeof(*marks->words)),
        .nested = malloc(n * sizeof(*marks->nested)),
    };
    choose(marks);
    if (marks->bytes && marks->strings && marks->words && marks->nested)
        return KAIKU_OK;
    marks_release(marks);
    return KAIKU_NOMEM;
}

void marks_release(struct marks *marks)
{
    free(marks->bytes);
    free(marks->strings);
    free(marks->words);
    free(marks->nested);
    *marks = (struct marks){0};
}

/* One block: copied from `from`, marked as block i; returns whether it is all ASCII. */
typedef bool marks_block(struct marks *marks, const char *from, size_t i);

/* As much of block i as size says, which is less than all of it; NULs are put behind the copy. */
typedef bool marks_rest(struct marks *marks, const char *from, size_t size, size_t i);

static inline void put(struct marks *marks, size_t i, uint64_t strings, uint64_t words, uint64_t nested)
{
    marks->strings[i] = htole64(strings);
    marks->words[i] = htole64(words);
    marks->nested[i] = htole64(nested);
}

/* Copies the rest, and marks the copy. Always inline, for each instruction set, as what follows: only then is the block
 * inline as well. */
__attribute__((always_inline)) static inline bool
mark_copied(struct marks *marks, const char *from, size_t size, size_t i, marks_block *block)
{
    char *to = marks->bytes + i * MARKS_BLOCK;

    memset(to, 0, MARKS_BLOCK);
    if (size > 0)
        memcpy(to, from, size);
    return block(marks, to, i);
}

/* mark_rest NULL: as mark_copied. */
__attribute__((always_inline)) static inline bool
mark_all(struct marks *marks, struct kaiku_text record, marks_block *block, marks_rest *mark_rest)
{
    size_t whole = record.size / MARKS_BLOCK, rest = record.size % MARKS_BLOCK;
    const char *end;
    bool is_ascii = true;

    for (size_t i = 0; i < whole; i++)
        is_ascii &= block(marks, record.data + i * MARKS_BLOCK, i);
    end = record.data + whole * MARKS_BLOCK;
    is_ascii &= mark_rest ? mark_rest(marks, end, rest, whole) : mark_copied(marks, end, rest, whole, block);
    memset(marks->bytes + (whole + 1) * MARKS_BLOCK, 0, MARKS_PADDING);
    for (size_t i = whole + 1; i <= whole + 2; i++)
        put(marks, i, UINT64_MAX, UINT64_MAX, UINT64_MAX);
    return is_ascii;
}

/* ---- any processor ---- */

static bool stops_string(unsigned char c)
{
    return c == '"' || c == '\\' || c < ' ';
}

/* NUL too, so that nobody walks beyond the record. */
static bool stops_nested(unsigned char c)
{
    return c == '"' || c == '\0' || (c | 0x20) == '{' || (c | 0x20) == '}';
}

static bool stops_word(unsigned char c)
{
    return stops_nested(c) || c <= ' ' || c == ',' || c == ':';
}

static inline bool block_scalar(struct marks *marks, const char *from, size_t i)
{
    uint64_t strings = 0, words = 0, nested = 0;
    unsigned char all = 0;

    for (unsigned b = 0; b < MARKS_BLOCK; b++) {
        unsigned char c = (unsigned char)from[b];
        marks->bytes[i * MARKS_BLOCK + b] = (char)c;
        strings |= (uint64_t)stops_string(c) << b;
        words |= (uint64_t)stops_word(c) << b;
        nested |= (uint64_t)stops_nested(c) << b;
        all |= c;
    }
    put(marks, i, strings, words, nested);
    return all < 0x80;
}

bool marks_mark_scalar(struct marks *marks, struct kaiku_text record)
{
    return mark_all(marks, record, block_scalar, NULL);
}

#ifdef __x86_64__

/* ---- 16 bytes at a time ---- */

static inline bool block_sse2(struct marks *marks, const char *from, size_t i)
{
    const __m128i lower = _mm_set1_epi8(0x20); /* '[' to '{', ']' to '}' */
    uint64_t strings = 0, words = 0, nested = 0;
    __m128i all = _mm_setzero_si128();

    for (unsigned b = 0; b < MARKS_BLOCK; b += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(from + b)), folded = _mm_or_si128(x, lower);
        __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
        __m128i space = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x20)), x);
        __m128i string = _mm_or_si128(_mm_or_si128(quote, control),
                                      _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
        __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
                                        _mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
        __m128i commas = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(',')),
                                      _mm_cmpeq_epi8(x, _mm_set1_epi8(':')));
        __m128i nest = _mm_or_si128(_mm_or_si128(quote, brackets),
                                    _mm_cmpeq_epi8(x, _mm_setzero_si128()));
        __m128i word = _mm_or_si128(_mm_or_si128(nest, space), commas);

        _mm_storeu_si128((__m128i *)(marks->bytes + i * MARKS_BLOCK + b), x);
        strings |= (uint64_t)(uint32_t)_mm_movemask_epi8(string) << b;
        words |= (uint64_t)(uint32_t)_mm_movemask_epi8(word) << b;
        nested |= (uint64_t)(uint32_t)_mm_movemask_epi8(nest) << b;
        all = _mm_or_si128(all, x);
    }
    put(marks, i, strings, words, nested);
    return _mm_movemask_epi8(all) == 0;
}

bool marks_mark_sse2(struct marks *marks, struct kaiku_text record)
{
    return mark_all(marks, record, block_sse2, NULL);
}

/* ---- 32 bytes at a time ---- */

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline bool block_avx2(struct marks *marks, const char *from, size_t i)
{
    const __m256i lower = _mm256_set1_epi8(0x20);
    uint64_t strings = 0, words = 0, nested = 0;
    __m256i all = _mm256_setzero_si256();

    for (unsigned b = 0; b < MARKS_BLOCK; b += 32) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(from + b));
        __m256i folded = _mm256_or_si256(x, lower);
        __m256i quote = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('"'));
        __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1f)), x);
        __m256i space = _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x20)), x);
        __m256i string = _mm256_or_si256(_mm256_or_si256(quote, control),
                                         _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')));
        __m256i brackets = _mm256_or_si256(_mm256_cmpeq_epi8(folded, _mm256_set1_epi8('{')),
                                           _mm256_cmpeq_epi8(folded, _mm256_set1_epi8('}')));
        __m256i commas = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8(',')),
                                         _mm256_cmpeq_epi8(x, _mm256_set1_epi8(':')));
        __m256i nest = _mm256_or_si256(_mm256_or_si256(quote, brackets),
                                       _mm256_cmpeq_epi8(x, _mm256_setzero_si256()));
        __m256i word = _mm256_or_si256(_mm256_or_si256(nest, space), commas);

        _mm256_storeu_si256((__m256i *)(marks->bytes + i * MARKS_BLOCK + b), x);
        strings |= (uint64_t)(uint32_t)_mm256_movemask_epi8(string) << b;
        words |= (uint64_t)(uint32_t)_mm256_movemask_epi8(word) << b;
        nested |= (uint64_t)(uint32_t)_mm256_movemask_epi8(nest) << b;
        all = _mm256_or_si256(all, x);
    }
    put(marks, i, strings, words, nested);
    return _mm256_movemask_epi8(all) == 0;
}

AVX2 bool marks_mark_avx2(struct marks *marks, struct kaiku_text record)
{
    return mark_all(marks, record, block_avx2, NULL);
}

/* ---- 64 bytes at a time: comparisons give the bits themselves ---- */

#define AVX512 __attribute__((target("avx512bw")))

AVX512 static inline bool mark_avx512(struct marks *marks, __m512i x, size_t i)
{
    __m512i folded = _mm512_or_si512(x, _mm512_set1_epi8(0x20));
    uint64_t quote = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"'));
    uint64_t strings = quote | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\\')) |
                       _mm512_cmplt_epu8_mask(x, _mm512_set1_epi8(0x20));
    uint64_t nested = quote | _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{')) |
                      _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}')) |
                      _mm512_testn_epi8_mask(x, x);
    uint64_t words = nested | _mm512_cmple_epu8_mask(x, _mm512_set1_epi8(' ')) |
                     _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(',')) |
                     _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(':'));

    _mm512_storeu_si512(marks->bytes + i * MARKS_BLOCK, x);
    put(marks, i, strings, words, nested);
    return _mm512_movepi8_mask(x) == 0;
}

AVX512 static inline bool block_avx512(struct marks *marks, const char *from, size_t i)
{
    return mark_avx512(marks, _mm512_loadu_si512(from), i);
}

/* What a mask leaves out is not read, and 0. */
AVX512 static inline bool rest_avx512(struct marks *marks, const char *from, size_t size, size_t i)
{
    return mark_avx512(marks, _mm512_maskz_loadu_epi8((UINT64_C(1) << size) - 1, from), i);
}

AVX512 bool marks_mark_avx512(struct marks *marks, struct kaiku_text record)
{
    return mark_all(marks, record, block_avx512, rest_avx512);
}

#endif
