/* Escapes of JSON strings. */
#ifndef DECODE_UNESCAPE_H
#define DECODE_UNESCAPE_H

#include <base/text.h>

enum kaiku_unescaped {
    KAIKU_UNESCAPED,      /* plain text */
    KAIKU_UNESCAPED_ODD,  /* valid, but with a NUL or a lone surrogate: fit for no value */
    KAIKU_UNESCAPED_BAD,  /* an escape that JSON does not know */
};

/* Unescapes the inside of a JSON string in place and sets *size to what is left; it never grows.
 * No backslash may be the last byte. A lone surrogate becomes U+FFFD. */
enum kaiku_unescaped kaiku_unescape(char *data, size_t *size);

#endif
