#include "keys.h"

#include <base/text.h>

/* What follows ESC [ or ESC O as the last byte. */
static enum app_key_kind kind_of_letter(char letter)
{
    switch (letter) {
    case 'A':
        return APP_KEY_UP;
    case 'B':
        return APP_KEY_DOWN;
    case 'C':
        return APP_KEY_RIGHT;
    case 'D':
        return APP_KEY_LEFT;
    case 'H':
        return APP_KEY_HOME;
    case 'F':
        return APP_KEY_END;
    default:
        return APP_KEY_NONE;
    }
}

/* The number in ESC [ 5 ~ */
static enum app_key_kind kind_of_number(char digit)
{
    switch (digit) {
    case '1':
    case '7':
        return APP_KEY_HOME;
    case '4':
    case '8':
        return APP_KEY_END;
    case '5':
        return APP_KEY_PAGE_UP;
    case '6':
        return APP_KEY_PAGE_DOWN;
    default:
        return APP_KEY_NONE;
    }
}

/* ESC [, parameters, one last byte from @ to ~ */
static size_t parse_sequence(const char *bytes, size_t size, struct app_key *out)
{
    size_t end = 2;

    while (end < size && (bytes[end] < '@' || bytes[end] > '~'))
        end++;
    if (end == size)
        return 0;
    if (bytes[end] != '~')
        out->kind = kind_of_letter(bytes[end]);
    else if (end == 3)
        out->kind = kind_of_number(bytes[2]);
    return end + 1;
}

static size_t parse_escape(const char *bytes, size_t size, struct app_key *out)
{
    size_t taken = 0;

    if (size > 1 && bytes[1] == '[') {
        taken = parse_sequence(bytes, size, out);
    } else if (size > 2 && bytes[1] == 'O') {
        out->kind = kind_of_letter(bytes[2]);
        taken = 3;
    } else if (size > 1 && bytes[1] != 'O') {
        out->kind = APP_KEY_ESCAPE;
        taken = 1;
    }
    return taken;
}

static size_t parse_character(const char *bytes, size_t size, struct app_key *out)
{
    unsigned char lead = (unsigned char)bytes[0];
    size_t length = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

    if (size < length)
        return 0;
    if (!kaiku_text_is_utf8((struct kaiku_text){bytes, length}))
        return 1;
    out->kind = APP_KEY_TEXT;
    memcpy(out->text, bytes, length);
    return length;
}

static size_t parse(const char *bytes, size_t size, struct app_key *out)
{
    switch (bytes[0]) {
    case '\033':
        return parse_escape(bytes, size, out);
    case '\r':
    case '\n':
        out->kind = APP_KEY_ENTER;
        return 1;
    case '\b':
    case 0x7f:
        out->kind = APP_KEY_BACKSPACE;
        return 1;
    default:
        return (unsigned char)bytes[0] < 0x20 ? 1 : parse_character(bytes, size, out);
    }
}

size_t app_key_parse(const char *bytes, size_t size, bool is_all, struct app_key *out)
{
    size_t taken;

    *out = (struct app_key){.kind = APP_KEY_NONE};
    taken = parse(bytes, size, out);
    if (taken == 0 && is_all) {
        out->kind = bytes[0] == '\033' ? APP_KEY_ESCAPE : APP_KEY_NONE;
        taken = size;
    }
    return taken;
}
