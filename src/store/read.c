/* Cells read back, each time with the version of the shard that they belong to. */
#include "shard.h"

#include <stdlib.h>

enum {
    RUN = 1000, /* members in one argument list of a script's call: unpack() has its limit */
};

static int compare_windows(const struct kaiku_cell_ref *a, const struct kaiku_cell_ref *b)
{
    if (a->view != b->view)
        return a->view < b->view ? -1 : 1;
    if (a->window != b->window)
        return a->window < b->window ? -1 : 1;
    return (a->start_ms > b->start_ms) - (a->start_ms < b->start_ms);
}

static int compare_refs(const void *left, const void *right)
{
    struct kaiku_cell_ref *const *a = left, *const *b = right;

    return compare_windows(*a, *b);
}

/* The refs by their windows, so that one command reads all of one; the caller's to free. */
static struct kaiku_cell_ref **order_refs(struct kaiku_cell_ref *refs, uint32_t n)
{
    struct kaiku_cell_ref **order = calloc(n + 1, sizeof *order);

    if (!order)
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        order[i] = &refs[i];
    qsort(order, n, sizeof *order, compare_refs);
    return order;
}

/* How many refs from the first on are of its window, RUN at most. */
static uint32_t run_length(struct kaiku_cell_ref *const *refs, uint32_t n)
{
    uint32_t length = 1;

    while (length < n && length < RUN && compare_windows(refs[0], refs[length]) == 0)
        length++;
    return length;
}

static bool wants_uniques(struct kaiku_cell_ref *const *refs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (refs[i]->unique)
            return true;
    return false;
}

static void build_cells(struct kaiku_store *store, uint32_t shard,
                        struct kaiku_cell_ref *const *refs, uint32_t n, uint32_t uniques)
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
        store_command_window(store, command, refs[i]->view, refs[i]->window);
        store_command_integer(command, refs[i]->start_ms);
        store_command_integer(command, end - i);
        for (; i < end; i++)
            store_command_text(command, refs[i]->member);
    }
}

static struct kaiku_version version_of(const struct kaiku_store *store, const redisReply *applied)
{
    return (struct kaiku_version){store->generation, applied->integer};
}

/* The reply's answers in the order in which they were asked for. */
static void take_cells(const redisReply *reply, struct kaiku_cell_ref *const *refs, uint32_t n,
                       uint32_t uniques)
{
    redisReply **next = reply->element + 1;

    for (uint32_t i = 0; i < n; i++) {
        refs[i]->cell = store_reply_text(*next++);
        for (uint32_t u = 0; u < uniques; u++, next++)
            if (refs[i]->unique)
                refs[i]->unique[u] = (*next)->integer;
    }
}

int kaiku_store_cells(struct kaiku_store *store, uint32_t shard, struct kaiku_cell_ref *refs,
                      uint32_t n, struct kaiku_version *version)
{
    struct kaiku_cell_ref **order = order_refs(refs, n);
    redisReply *reply;
    uint32_t uniques;
    int status;

    if (!order)
        return store_link_fail(&store->link, KAIKU_NOMEM, "out of memory for reading cells");
    uniques = wants_uniques(order, n) ? store->model->n_unique : 0;
    build_cells(store, shard, order, n, uniques);
    status = store_shard_call(store, "[ia*]", &reply);
    if (status == KAIKU_OK)
        status = store_link_expect_n(&store->link, 1 + (size_t)n * (1 + uniques), &reply);
    if (status == KAIKU_OK) {
        store_borrow(store, reply);
        *version = version_of(store, reply->element[0]);
        take_cells(reply, order, n, uniques);
    }
    free(order);
    return status;
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
    status = store_shard_call(store, "[i[s*]]", &reply);
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
