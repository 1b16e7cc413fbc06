/* Values of dimensions: how many there may be is decided in Redis, once for all instances. */
#include "shard.h"

#include <kaiku/keys.h>

#include <stdlib.h>

enum { VALUES_PER_SCRIPT = 1000 };

static void append_key(struct kaiku_store *store, struct kaiku_buffer *out, uint32_t dimension)
{
    char key[KAIKU_KEY_MAX];
    int size = kaiku_key_values(key, sizeof key, store->options.prefix,
                                store->model->dimensions[dimension].name);

    store_command_made(out, key, size);
}

int kaiku_store_values(struct kaiku_store *store, uint32_t dimension, kaiku_text_visit *visit,
                       void *context)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_begin(command, 2);
    store_command_string(command, "SMEMBERS");
    append_key(store, command, dimension);
    return store_visit_members(store, visit, context);
}

static int admit_some(struct kaiku_store *store, uint32_t dimension,
                      const struct kaiku_text *values, uint32_t n, bool *admitted)
{
    struct kaiku_buffer families = {0}, *command = store_scratch(store);
    size_t n_families = store_command_families(store, &families, dimension);
    redisReply *reply;
    int status;

    store_command_script(store, command, STORE_SCRIPT_admit, 1, 3 + n_families + n);
    append_key(store, command, dimension);
    store_command_integer(command, store->model->dimensions[dimension].max_values);
    store_command_integer(command, (int64_t)n_families);
    kaiku_buffer_text(command, kaiku_buffer_as_text(&families));
    command->failed |= families.failed;
    kaiku_buffer_release(&families);
    for (uint32_t i = 0; i < n; i++)
        store_command_text(command, values[i]);
    status = store_call_scratch(store, "s", &reply);
    if (status != KAIKU_OK)
        return status;
    if (store_reply_text(reply).size != n)
        return store_link_distrust(&store->link, &reply);
    for (uint32_t i = 0; i < n; i++)
        admitted[i] = reply->str[i] == '1';
    freeReplyObject(reply);
    return KAIKU_OK;
}

int kaiku_store_admit(struct kaiku_store *store, uint32_t dimension,
                      const struct kaiku_text *values, uint32_t n, bool *admitted)
{
    int status = KAIKU_OK;

    for (uint32_t first = 0; first < n && status == KAIKU_OK; first += VALUES_PER_SCRIPT) {
        uint32_t rest = n - first;
        status = admit_some(store, dimension, values + first,
                            rest < VALUES_PER_SCRIPT ? rest : VALUES_PER_SCRIPT, admitted + first);
    }
    return status;
}
