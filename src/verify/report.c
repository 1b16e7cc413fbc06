#include "verify_private.h"

/* What could break a line, or a terminal, is shown by its number. */
static void append_visible(struct kaiku_buffer *out, struct kaiku_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 32 || byte == 127)
            kaiku_buffer_format(out, "\\x%02x", byte);
        else
            kaiku_buffer_char(out, text.data[i]);
    }
}

void verify_report(struct kaiku_verify *verify, const char *key, struct kaiku_text field,
                   const char *part, struct kaiku_text stored, struct kaiku_text expected)
{
    struct kaiku_buffer *line = &verify->line;

    kaiku_buffer_clear(line);
    append_visible(line, kaiku_text_of(key));
    kaiku_buffer_char(line, ' ');
    append_visible(line, field);
    if (*part) {
        kaiku_buffer_char(line, ' ');
        append_visible(line, kaiku_text_of(part));
    }
    kaiku_buffer_string(line, ": stored ");
    append_visible(line, stored);
    kaiku_buffer_string(line, ", expected ");
    append_visible(line, expected);
    verify->figures.differences++;
    verify->options.differs(verify->options.context, kaiku_buffer_cstring(line));
}

void verify_report_state(struct kaiku_verify *verify, uint32_t shard, const char *name,
                         struct kaiku_text field, struct kaiku_text stored,
                         struct kaiku_text expected)
{
    char key[KAIKU_KEY_MAX];

    kaiku_key_state(key, sizeof key, verify->options.prefix, shard, name);
    verify_report(verify, key, field, "", stored, expected);
}
