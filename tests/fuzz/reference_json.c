#include "reference.h"

#include <stdio.h>
#include <stdlib.h>

/* Where a reader stands in the record. Each function moves it on; false: not_json. */
struct cursor {
    const char *at, *end;
};

static bool is_at(const struct cursor *cursor, char c)
{
    return cursor->at < cursor->end && *cursor->at == c;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c);
}

static void skip_space(struct cursor *cursor)
{
    while (cursor->at < cursor->end && is_one_of(*cursor->at, " \t\r\n"))
        cursor->at++;
}

/* ---- what is only walked over ---- */

/* A string that must end and hold no raw control character. */
static bool skip_string(struct cursor *cursor)
{
    for (cursor->at++; cursor->at < cursor->end; cursor->at++) {
        if (*cursor->at == '"') {
            cursor->at++;
            return true;
        }
        if (*cursor->at == '\\')
            cursor->at++;
        else if ((unsigned char)*cursor->at < ' ')
            return false;
    }
    return false;
}

static void skip_word(struct cursor *cursor)
{
    while (cursor->at < cursor->end && !is_one_of(*cursor->at, " \t\r\n{}[],:\""))
        cursor->at++;
}

/* One step inside nested brackets, whose closing ones are expected in the order of `open`. */
static bool skip_part(struct cursor *cursor, struct kaiku_buffer *open)
{
    char c = *cursor->at;

    if (c == '"')
        return skip_string(cursor);
    if (is_one_of(c, "{[")) {
        kaiku_buffer_char(open, c == '{' ? '}' : ']');
    } else if (is_one_of(c, "}]")) {
        if (open->size == 0 || open->data[--open->size] != c)
            return false;
    } else if (is_one_of(c, ",:")) {
        if (open->size == 0)
            return false;
    } else {
        skip_word(cursor);
        return true;
    }
    cursor->at++;
    return true;
}

static bool skip_value(struct cursor *cursor)
{
    struct kaiku_buffer open = {0};
    bool good = true;

    do {
        skip_space(cursor);
        good = cursor->at < cursor->end && skip_part(cursor, &open);
    } while (good && open.size > 0);
    kaiku_buffer_release(&open);
    return good;
}

/* ---- strings ---- */

enum string { STRING, STRING_ODD /* NUL or half a pair */, STRING_BAD };

static bool read_hex(const struct cursor *cursor, unsigned *out)
{
    char digits[5] = {0}, *stop;

    if (cursor->end - cursor->at < 4)
        return false;
    memcpy(digits, cursor->at, 4);
    if (strspn(digits, "0123456789abcdefABCDEF") != 4)
        return false;
    *out = (unsigned)strtoul(digits, &stop, 16);
    return true;
}

static void put_utf8(struct kaiku_buffer *out, unsigned c)
{
    if (c < 0x80) {
        kaiku_buffer_char(out, (char)c);
        return;
    }
    if (c < 0x800) {
        kaiku_buffer_char(out, (char)(0xc0 | c >> 6));
    } else {
        if (c < 0x10000) {
            kaiku_buffer_char(out, (char)(0xe0 | c >> 12));
        } else {
            kaiku_buffer_char(out, (char)(0xf0 | c >> 18));
            kaiku_buffer_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        }
        kaiku_buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
    }
    kaiku_buffer_char(out, (char)(0x80 | (c & 0x3f)));
}

/* Behind \u. */
static enum string read_code(struct cursor *cursor, struct kaiku_buffer *out)
{
    unsigned c, low;
    struct cursor next;

