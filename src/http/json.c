#include "json.h"

#include <model/member.h>

enum { NUMBER_MAX = 64 }; /* bytes; longer than any that is published */

static void begin_value(struct http_json *json)
{
    if (json->is_behind)
        kaiku_buffer_char(json->out, ',');
    json->is_behind = true;
}

void http_json_open(struct http_json *json, char bracket)
{
    begin_value(json);
    kaiku_buffer_char(json->out, bracket);
    json->is_behind = false;
}

void http_json_close(struct http_json *json, char bracket)
{
    kaiku_buffer_char(json->out, bracket);
    json->is_behind = true;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 32 && c != '"' && c != '\\';
}

/* The escape of a character that must not stand in a string. */
static void append_escape(struct kaiku_buffer *out, char c)
{
    if (c == '"' || c == '\\')
        kaiku_buffer_format(out, "\\%c", c);
    else
        kaiku_buffer_format(out, "\\u%04x", (unsigned char)c);
}

static void append_valid(struct kaiku_buffer *out, struct kaiku_text text)
{
    size_t begin = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (is_plain(text.data[i]))
            continue;
        kaiku_buffer_append(out, text.data + begin, i - begin);
        append_escape(out, text.data[i]);
        begin = i + 1;
    }
    kaiku_buffer_append(out, text.data + begin, text.size - begin);
}

/* Bytes of the character at the start of text; 0 where there is none. */
static size_t character_size(struct kaiku_text text)
{
    for (size_t size = 1; size <= 4 && size <= text.size; size++)
        if (kaiku_text_is_utf8((struct kaiku_text){text.data, size}))
            return size;
    return 0;
}

static void append_repaired(struct kaiku_buffer *out, struct kaiku_text text)
{
    while (text.size > 0) {
        size_t size = character_size(text);

        if (size > 0)
            append_valid(out, (struct kaiku_text){text.data, size});
        else
            kaiku_buffer_string(out, "\ufffd");
        size += size == 0;
        text = (struct kaiku_text){text.data + size, text.size - size};
    }
}

static void append_quoted(struct kaiku_buffer *out, struct kaiku_text text)
{
    kaiku_buffer_char(out, '"');
    if (kaiku_text_is_utf8(text))
        append_valid(out, text);
    else
        append_repaired(out, text);
    kaiku_buffer_char(out, '"');
}

void http_json_name(struct http_json *json, struct kaiku_text name)
{
    begin_value(json);
    append_quoted(json->out, name);
    kaiku_buffer_char(json->out, ':');
    json->is_behind = false;
}

void http_json_text(struct http_json *json, struct kaiku_text text)
{
    begin_value(json);
    append_quoted(json->out, text);
}

void http_json_string(struct http_json *json, const char *string)
{
    if (string) {
        http_json_text(json, kaiku_text_of(string));
        return;
    }
    begin_value(json);
    kaiku_buffer_string(json->out, "null");
}

void http_json_integer(struct http_json *json, int64_t value)
{
    begin_value(json);
    kaiku_buffer_integer(json->out, value);
}

static size_t count_digits(struct kaiku_text text, size_t from)
{
    size_t at = from;

    while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9')
        at++;
    return at - from;
}

/* What JSON takes, without an exponent: none is published. */
static bool is_number(struct kaiku_text text)
{
    size_t at = text.size > 0 && text.data[0] == '-';
    size_t digits = count_digits(text, at);

    if (text.size > NUMBER_MAX || digits == 0 || (digits > 1 && text.data[at] == '0'))
        return false;
    at += digits;
    if (at == text.size)
        return true;
    digits = count_digits(text, at + 1);
    return text.data[at] == '.' && digits > 0 && at + 1 + digits == text.size;
}

void http_json_figure(struct http_json *json, struct kaiku_text text)
{
    if (kaiku_text_equal(text, KAIKU_TEXT("nan"))) {
        http_json_string(json, NULL);
    } else if (is_number(text)) {
        begin_value(json);
        kaiku_buffer_text(json->out, text);
    } else {
        http_json_text(json, text);
    }
}

void http_json_column(struct http_json *json, struct kaiku_text text)
{
    static const struct kaiku_text guard = {"\u00a0", sizeof("\u00a0") - 1};

    if (text.size > guard.size && memcmp(text.data, guard.data, guard.size) == 0) {
        struct kaiku_text bare = {text.data + guard.size, text.size - guard.size};
        if (kaiku_member_looks_numeric(bare))
            text = bare;
    }
    http_json_text(json, text);
}
