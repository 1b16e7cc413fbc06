#include "utf8.h"

#include <locale.h>
#include <pthread.h>
#include <wchar.h>
#include <wctype.h>

/* Where the system has no such locale, what is not ASCII is not shown. */
static locale_t utf8;

static void open_utf8(void)
{
    utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* Those that turn the direction of a line would mix up its columns. */
static bool turns_direction(wchar_t c)
{
    return c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static struct app_character decode(struct kaiku_text text)
{
    mbstate_t state = {0};
    wchar_t c;
    size_t size = mbrtowc(&c, text.data, text.size, &state);

    if (size == 0 || size > text.size)
        return (struct app_character){.size = 1, .columns = -1};
    return (struct app_character){
        .size = size,
        .columns = turns_direction(c) ? -1 : wcwidth(c),
        .lower = (uint32_t)towlower((wint_t)c),
    };
}

struct app_character app_utf8_first(struct kaiku_text text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct app_character first;
    locale_t before;

    pthread_once(&once, open_utf8);
    before = utf8 ? uselocale(utf8) : (locale_t)0;
    first = decode(text);
    if (before)
        uselocale(before);
    return first;
}

static struct kaiku_text skip(struct kaiku_text text, size_t size)
{
    return (struct kaiku_text){text.data + size, text.size - size};
}

struct kaiku_text app_utf8_fit(struct kaiku_text text, int columns, int *taken)
{
    struct kaiku_text rest = text;

    *taken = 0;
    while (rest.size > 0) {
        struct app_character c = app_utf8_first(rest);
        int needed = c.columns > 0 ? c.columns : 0;

        if (needed > columns - *taken)
            break;
        *taken += needed;
        rest = skip(rest, c.size);
    }
    return (struct kaiku_text){text.data, text.size - rest.size};
}

static bool begins_with(struct kaiku_text text, struct kaiku_text part)
{
    while (part.size > 0 && text.size > 0) {
        struct app_character a = app_utf8_first(text), b = app_utf8_first(part);

        if (a.lower != b.lower)
            return false;
        text = skip(text, a.size);
        part = skip(part, b.size);
    }
    return part.size == 0;
}

bool app_utf8_holds(struct kaiku_text text, struct kaiku_text part)
{
    while (!begins_with(text, part)) {
        if (text.size == 0)
            return false;
        text = skip(text, app_utf8_first(text).size);
    }
    return true;
}
