/* Texts as YAML, and the section that says how Kafka is reached. */
#include "write.h"

#include <config/property.h>

#include <stdio.h>

static bool is_plain(struct kaiku_text text)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-~";

    for (size_t i = 0; i < text.size; i++)
        if (!text.data[i] || !strchr(safe, text.data[i]))
            return false;
    return text.size > 1 && text.data[0] == '/';
}

/* Characters that YAML does not print: C0, C1, separators of lines, byte order marks and noncharacters. */
static uint32_t unprintable(const unsigned char *p, size_t left, size_t *size)
{
    *size = 1;
    if (p[0] < ' ' || p[0] == 0x7f)
        return p[0];
    *size = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (*size > left)
        *size = 1;
    if (*size == 2 && p[0] == 0xc2 && p[1] < 0xa0)
        return p[1];
    if (*size != 3)
        return 0;
    uint32_t point = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3fu);
    return point == 0x2028 || point == 0x2029 || point == 0xfeff || point >= 0xfffe ? point : 0;
}

void write_scalar(struct kaiku_buffer *out, struct kaiku_text text)
{
    size_t size;

    if (is_plain(text)) {
        kaiku_buffer_text(out, text);
        return;
    }
    kaiku_buffer_char(out, '"');
    for (size_t i = 0; i < text.size; i += size) {
        uint32_t odd = unprintable((const unsigned char *)text.data + i, text.size - i, &size);
        if (odd)
            kaiku_buffer_format(out, "\\u%04x", odd);
        else if (text.data[i] == '"' || text.data[i] == '\\')
            kaiku_buffer_format(out, "\\%c", text.data[i]);
        else
            kaiku_buffer_append(out, text.data + i, size);
    }
    kaiku_buffer_char(out, '"');
}

/* Secrets belong into the environment or into files: is the value one ${...}, which says where, and nothing else? */
static bool is_reference(const char *value)
{
    const char *end = strncmp(value, "${", 2) == 0 ? strchr(value, '}') : NULL;

    return end && end[1] == '\0';
}

/* A user's name alone opens nothing, and the file is its writer's own. */
static bool is_written(const char *name, const char *value)
{
    return kaiku_property_is_harmless(name) || strcmp(name, "sasl.username") == 0 || is_reference(value);
}

void write_kafka(const struct kaiku_proposal_options *options, bool with_secrets, struct kaiku_buffer *out)
{
    bool has_group = false;

    kaiku_buffer_string(out, "kafka:\n  topics: [");
    write_scalar(out, kaiku_text_of(options->topic));
    kaiku_buffer_string(out, "]\n  properties:                # handed to librdkafka as they are\n"
                             "    bootstrap.servers: ");
    write_scalar(out, kaiku_text_of(options->brokers));
    kaiku_buffer_char(out, '\n');
    for (uint32_t i = 0; i < options->n_properties; i++) {
        const char *name = options->properties[2 * i], *value = options->properties[2 * i + 1];
        has_group |= strcmp(name, "group.id") == 0;
        if (!with_secrets && !is_written(name, value)) {
            kaiku_buffer_format(out, "    # %s: ${file:/path}  # perhaps a secret, not written here: name a file or "
                                     "variable\n", name);
            continue;
        }
        kaiku_buffer_string(out, "    ");
        write_scalar(out, kaiku_text_of(name));
        kaiku_buffer_string(out, ": ");
        write_scalar(out, kaiku_text_of(value));
        kaiku_buffer_char(out, '\n');
    }
    if (!has_group)
        kaiku_buffer_string(out, "    group.id: kaiku\n");
}
