/* RESP: a command is an array of bulk strings, each preceded by its length. */
#include "link.h"

#include <base/bytes.h>
#include <kaiku/keys.h>

#include <inttypes.h>
#include <stdio.h>

enum { LENGTH_MAX = 1 + 20 + 2 }; /* mark, digits, end of line */

static char *write_length(char *at, char mark, size_t length)
{
    char digits[20];
    size_t n = 0;

    *at++ = mark;
    /* Nearly all lengths have one digit or two. */
    for (; length >= 100; length /= 10)
        digits[n++] = (char)('0' + length % 10);
    if (length >= 10)
        *at++ = (char)('0' + length / 10);
    *at++ = (char)('0' + length % 10);
    while (n > 0)
        *at++ = digits[--n];
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

void store_command_begin(struct kaiku_buffer *out, size_t arguments)
{
    char *at = kaiku_buffer_reserve(out, LENGTH_MAX);

    if (at)
        out->size = (size_t)(write_length(at, '*', arguments) - out->data);
}

/* Views are thousands of small arguments: one look at the room for each, and no calls. */
void store_command_text(struct kaiku_buffer *out, struct kaiku_text argument)
{
    char *at = kaiku_buffer_reserve(out, LENGTH_MAX + argument.size + 2);

    if (!at)
        return;
    at = write_length(at, '$', argument.size);
    kaiku_bytes_copy(at, argument.data, argument.size);
    at += argument.size;
    *at++ = '\r';
    *at++ = '\n';
    out->size = (size_t)(at - out->data);
}

void store_command_string(struct kaiku_buffer *out, const char *argument)
{
    store_command_text(out, kaiku_text_of(argument));
}

void store_command_integer(struct kaiku_buffer *out, int64_t argument)
{
    char digits[20]; /* -9223372036854775808 */
    char *at = digits + sizeof digits;
    uint64_t rest = argument < 0 ? -(uint64_t)argument : (uint64_t)argument;

    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (argument < 0)
        *--at = '-';
    store_command_text(out, (struct kaiku_text){at, (size_t)(digits + sizeof digits - at)});
}

void store_command_script(const struct kaiku_store *store, struct kaiku_buffer *out,
                          enum store_script script, size_t keys, size_t arguments)
{
    store_command_begin(out, 3 + arguments);
    store_command_string(out, "EVALSHA");
    store_command_string(out, store->link.sha[script]);
    store_command_integer(out, (int64_t)keys);
}

void store_command_made(struct kaiku_buffer *out, const char *key, int size)
{
    if (size < 0)
        out->failed = true;
    else
        store_command_text(out, (struct kaiku_text){key, (size_t)size});
}

void store_command_key(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t shard,
                       const char *name)
{
    char key[KAIKU_KEY_MAX];
    int size = kaiku_key_state(key, sizeof key, store->options.prefix, shard, name);

    store_command_made(out, key, size);
}

void store_command_shard(const struct kaiku_store *store, struct kaiku_buffer *out,
                         enum store_script script, uint32_t shard, size_t arguments)
{
    char head[sizeof store->model->digest + 16];

    snprintf(head, sizeof head, "%" PRIu32 ":%s", store->generation, store->model->digest);
    store_command_script(store, out, script, 1, 2 + arguments);
    store_command_key(store, out, shard, "head");
    store_command_string(out, head);
}
