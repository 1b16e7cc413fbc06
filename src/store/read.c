/* Cells read back, each time with the version of the shard that they belong to. */
#include "shard.h"

enum {
    RUN = 1000, /* members in one argument list of a script's call: unpack() has its limit */
};

/* How many refs from the first on are of its window, RUN at most. */
static uint32_t run_length(const struct kaiku_cell_ref *refs, uint32_t n)
{
    uint32_t length = 1;

    while (length < n && length < RUN && refs[length].view == refs->view &&
           refs[length].window == refs->window && refs[length].start_ms == refs->start_ms)
        length++;
    return length;
}

static bool wants_uniques(const struct kaiku_cell_ref *refs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (refs[i].unique)
            return true;
    return false;
}

static void build_cells(struct kaiku_store *store, uint32_t shard,
                        const struct kaiku_cell_ref *refs, uint32_t n, uint32_t uniques)
{
    struct kaiku_buffer *command = store_scratch(store);
    size_t arguments = 1 + uniques + n;

    for (uint32_t i = 0; i < n; i += run_length(refs + i, n - i))
        arguments += 3;
    store_command_shard(store, command, STORE_SCRIPT_cells, shard, arguments);
    if (uniques)
        store_command_uniques(store, command);
    else
        store_command_integer(command, 0);
    for (uint32_t i = 0, end; i < n;) {
        end = i + run_length(refs + i, n - i);
        store_command_window(store, command, refs[i].view, refs[i].window);
        store_command_integer(command, refs[i].start_ms);
        store_command_integer(command, end - i);
        for (; i < end; i++)
            store_command_text(command, refs[i].member);
    }
}

static struct kaiku_version version_of(const struct kaiku_store *store, const redisReply *applied)
{
    return (struct kaiku_version){store->generation, applied->integer};
}

int kaiku_store_cells(struct kaiku_store *store, uint32_t shard, struct kaiku_cell_ref *refs,
                      uint32_t n, struct kaiku_version *version)
{
    uint32_t uniques = wants_uniques(refs, n) ? store->model->n_unique : 0;
    redisReply *reply, **next;
    int status;

    build_cells(store, shard, refs, n, uniques);
    status = store_shard_call(store, &reply);
    if (status != KAIKU_OK)
        return status;
    store_borrow(store, reply);
    next = reply->element;
    *version = version_of(store, *next++);
    for (uint32_t i = 0; i < n; i++) {
        refs[i].cell = store_reply_text(*next++);
        for (uint32_t u = 0; u < uniques; u++, next++)
            if (refs[i].unique)
                refs[i].unique[u] = (*next)->integer;
    }
    return KAIKU_OK;
}

int kaiku_store_window(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       int64_t start_ms, kaiku_member_visit *visit, void *context,
                       struct kaiku_version *version)
{
    struct kaiku_buffer *command = store_scratch(store);
    const redisReply *cells;
    redisReply *reply;
    int status;

    store_command_shard(store, command, STORE_SCRIPT_window, shard, 2);
    store_command_window(store, command, view, window);
    store_command_integer(command, start_ms);
    status = store_shard_call(store, &reply);
    if (status != KAIKU_OK)
        return status;
    *version = version_of(store, reply->element[0]);
    cells = reply->element[1];
    for (size_t i = 0; i + 1 < cells->elements; i += 2)
        if (cells->element[i + 1]->len > 0)
            visit(context, store_reply_text(cells->element[i]),
                  store_reply_text(cells->element[i + 1]));
    freeReplyObject(reply);
    return KAIKU_OK;
}
