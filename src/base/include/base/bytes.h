/* Short runs of bytes, without a call: values and numbers have a few bytes, and a call to the C library costs
 * more than to compare or copy them. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Up to 16 bytes by two words that overlap. */
static inline bool kaiku_bytes_equal(const char *a, const char *b, size_t size)
{
    uint64_t a_first, b_first, a_last, b_last;
    uint32_t a_half, b_half, a_end, b_end;

    if (size > 2 * sizeof(a_first))
        return memcmp(a, b, size) == 0;
    if (size >= sizeof(a_first)) {
        memcpy(&a_first, a, sizeof(a_first));
        memcpy(&b_first, b, sizeof(b_first));
        memcpy(&a_last, a + size - sizeof(a_last), sizeof(a_last));
        memcpy(&b_last, b + size - sizeof(b_last), sizeof(b_last));
        return ((a_first ^ b_first) | (a_last ^ b_last)) == 0;
    }
    if (size >= sizeof(a_half)) {
        memcpy(&a_half, a, sizeof(a_half));
        memcpy(&b_half, b, sizeof(b_half));
        memcpy(&a_end, a + size - sizeof(a_end), sizeof(a_end));
        memcpy(&b_end, b + size - sizeof(b_end), sizeof(b_end));
        return ((a_half ^ b_half) | (a_end ^ b_end)) == 0;
    }
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* Up to KAIKU_BYTES_SHORT bytes as two words: with the size, they tell one run from any other. */
enum { KAIKU_BYTES_SHORT = 16 };

static inline void kaiku_bytes_words(const char *data, size_t size, uint64_t words[2])
{
    uint32_t first, last;

    if (size >= sizeof(words[0])) {
        memcpy(&words[0], data, sizeof(words[0]));
        memcpy(&words[1], data + size - sizeof(words[1]), sizeof(words[1]));
    } else if (size >= sizeof(first)) {
        memcpy(&first, data, sizeof(first));
        memcpy(&last, data + size - sizeof(last), sizeof(last));
        words[0] = first;
        words[1] = last;
    } else {
        words[0] = size > 0 ? (unsigned char)data[0] : 0;
        words[1] = size > 0 ? (uint64_t)(unsigned char)data[size / 2] << 8 | (unsigned char)data[size - 1] : 0;
    }
}

static inline void kaiku_bytes_copy(char *to, const char *from, size_t size)
{
    uint64_t first, last;

    if (size > 2 * sizeof(first)) {
        memcpy(to, from, size);
    } else if (size >= sizeof(first)) {
        memcpy(&first, from, sizeof(first));
        memcpy(&last, from + size - sizeof(last), sizeof(last));
        memcpy(to, &first, sizeof(first));
        memcpy(to + size - sizeof(last), &last, sizeof(last));
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = from[i];
    }
}

#endif
