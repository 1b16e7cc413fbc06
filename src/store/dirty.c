/* The list of cells that were changed and not yet shown in their streams: "V:W:START:MEMBER", scored with
 * the sum of next of their change. */
#include "shard.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PAGE = 1000 };

/* Above every sum of next: sums are exact up to here. */
#define EVERY_VERSION (INT64_C(1) << 53)

typedef int64_t floor_table[KAIKU_MAX_VIEWS][KAIKU_MAX_WINDOWS];

static int read_floors(struct kaiku_store *store, uint32_t shard, floor_table floors)
{
    redisReply *reply;
    int status = store_read_hash(store, shard, "floor", &reply);

    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        char name[2 * KAIKU_MAX_NAME + 3];
        int size = snprintf(name, sizeof name, "%s:", reply->element[i]->str);
        struct kaiku_text text = {name, (size_t)size};
        uint32_t view, window;
        if (size < (int)sizeof name && store_window_parse(store->model, &text, &view, &window))
            floors[view][window] = strtoll(reply->element[i + 1]->str, NULL, 10);
    }
    freeReplyObject(reply);
    return KAIKU_OK;
}

static int read_page(struct kaiku_store *store, uint32_t shard, uint64_t first, redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_begin(command, 5);
    store_command_string(command, "ZRANGE");
    store_command_key(store, command, shard, "dirty");
    store_command_integer(command, (int64_t)first);
    store_command_integer(command, (int64_t)first + PAGE - 1);
    store_command_string(command, "WITHSCORES");
    return store_call_scratch(store, "[s*]", reply);
}

static bool parse(const struct kaiku_model *model, struct kaiku_text element,
                  struct kaiku_cell_ref *out)
{
    char *end;

    if (!store_window_parse(model, &element, &out->view, &out->window))
        return false;
    out->start_ms = strtoll(element.data, &end, 10);
    if (end == element.data || *end != ':')
        return false;
    end++;
    out->member = (struct kaiku_text){end, element.size - (size_t)(end - element.data)};
    return true;
}

static int call_shown(struct kaiku_store *store, uint32_t shard, int64_t applied,
                      const struct kaiku_buffer *elements, uint32_t n)
{
    struct kaiku_buffer *command = store_scratch(store);

    if (n == 0)
        return KAIKU_OK;
    store_command_shard(store, command, STORE_SCRIPT_shown, shard, 1 + n);
    store_command_integer(command, applied);
    kaiku_buffer_text(command, kaiku_buffer_as_text(elements));
    command->failed |= elements->failed;
    return store_shard_exec(store);
}

int kaiku_store_dirty(struct kaiku_store *store, uint32_t shard, kaiku_dirty_visit *visit,
                      void *context)
{
    floor_table floors = {0};
    struct kaiku_buffer gone = {0};
    uint32_t n, n_gone;
    uint64_t first = 0;
    int status = read_floors(store, shard, floors);

    for (n = PAGE; n == PAGE && status == KAIKU_OK; first += n - n_gone) {
        redisReply *reply;
        status = read_page(store, shard, first, &reply);
        if (status != KAIKU_OK)
            break;
        n = (uint32_t)(reply->elements / 2);
        n_gone = 0;
        kaiku_buffer_clear(&gone);
        for (uint32_t i = 0; i < n; i++) {
            struct kaiku_text element = store_reply_text(reply->element[2 * i]);
            struct kaiku_cell_ref ref;
            if (parse(store->model, element, &ref) &&
                ref.start_ms >= floors[ref.view][ref.window]) {
                visit(context, ref.view, ref.window, ref.start_ms, ref.member,
                      store_reply_score(reply->element[2 * i + 1]));
            } else {
                store_command_text(&gone, element);
                n_gone++;
            }
        }
        status = call_shown(store, shard, EVERY_VERSION, &gone, n_gone);
        freeReplyObject(reply);
    }
    kaiku_buffer_release(&gone);
    return status;
}

static void append_element(const struct kaiku_store *store, struct kaiku_buffer *name,
                           struct kaiku_buffer *out, const struct kaiku_cell_ref *ref)
{
    const struct kaiku_view *view = &store->model->views[ref->view];

    kaiku_buffer_clear(name);
    kaiku_buffer_string(name, view->name);
    kaiku_buffer_char(name, ':');
    kaiku_buffer_string(name, view->windows[ref->window].name);
    kaiku_buffer_char(name, ':');
    kaiku_buffer_integer(name, ref->start_ms);
    kaiku_buffer_char(name, ':');
    kaiku_buffer_text(name, ref->member);
    store_command_text(out, kaiku_buffer_as_text(name));
    out->failed |= name->failed;
}

int kaiku_store_shown(struct kaiku_store *store, uint32_t shard, const struct kaiku_cell_ref *refs,
                      uint32_t n, int64_t applied)
{
    struct kaiku_buffer elements = {0}, name = {0};
    int status = KAIKU_OK;

    for (uint32_t i = 0, n_elements; i < n && status == KAIKU_OK; i += n_elements) {
        kaiku_buffer_clear(&elements);
        for (n_elements = 0; i + n_elements < n && n_elements < PAGE; n_elements++)
            append_element(store, &name, &elements, &refs[i + n_elements]);
        status = call_shown(store, shard, applied, &elements, n_elements);
    }
    kaiku_buffer_release(&elements);
    kaiku_buffer_release(&name);
    return status;
}