    if (!read_hex(cursor, &c))
        return STRING_BAD;
    cursor->at += 4;
    if (c >= 0xd800 && c < 0xdc00 && cursor->end - cursor->at >= 6 && !memcmp(cursor->at, "\\u", 2)) {
        next = (struct cursor){cursor->at + 2, cursor->end};
        if (!read_hex(&next, &low))
            return STRING_BAD;
        if (low >= 0xdc00 && low < 0xe000) {
            cursor->at += 6;
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    if (c == 0 || (c >= 0xd800 && c < 0xe000))
        return STRING_ODD;
    put_utf8(out, c);
    return STRING;
}

/* Behind a backslash. */
static enum string read_escape(struct cursor *cursor, struct kaiku_buffer *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (cursor->at == cursor->end || *cursor->at == '\0')
        return STRING_BAD;
    if (*cursor->at == 'u') {
        cursor->at++;
        return read_code(cursor, out);
    }
    found = strchr(from, *cursor->at++);
    if (!found)
        return STRING_BAD;
    kaiku_buffer_char(out, to[found - from]);
    return STRING;
}

/* text: with its quotes */
static enum string read_string(struct kaiku_text text, struct kaiku_buffer *out)
{
    struct cursor cursor = {text.data + 1, text.data + text.size - 1};
    enum string worst = STRING;

    while (cursor.at < cursor.end) {
        char c = *cursor.at++;
        enum string result = STRING;
        if (c == '\\')
            result = read_escape(&cursor, out);
        else
            kaiku_buffer_char(out, c);
        if (result > worst)
            worst = result;
    }
    return worst;
}

/* ---- objects and arrays ---- */

/* Called for each member or element; false: not_json. */
typedef bool visit(void *context, const struct kaiku_text *key, size_t index, struct kaiku_text value);

static bool read_value(struct cursor *cursor, struct kaiku_text *value)
{
    skip_space(cursor);
    value->data = cursor->at;
    if (!skip_value(cursor))
        return false;
    value->size = (size_t)(cursor->at - value->data);
    skip_space(cursor);
    return true;
}

/* `"key" : `, the key unescaped. One that no pointer can hold is never the same as another. */
static bool read_key(struct cursor *cursor, struct kaiku_buffer *key)
{
    const char *begin;
    enum string result;

    skip_space(cursor);
    begin = cursor->at;
    if (!is_at(cursor, '"') || !skip_string(cursor))
        return false;
    result = read_string((struct kaiku_text){begin, (size_t)(cursor->at - begin)}, key);
    if (result == STRING_ODD)
        kaiku_buffer_char(key, '\0');
    skip_space(cursor);
    return result != STRING_BAD && is_at(cursor, ':') && cursor->at++;
}

static bool read_member(struct cursor *cursor, bool is_object, size_t index, visit *each, void *context)
{
    struct kaiku_buffer key = {0};
    struct kaiku_text name, value;
    bool good = (!is_object || read_key(cursor, &key)) && read_value(cursor, &value);

    name = kaiku_buffer_as_text(&key);
    good = good && each(context, is_object ? &name : NULL, index, value);
    kaiku_buffer_release(&key);
    return good;
}

/* The object or array that begins at the cursor. */
static bool read_members(struct cursor *cursor, visit *each, void *context)
{
    bool is_object = *cursor->at++ == '{';
    char close = is_object ? '}' : ']';

    skip_space(cursor);
    if (is_at(cursor, close))
        return cursor->at++;
    for (size_t i = 0;; i++) {
        if (!read_member(cursor, is_object, i, each, context))
            return false;
        if (is_at(cursor, close))
            return cursor->at++;
        if (!is_at(cursor, ','))
            return false;
        cursor->at++;
    }
}

/* ---- pointers ---- */

/* A part of a pointer, and the value that it leads to. */
struct search {
    struct kaiku_text part;
    bool found;
    struct kaiku_text value;
};

static bool is_index(struct kaiku_text part, size_t index)
{
    char digits[32];
    int size = snprintf(digits, sizeof digits, "%zu", index);

    return kaiku_text_equal(part, (struct kaiku_text){digits, (size_t)size});
}

/* A used key may stand once only. */
static bool compare(void *context, const struct kaiku_text *key, size_t index, struct kaiku_text value)
{
    struct search *search = context;

    if (key ? !kaiku_text_equal(*key, search->part) : !is_index(search->part, index))
        return true;
    if (search->found)
        return false;
    search->found = true;
    search->value = value;
    return true;
}

/* "/a~1b/c" -> "a/b", and "/c" is left. */
static void take_part(const char **pointer, struct kaiku_buffer *part)
{
    const char *p = *pointer + 1;

    for (; *p && *p != '/'; p++) {
        if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
            kaiku_buffer_char(part, *++p == '0' ? '~' : '/');
        else
            kaiku_buffer_char(part, *p);
    }
    *pointer = p;
}

/* From an object or array to what one part of a pointer leads to. */
static bool follow(struct kaiku_text *value, const char **pointer, bool *found)
{
    struct cursor cursor = {value->data, value->data + value->size};
    struct kaiku_buffer part = {0};
    struct search search = {0};
    bool good = true;

    take_part(pointer, &part);
    search.part = kaiku_buffer_as_text(&part);
    if (is_one_of(*cursor.at, "{["))
        good = read_members(&cursor, compare, &search);
    kaiku_buffer_release(&part);
    *found = search.found;
    *value = search.value;
    return good;
}

static size_t digits_at(struct kaiku_text text, size_t i)
{
    size_t n = 0;

    while (i + n < text.size && is_one_of(text.data[i + n], "0123456789"))
        n++;
    return n;
}

static bool is_number(struct kaiku_text t)
{
    size_t i = t.data[0] == '-', n = digits_at(t, i);

    if (n == 0 || (n > 1 && t.data[i] == '0'))
        return false;
    i += n;
    if (i < t.size && t.data[i] == '.') {
        if ((n = digits_at(t, i + 1)) == 0)
            return false;
        i += 1 + n;
    }
    if (i < t.size && is_one_of(t.data[i], "eE")) {
        i++;
        i += i < t.size && is_one_of(t.data[i], "+-");
        if ((n = digits_at(t, i)) == 0)
            return false;
        i += n;
    }
    return i == t.size;
}

/* A value that a pointer names is checked fully. */
static bool judge(struct kaiku_text text, struct reference_value *out)
{
    if (is_one_of(text.data[0], "{[")) {
        out->kind = REFERENCE_NESTED;
        return true;
    }
    if (text.data[0] == '"') {
        out->kind = REFERENCE_TEXT;
        return read_string(text, &out->text) == STRING;
    }
    if (kaiku_text_equal(text, KAIKU_TEXT("null")))
        return true;
    if (kaiku_text_equal(text, KAIKU_TEXT("true")))
        out->kind = REFERENCE_TRUE;
    else if (kaiku_text_equal(text, KAIKU_TEXT("false")))
        out->kind = REFERENCE_FALSE;
    else if (is_number(text))
        out->kind = REFERENCE_NUMBER;
    else
        return false;
    kaiku_buffer_text(&out->text, text);
    return true;
}

bool reference_json_value(struct kaiku_text record, const char *pointer, struct reference_value *out)
{
    struct kaiku_text value = record;
    bool found = true;

    *out = (struct reference_value){.kind = REFERENCE_ABSENT};
    while (*value.data != '{') { /* space before the object */
        value.data++;
        value.size--;
    }
    while (*pointer && found)
        if (!follow(&value, &pointer, &found))
            return false;
    return !found || judge(value, out);
}

/* ---- the record ---- */

/* Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
static bool is_utf8(struct kaiku_text text)
{
    static const struct {
        unsigned char first, last, low, high; /* first byte, and bounds of the second */
        int more;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 0},          {0xc2, 0xdf, 0x80, 0xbf, 1}, {0xe0, 0xe0, 0xa0, 0xbf, 2},
        {0xe1, 0xec, 0x80, 0xbf, 2},    {0xed, 0xed, 0x80, 0x9f, 2}, {0xee, 0xef, 0x80, 0xbf, 2},
        {0xf0, 0xf0, 0x90, 0xbf, 3},    {0xf1, 0xf3, 0x80, 0xbf, 3}, {0xf4, 0xf4, 0x80, 0x8f, 3},
    };
    const unsigned char *p = (const unsigned char *)text.data, *end = p + text.size;

    while (p < end) {
        size_t f = 0;
        while (f < sizeof forms / sizeof forms[0] && !(*p >= forms[f].first && *p <= forms[f].last))
            f++;
        if (f == sizeof forms / sizeof forms[0] || end - p <= forms[f].more)
            return false;
        for (int i = 1; i <= forms[f].more; i++)
            if (p[i] < (i == 1 ? forms[f].low : 0x80) || p[i] > (i == 1 ? forms[f].high : 0xbf))
                return false;
        p += 1 + forms[f].more;
    }
    return true;
}

static bool accept(void *context, const struct kaiku_text *key, size_t index, struct kaiku_text value)
{
    (void)context, (void)key, (void)index, (void)value;
    return true;
}

bool reference_json_is_object(struct kaiku_text record)
{
    struct cursor cursor = {record.data, record.data + record.size};

    skip_space(&cursor);
    if (!is_utf8(record) || !is_at(&cursor, '{') || !read_members(&cursor, accept, NULL))
        return false;
    skip_space(&cursor);
    return cursor.at == cursor.end;
}
