/* RESP: a command is an array of bulk strings, each preceded by its length. */
#include "link.h"

#include <kaiku/keys.h>

#include <inttypes.h>
#include <stdio.h>

static void append_length(struct kaiku_buffer *out, char mark, size_t length)
{
    kaiku_buffer_char(out, mark);
    kaiku_buffer_integer(out, (int64_t)length);
    kaiku_buffer_append(out, "\r\n", 2);
}

void store_command_begin(struct kaiku_buffer *out, size_t arguments)
{
    append_length(out, '*', arguments);
}

void store_command_text(struct kaiku_buffer *out, struct kaiku_text argument)
{
    append_length(out, '$', argument.size);
    kaiku_buffer_text(out, argument);
    kaiku_buffer_append(out, "\r\n", 2);
}

void store_command_string(struct kaiku_buffer *out, const char *argument)
{
    store_command_text(out, kaiku_text_of(argument));
}

void store_command_integer(struct kaiku_buffer *out, int64_t argument)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, argument);

    store_command_text(out, (struct kaiku_text){digits, (size_t)size});
}

void store_command_script(const struct kaiku_store *store, struct kaiku_buffer *out,
                          enum store_script script, size_t keys, size_t arguments)
{
    store_command_begin(out, 3 + arguments);
    store_command_string(out, "EVALSHA");
    store_command_string(out, store->link.sha[script]);
    store_command_integer(out, (int64_t)keys);
}

void store_command_key(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t shard,
                       const char *name)
{
    char key[KAIKU_KEY_MAX];
    int size = kaiku_key_state(key, sizeof key, store->options.prefix, shard, name);

    if (size < 0)
        out->failed = true;
    else
        store_command_text(out, (struct kaiku_text){key, (size_t)size});
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
