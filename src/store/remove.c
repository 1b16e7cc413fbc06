/* Removal of windows. Its order leaves nothing behind wherever it is cut short: first the floor, so that
 * nothing new comes; then what members have elsewhere, while the cells still say who they are; then the
 * cells; last the window's name in the list by which the next removal finds it. Elements of "dirty" and
 * "future" that are below the floor are dropped by those who read them. */
#include "shard.h"

#include <stdlib.h>

enum {
    WINDOWS = 16, /* at once */
    PAGE = 100,   /* members of one script */
};

/* A window on its way out. */
struct removal {
    struct kaiku_store *store;
    uint32_t shard, view, window;
    int64_t start_ms, floor_ms;
};

static int raise_floor(const struct removal *removal, redisReply **windows)
{
    struct kaiku_buffer *command = store_scratch(removal->store);

    store_command_shard(removal->store, command, STORE_SCRIPT_floor, removal->shard, 3);
    store_command_window(removal->store, command, removal->view, removal->window);
    store_command_integer(command, removal->floor_ms);
    store_command_integer(command, WINDOWS);
    return store_shard_call(removal->store, windows);
}

/* cells: member, cell, member ...; n members of them. */
static int trim(const struct removal *removal, redisReply *const *cells, size_t n)
{
    struct kaiku_store *store = removal->store;
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    store_command_shard(store, command, STORE_SCRIPT_trim, removal->shard,
                        4 + store->model->n_unique + 3 * n);
    store_command_window(store, command, removal->view, removal->window);
    store_command_integer(command, removal->start_ms);
    store_command_integer(command, removal->floor_ms);
    store_command_uniques(store, command);
    for (size_t i = 0; i < n; i++) {
        struct kaiku_text member = store_reply_text(cells[2 * i]);
        store_command_text(command, member);
        store_command_member_key(store, command, kaiku_key_series, removal->view, removal->window,
                                 member, "");
        store_command_member_key(store, command, kaiku_key_series, removal->view, removal->window,
                                 member, STORE_REWRITTEN);
    }
    status = store_shard_call(store, &reply);
    if (status == KAIKU_OK)
        freeReplyObject(reply);
    return status;
}

static int scan_cells(const struct removal *removal, const char *cursor, redisReply **reply)
{
    struct kaiku_store *store = removal->store;
    const struct kaiku_view *view = &store->model->views[removal->view];
    struct kaiku_buffer *command = store_scratch(store);
    char key[KAIKU_KEY_MAX];

    if (kaiku_key_cells(key, sizeof key, store->options.prefix, removal->shard, store->generation,
                        view->name, view->windows[removal->window].name, removal->start_ms) < 0)
        command->failed = true;
    store_command_begin(command, 5);
    store_command_string(command, "HSCAN");
    store_command_string(command, key);
    store_command_string(command, cursor);
    store_command_string(command, "COUNT");
    store_command_integer(command, PAGE);
    return store_call_scratch(store, reply);
}

static int trim_members(const struct removal *removal)
{
    char cursor[24] = "0";
    int status;

    do {
        const redisReply *cells;
        redisReply *reply;
        status = scan_cells(removal, cursor, &reply);
        if (status != KAIKU_OK)
            break;
        snprintf(cursor, sizeof cursor, "%s", reply->element[0]->str);
        cells = reply->element[1];
        for (size_t i = 0, n, all = cells->elements / 2; i < all && status == KAIKU_OK; i += n) {
            n = all - i < PAGE ? all - i : PAGE;
            status = trim(removal, cells->element + 2 * i, n);
        }
        freeReplyObject(reply);
    } while (status == KAIKU_OK && strcmp(cursor, "0") != 0);
    return status;
}

static int forget(const struct removal *removal)
{
    struct kaiku_buffer *command = store_scratch(removal->store);
    redisReply *reply;
    int status;

    store_command_shard(removal->store, command, STORE_SCRIPT_forget, removal->shard, 2);
    store_command_window(removal->store, command, removal->view, removal->window);
    store_command_integer(command, removal->start_ms);
    status = store_shard_call(removal->store, &reply);
    if (status == KAIKU_OK)
        freeReplyObject(reply);
    return status;
}

int kaiku_store_remove(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       int64_t floor_ms, uint64_t *removed)
{
    struct removal removal = {store, shard, view, window, 0, floor_ms};
    size_t n = WINDOWS;
    int status = KAIKU_OK;

    *removed = 0;
    while (n == WINDOWS && status == KAIKU_OK) {
        redisReply *windows;
        status = raise_floor(&removal, &windows);
        if (status != KAIKU_OK)
            break;
        n = windows->elements;
        for (size_t i = 0; i < n && status == KAIKU_OK; i++) {
            removal.start_ms = strtoll(windows->element[i]->str, NULL, 10);
            status = trim_members(&removal);
            if (status == KAIKU_OK)
                status = forget(&removal);
            if (status == KAIKU_OK)
                ++*removed;
        }
        freeReplyObject(windows);
    }
    return status;
}
