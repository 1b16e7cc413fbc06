/* Text as slices and growable buffers. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <base/bytes.h>
#include <kaiku/status.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed run of bytes, not NUL-terminated. data may be NULL where size is 0. */
struct kaiku_text {
    const char *data;
    size_t size;
};

#define KAIKU_TEXT(literal) ((struct kaiku_text){(literal), sizeof(literal) - 1})

static inline struct kaiku_text kaiku_text_of(const char *string)
{
    return (struct kaiku_text){string, strlen(string)};
}

static inline bool kaiku_text_equal(struct kaiku_text a, struct kaiku_text b)
{
    return a.size == b.size && kaiku_bytes_equal(a.data, b.data, a.size);
}

/* The longest start of text that is at most max bytes and does not cut a UTF-8 character. */
struct kaiku_text kaiku_text_cut(struct kaiku_text text, size_t max);

/* Is the whole of text well-formed UTF-8 (no overlong form, no surrogate)? */
bool kaiku_text_is_utf8(struct kaiku_text text);

/* A growable buffer that owns its bytes. Zero-initialised is a valid empty one. An append that runs
 * out of memory leaves the content as it was and sets failed, which stays set until clear or
 * release: append many times, check once. */
struct kaiku_buffer {
    char *data;
    size_t size;
    size_t capacity;
    bool failed;
};

void kaiku_buffer_release(struct kaiku_buffer *buffer);
/* Empties it and keeps the memory. */
void kaiku_buffer_clear(struct kaiku_buffer *buffer);
/* Room for size more bytes behind the content; NULL when out of memory. Does not change size. */
char *kaiku_buffer_reserve(struct kaiku_buffer *buffer, size_t size);
void kaiku_buffer_append(struct kaiku_buffer *buffer, const void *bytes, size_t size);
void kaiku_buffer_text(struct kaiku_buffer *buffer, struct kaiku_text text);
void kaiku_buffer_string(struct kaiku_buffer *buffer, const char *string);
void kaiku_buffer_char(struct kaiku_buffer *buffer, char c);
void kaiku_buffer_integer(struct kaiku_buffer *buffer, int64_t value);
void kaiku_buffer_format(struct kaiku_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The content with a NUL behind it (not counted in size); "" when empty or failed. Borrowed until
 * the next change. */
const char *kaiku_buffer_cstring(struct kaiku_buffer *buffer);

static inline struct kaiku_text kaiku_buffer_as_text(const struct kaiku_buffer *buffer)
{
    return (struct kaiku_text){buffer->data, buffer->size};
}

#endif
