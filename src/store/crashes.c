/* Records that ended processes: "crashes" counts them, TOPIC:PARTITION:OFFSET or TOPIC:PARTITION:OFFSET:counted. */
#include "shard.h"

#include <stdlib.h>

int kaiku_store_crash(struct kaiku_store *store, const char *field, int64_t offset, int64_t *times)
{
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    store_command_shard(store, command, STORE_SCRIPT_crash, 0, 2);
    store_command_string(command, field);
    store_command_integer(command, offset);
    status = store_shard_call(store, "[i]", &reply);
    if (status != KAIKU_OK)
        return status;
    *times = reply->element[0]->integer;
    freeReplyObject(reply);
    return KAIKU_OK;
}

/* Cuts ":TEXT" off the end; what was behind the colon. */
static struct kaiku_text cut_last(struct kaiku_text *name)
{
    size_t at = name->size;
    struct kaiku_text last;

    while (at > 0 && name->data[at - 1] != ':')
        at--;
    last = (struct kaiku_text){name->data + at, name->size - at};
    name->size = at > 0 ? at - 1 : 0;
    return last;
}

static void visit_one(struct kaiku_text name, kaiku_crashed_visit *visit, void *context)
{
    struct kaiku_text last = cut_last(&name);
    bool is_counted = kaiku_text_equal(last, KAIKU_TEXT("counted"));
    int64_t offset;

    if (is_counted)
        last = cut_last(&name);
    /* Redis ends its texts with a NUL, and what follows the digits is that or a colon. */
    offset = strtoll(last.data, NULL, 10);
    if (last.size > 0 && name.size > 0)
        visit(context, name, offset, is_counted);
}

int kaiku_store_crashed(struct kaiku_store *store, kaiku_crashed_visit *visit, void *context)
{
    redisReply *reply;
    int status = store_read_hash(store, 0, "crashes", &reply);

    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        if (strtoll(reply->element[i + 1]->str, NULL, 10) >= KAIKU_CRASHES)
            visit_one(store_reply_text(reply->element[i]), visit, context);
    freeReplyObject(reply);
    return KAIKU_OK;
}
