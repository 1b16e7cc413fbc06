#include <store/inspect.h>

#include "opening.h"
#include "shard.h"

#include <inttypes.h>
#include <stdlib.h>

static int require_heads(struct kaiku_store *store)
{
    struct store_link *link = &store->link;
    struct store_heads heads;
    int status = store_find_heads(store, &heads);

    if (status == KAIKU_REFUSED && heads.foreign[0])
        return store_explain_rules(store, heads.foreign);
    if (status != KAIKU_OK || heads.n == store->model->shards)
        return status;
    if (heads.n == 0)
        return store_link_fail(link, KAIKU_REFUSED,
                               "prefix '%s' is empty: nothing has been counted there",
                               store->options.prefix);
    return store_link_fail(link, KAIKU_REFUSED,
                           "%" PRIu32 " of the %" PRIu32 " shards of prefix '%s' have no head: let "
                           "'kaiku run' make them",
                           store->model->shards - heads.n, store->model->shards, store->options.prefix);
}

int kaiku_store_open_reading(struct kaiku_store *store)
{
    static store_opening_step *const steps[] = {
        store_link_connect, store_check_server,      store_check_types,
        store_check_shards, store_link_load_scripts, require_heads,
    };

    return store_open_by(store, steps, sizeof steps / sizeof steps[0]);
}

int kaiku_store_inspect_starts(struct kaiku_store *store, kaiku_pair_visit *start, void *context)
{
    redisReply *reply;
    int status = store_read_hash(store, 0, "starts", &reply);

    if (status != KAIKU_OK)
        return status;
    store_visit_pairs(reply, start, context);
    freeReplyObject(reply);
    return KAIKU_OK;
}

/* Begins the command; `arguments` more follow. */
static struct kaiku_buffer *ask(struct kaiku_store *store, uint32_t shard, const char *what,
                                size_t arguments)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_shard(store, command, STORE_SCRIPT_inspect, shard, 1 + arguments);
    store_command_string(command, what);
    return command;
}

int kaiku_store_inspect_totals(struct kaiku_store *store, kaiku_pair_visit *position,
                               kaiku_pair_visit *total, kaiku_pair_visit *reason, void *context)
{
    redisReply *reply;
    int status;

    ask(store, 0, "totals", 0);
    status = store_shard_call(store, "[[s*][s*][s*]]", &reply);
    if (status != KAIKU_OK)
        return status;
    store_visit_pairs(reply->element[0], position, context);
    store_visit_pairs(reply->element[1], total, context);
    store_visit_pairs(reply->element[2], reason, context);
    freeReplyObject(reply);
    return KAIKU_OK;
}

static int visit_entry(struct kaiku_store *store, const redisReply *fields,
                       kaiku_stream_visit *entry, void *context)
{
    struct kaiku_text *texts = calloc(fields->elements + 1, sizeof *texts);

    if (!texts)
        return store_link_fail(&store->link, KAIKU_NOMEM, "out of memory for an entry");
    for (size_t i = 0; i < fields->elements; i++)
        texts[i] = store_reply_text(fields->element[i]);
    entry(context, texts, (uint32_t)fields->elements);
    free(texts);
    return KAIKU_OK;
}

int kaiku_store_inspect_stream(struct kaiku_store *store, const char *name,
                               kaiku_pair_visit *position, kaiku_stream_visit *entry, void *context)
{
    const redisReply *entries;
    redisReply *reply;
    int status;

    store_command_string(ask(store, 0, "stream", 1), name);
    status = store_shard_call(store, "[[s*][[s[s*]]*]]", &reply);
    if (status != KAIKU_OK)
        return status;
    store_visit_pairs(reply->element[0], position, context);
    entries = reply->element[1];
    for (size_t i = 0; i < entries->elements && status == KAIKU_OK; i++)
        status = visit_entry(store, entries->element[i]->element[1], entry, context);
    freeReplyObject(reply);
    return status;
}

int kaiku_store_inspect_windows(struct kaiku_store *store, uint32_t shard, uint32_t view,
                                uint32_t window, kaiku_pair_visit *position,
                                kaiku_start_visit *start, void *context, int64_t *floor_ms)
{
    const redisReply *starts;
    redisReply *reply;
    int status;

    store_command_window(store, ask(store, shard, "windows", 1), view, window);
    status = store_shard_call(store, "[[s*]s[s*]]", &reply);
    if (status != KAIKU_OK)
        return status;
    store_visit_pairs(reply->element[0], position, context);
    *floor_ms = strtoll(reply->element[1]->str, NULL, 10);
    starts = reply->element[2];
    for (size_t i = 0; i < starts->elements; i++)
        start(context, strtoll(starts->element[i]->str, NULL, 10));
    freeReplyObject(reply);
    return KAIKU_OK;
}

static int visit_cells(struct kaiku_store *store, const redisReply *list, kaiku_cell_visit *cell,
                       void *context)
{
    uint32_t n_unique = store->model->n_unique;
    struct kaiku_text *uniques = calloc(n_unique + 1, sizeof *uniques);

    if (!uniques)
        return store_link_fail(&store->link, KAIKU_NOMEM, "out of memory for reading cells");
    for (size_t i = 0; i + 1 + n_unique < list->elements; i += 2 + n_unique) {
        for (uint32_t u = 0; u < n_unique; u++)
            uniques[u] = store_reply_text(list->element[i + 2 + u]);
        cell(context, store_reply_text(list->element[i]), store_reply_text(list->element[i + 1]),
             uniques);
    }
    free(uniques);
    return KAIKU_OK;
}

int kaiku_store_inspect_cells(struct kaiku_store *store, uint32_t shard, uint32_t view,
                              uint32_t window, int64_t start_ms, kaiku_pair_visit *position,
                              kaiku_cell_visit *cell, void *context, int64_t *floor_ms)
{
    struct kaiku_buffer *command = ask(store, shard, "cells", 3 + store->model->n_unique);
    redisReply *reply;
    int status;

    store_command_window(store, command, view, window);
    store_command_integer(command, start_ms);
    store_command_uniques(store, command);
    status = store_shard_call(store, "[[s*]s[s*]]", &reply);
    if (status != KAIKU_OK)
        return status;
    store_visit_pairs(reply->element[0], position, context);
    *floor_ms = strtoll(reply->element[1]->str, NULL, 10);
    status = visit_cells(store, reply->element[2], cell, context);
    freeReplyObject(reply);
    return status;
}
