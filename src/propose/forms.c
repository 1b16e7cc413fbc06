#include "forms.h"

#include <model/decimal.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool form_is_number(struct kaiku_text text)
{
    struct kaiku_decimal number;

    return text.size > 0 && text.size <= 64 && kaiku_decimal_read(text, &number) != KAIKU_INVALID;
}

bool form_is_email(struct kaiku_text text)
{
    const char *at = text.size ? memchr(text.data, '@', text.size) : NULL;
    const char *end = text.data + text.size;

    return at && at > text.data && memchr(at, '.', (size_t)(end - at)) && !memchr(text.data, ' ', text.size);
}

bool form_is_phone(struct kaiku_text text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (is_digit(text.data[i]))
            digits++;
        else if (!text.data[i] || !strchr("+()-./ ", text.data[i]))
            return false;
    }
    return digits >= 7 && !form_is_date(text);
}

bool form_is_link(struct kaiku_text text)
{
    return text.size > 3 && memmem(text.data, text.size, "://", 3);
}

bool form_is_date(struct kaiku_text text)
{
    static const char form[] = "dddd-dd-dd";

    if (text.size < sizeof(form) - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? !is_digit(text.data[i]) : text.data[i] != form[i])
            return false;
    return true;
}
