/* Where strings and words of a record may stop: a bit for each byte, found in one pass over it.
 *
 * The same pass copies the record, puts NULs behind the copy, and sees whether all of it is ASCII. A search is
 * then a look at a word of bits, whatever lies between. The pass is chosen once for the processor at hand. */
#ifndef DECODE_MARKS_H
#define DECODE_MARKS_H

#include <base/text.h>
#include <kaiku/status.h>

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    MARKS_BLOCK = 64,   /* bytes to a word of bits */
    MARKS_PADDING = 64, /* NULs behind the record */
};

/* Strings stop at quotes, backslashes and control bytes; words at these but backslashes, and at spaces,
 * commas, colons and brackets; what is nested at quotes and brackets. Behind the record every bit is set.
 * Words of bits are little endian, so that eight bytes from anywhere are the bits from there. */
struct marks {
    char *bytes;
    uint64_t *strings, *words, *nested;
    bool (*mark)(struct marks *marks, struct kaiku_text record);
};

/* Records are of at most max_bytes. */
int marks_init(struct marks *marks, uint32_t max_bytes) KAIKU_MUST_CHECK;
void marks_release(struct marks *marks);

/* True where the record is all ASCII; it is copied and marked in any case. */
static inline bool marks_take(struct marks *marks, struct kaiku_text record)
{
    return marks->mark(marks, record);
}

enum { MARKS_AHEAD = 57 }; /* bits of a word from anywhere are those of so many bytes at least */

static inline uint64_t marks_word(const struct marks *marks, const uint64_t *bits, const char *p)
{
    size_t at = (size_t)(p - marks->bytes);
    uint64_t word;

    memcpy(&word, (const char *)bits + at / 8, sizeof(word));
    return le64toh(word) >> at % 8;
}

/* The first marked byte from p, which lies in the record or up to MARKS_BLOCK bytes behind. */
static inline char *marks_next(const struct marks *marks, const uint64_t *bits, const char *p)
{
    uint64_t word;

    while (__builtin_expect((word = marks_word(marks, bits, p)) == 0, 0))
        p += MARKS_AHEAD;
    return (char *)p + __builtin_ctzll(word);
}

/* The passes themselves, for tests. A processor without one never takes it. */
bool marks_mark_scalar(struct marks *marks, struct kaiku_text record);
#ifdef __x86_64__
bool marks_mark_sse2(struct marks *marks, struct kaiku_text record);
bool marks_mark_avx2(struct marks *marks, struct kaiku_text record);
bool marks_mark_avx512(struct marks *marks, struct kaiku_text record);
#endif

#endif
