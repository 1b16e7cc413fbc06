#include <base/text.h>

#include <base/failpoint.h>

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

struct kaiku_text kaiku_text_cut(struct kaiku_text text, size_t max)
{
    if (text.size <= max)
        return text;
    while (max > 0 && ((unsigned char)text.data[max] & 0xc0) == 0x80)
        max--;
    return (struct kaiku_text){text.data, max};
}

static uint64_t word_at(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

/* The first byte from p that is not ASCII, or end. Words, not bytes: most feedback is ASCII. */
static const char *skip_ascii(const char *p, const char *end)
{
    for (; end - p >= 32; p += 32) {
        uint64_t any = word_at(p) | word_at(p + 8) | word_at(p + 16) | word_at(p + 24);
        if (any & HIGH_BITS)
            break;
    }
    for (; end - p >= 8; p += 8) {
        uint64_t high = le64toh(word_at(p)) & HIGH_BITS;
        if (high)
            return p + __builtin_ctzll(high) / 8;
    }
    while (p < end && !((unsigned char)*p & 0x80))
        p++;
    return p;
}

static bool is_between(char c, unsigned char low, unsigned char high)
{
    return (unsigned char)c >= low && (unsigned char)c <= high;
}

/* Bytes of the non-ASCII character at p, 0 where it is not well-formed: table 3-7 of Unicode. The
 * second byte's range is what keeps overlong forms, surrogates and all above U+10FFFF out. */
static size_t character_size(const char *p, const char *end)
{
    unsigned char lead = (unsigned char)*p;
    unsigned char low = 0x80, high = 0xbf;
    size_t size;

    if (lead >= 0xc2 && lead <= 0xdf)
        size = 2;
    else if ((lead & 0xf0) == 0xe0)
        size = 3;
    else if (lead >= 0xf0 && lead <= 0xf4)
        size = 4;
    else
        return 0;
    if ((size_t)(end - p) < size)
        return 0;

    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    if (!is_between(p[1], low, high))
        return 0;
    for (size_t i = 2; i < size; i++)
        if (!is_between(p[i], 0x80, 0xbf))
            return 0;
    return size;
}

bool kaiku_text_is_utf8(struct kaiku_text text)
{
    const char *p = text.data;

    if (text.size == 0)
        return true;
    for (const char *end = p + text.size; (p = skip_ascii(p, end)) < end;) {
        size_t size = character_size(p, end);
        if (size == 0)
            return false;
        p += size;
    }
    return true;
}

void kaiku_buffer_release(struct kaiku_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct kaiku_buffer){0};
}

void kaiku_buffer_clear(struct kaiku_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

char *kaiku_buffer_reserve(struct kaiku_buffer *buffer, size_t size)
{
    size_t capacity = buffer->capacity ? buffer->capacity : 64;
    size_t needed;
    char *data;

    if (buffer->failed || __builtin_add_overflow(buffer->size, size, &needed))
        goto fail;
    if (buffer->data && needed <= buffer->capacity)
        return buffer->data + buffer->size;
    if (KAIKU_FAILS("buffer"))
        goto fail;
    while (capacity < needed)
        if (__builtin_mul_overflow(capacity, 2, &capacity))
            goto fail;
    data = realloc(buffer->data, capacity);
    if (!data)
        goto fail;
    buffer->data = data;
    buffer->capacity = capacity;
    return data + buffer->size;

fail:
    buffer->failed = true;
    return NULL;
}

void kaiku_buffer_append(struct kaiku_buffer *buffer, const void *bytes, size_t size)
{
    char *room = kaiku_buffer_reserve(buffer, size);

    if (!room || size == 0)
        return;
    memcpy(room, bytes, size);
    buffer->size += size;
}

void kaiku_buffer_text(struct kaiku_buffer *buffer, struct kaiku_text text)
{
    kaiku_buffer_append(buffer, text.data, text.size);
}

void kaiku_buffer_string(struct kaiku_buffer *buffer, const char *string)
{
    kaiku_buffer_append(buffer, string, strlen(string));
}

void kaiku_buffer_char(struct kaiku_buffer *buffer, char c)
{
    kaiku_buffer_append(buffer, &c, 1);
}

void kaiku_buffer_integer(struct kaiku_buffer *buffer, int64_t value)
{
    char digits[20]; /* -9223372036854775808 */
    char *p = digits + sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        *--p = '-';
    kaiku_buffer_append(buffer, p, (size_t)(digits + sizeof(digits) - p));
}

/* False where the room was too small: there is enough of it now, unless the buffer failed. */
__attribute__((format(printf, 2, 0))) static bool
try_format(struct kaiku_buffer *buffer, const char *format, va_list arguments)
{
    size_t room = buffer->capacity - buffer->size;
    int size = vsnprintf(room ? buffer->data + buffer->size : NULL, room, format, arguments);

    if (size < 0)
        buffer->failed = true;
    else if ((size_t)size >= room)
        kaiku_buffer_reserve(buffer, (size_t)size + 1);
    else
        buffer->size += (size_t)size;
    return size >= 0 && (size_t)size < room;
}

void kaiku_buffer_format(struct kaiku_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    bool done = false;

    while (!done && !buffer->failed) {
        va_start(arguments, format);
        done = try_format(buffer, format, arguments);
        va_end(arguments);
    }
}

const char *kaiku_buffer_cstring(struct kaiku_buffer *buffer)
{
    char *room = kaiku_buffer_reserve(buffer, 1);

    if (!room)
        return "";
    *room = '\0';
    return buffer->data;
}
