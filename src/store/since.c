/* What was added to the configuration after the prefix began: `since` holds EPOCH:PART:NAME, `since:EPOCH` the
 * positions from which it counts, `since:EPOCH:DIMENSION` the values that were admitted until then. */
#include "shard.h"

#include <inttypes.h>
#include <stdlib.h>

/* Cuts "TEXT:" off the beginning of *name. */
static struct kaiku_text cut_first(struct kaiku_text *name)
{
    const char *colon = name->size > 0 ? memchr(name->data, ':', name->size) : NULL;
    struct kaiku_text first = {name->data, colon ? (size_t)(colon - name->data) : name->size};

    name->data += first.size + (colon != NULL);
    name->size -= first.size + (colon != NULL);
    return first;
}

static bool parse(struct kaiku_text name, struct kaiku_since *out)
{
    struct kaiku_text part;

    out->epoch = (uint32_t)strtoul(cut_first(&name).data, NULL, 10);
    part = cut_first(&name);
    out->name = name;
    for (int p = 0; p < KAIKU_PARTS; p++) {
        out->part = (enum kaiku_part)p;
        if (kaiku_text_equal(part, kaiku_text_of(kaiku_part_text(out->part))))
            return true;
    }
    return false;
}

int kaiku_store_since(struct kaiku_store *store, const char *field, kaiku_since_visit *visit,
                      void *context)
{
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    store_command_shard(store, command, STORE_SCRIPT_since, 0, 1);
    store_command_string(command, field);
    status = store_shard_call(store, "[s*]", &reply);
    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0; i + 2 < reply->elements; i += 3) {
        struct kaiku_since since;
        if (!parse(store_reply_text(reply->element[i]), &since))
            continue;
        since.max_values = (uint32_t)strtoul(reply->element[i + 1]->str, NULL, 10);
        since.offset = strtoll(reply->element[i + 2]->str, NULL, 10);
        visit(context, &since);
    }
    freeReplyObject(reply);
    return KAIKU_OK;
}

int kaiku_store_former_values(struct kaiku_store *store, uint32_t dimension, uint32_t epoch,
                              kaiku_text_visit *visit, void *context)
{
    struct kaiku_buffer *command = store_scratch(store);
    char name[32 + KAIKU_MAX_NAME];

    snprintf(name, sizeof name, "since:%" PRIu32 ":%s", epoch, store->model->dimensions[dimension].name);
    store_command_begin(command, 2);
    store_command_string(command, "SMEMBERS");
    store_command_key(store, command, 0, name);
    return store_visit_members(store, visit, context);
}
