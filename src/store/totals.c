/* Positions, shard 0's totals and incidents, read in one step. */
#include "shard.h"

static int read_totals(struct kaiku_store *store, uint32_t shard, redisReply **reply)
{
    store_command_shard(store, store_scratch(store), STORE_SCRIPT_totals, shard, 0);
    return store_shard_call(store, "[[s*][s*][s*]]", reply);
}

int kaiku_store_totals(struct kaiku_store *store, kaiku_pair_visit *total,
                       kaiku_pair_visit *position, void *context)
{
    redisReply *reply;
    int status = read_totals(store, 0, &reply);

    if (status != KAIKU_OK)
        return status;
    store_visit_pairs(reply->element[0], total, context);
    store_visit_pairs(reply->element[2], total, context);
    store_visit_pairs(reply->element[1], position, context);
    freeReplyObject(reply);
    return KAIKU_OK;
}

int kaiku_store_shard_positions(struct kaiku_store *store, uint32_t shard, kaiku_pair_visit *visit,
                                void *context, struct kaiku_version *version)
{
    const redisReply *positions;
    redisReply *reply;
    int status = read_totals(store, shard, &reply);

    if (status != KAIKU_OK)
        return status;
    positions = reply->element[1];
    *version = (struct kaiku_version){store->generation, 0};
    for (size_t i = 0; i + 1 < positions->elements && status == KAIKU_OK; i += 2) {
        struct kaiku_position position;
        status = kaiku_position_parse(positions->element[i + 1]->str, &position);
        if (status == KAIKU_OK)
            version->applied += position.next;
        else
            status = store_link_fail(&store->link, KAIKU_REFUSED,
                                     "position of '%s' is '%s', no position",
                                     positions->element[i]->str, positions->element[i + 1]->str);
    }
    if (status == KAIKU_OK)
        store_visit_pairs(positions, visit, context);
    freeReplyObject(reply);
    return status;
}
