/* `now`: members in the newest window, each a hash. Where the window itself is another one, those
 * of all live members; otherwise of members whose cells were changed. */
#include "views_private.h"

#include <base/clock.h>
#include <kaiku/keys.h>

/* Members of one shard on their way; views->refs are their cells. */
struct batch {
    uint32_t n;
    struct item {
        uint32_t window;
        int64_t start_ms; /* newest window of the member that was changed */
    } items[VIEWS_BATCH];
};

/* Those of a batch without data in the newest window. */
struct empties {
    uint32_t n;
    struct kaiku_cell_ref refs[VIEWS_BATCH];
    struct item items[VIEWS_BATCH];
};

struct listing {
    struct members *members;
    int status;
};

static void list_member(void *context, struct kaiku_text member, int64_t newest_start_ms)
{
    struct listing *listing = context;

    (void)newest_start_ms;
    if (listing->status == KAIKU_OK)
        listing->status = members_add(listing->members, member, INT64_MIN);
}

/* All live members of the part are to be written. */
static int list_live(struct kaiku_views *views, uint32_t shard, uint32_t w)
{
    const struct views_window *window = &views->windows[w];
    struct views_part *part = views_part(views, shard, w);
    struct listing listing = {&part->stale, KAIKU_OK};
    int status = views_newest_ripen(views, shard, w);

    if (status == KAIKU_OK)
        status = kaiku_store_live(views->store, shard, window->view, window->window,
                                  window->live_from_ms, list_member, &listing);
    part->all_stale = false;
    return status == KAIKU_OK ? listing.status : status;
}

static int gather_part(struct kaiku_views *views, uint32_t shard, uint32_t w, struct batch *batch)
{
    const struct views_window *window = &views->windows[w];
    struct views_part *part = views_part(views, shard, w);
    const struct member *member;

    if (part->all_stale) {
        int status = list_live(views, shard, w);
        if (status != KAIKU_OK)
            return status;
    }
    while (batch->n < VIEWS_BATCH && (member = members_take(&part->stale))) {
        views_set_ref(views, batch->n, window, window->newest.start, member->text);
        batch->items[batch->n].window = w;
        batch->items[batch->n].start_ms = member->start_ms;
        batch->n++;
    }
    return KAIKU_OK;
}

static int put(struct kaiku_views *views, const struct kaiku_cell_ref *ref,
               const struct views_window *window, struct kaiku_version version)
{
    char key[KAIKU_KEY_MAX];
    struct run run;

    if (kaiku_key_now(key, sizeof(key), views->options.prefix, views_view(views, window)->name,
                      views_length(views, window)->name, ref->member.data) < 0)
        return KAIKU_INVALID;
    arena_clear(&views->arena);
    if (run_begin(&run, &views->arena, views->fields.most + 3) != KAIKU_OK)
        return KAIKU_NOMEM;
    run_integer(&run, KAIKU_TEXT("from"), window->newest.start);
    run_integer(&run, KAIKU_TEXT("to"), window->newest.end);
    fields_put(&views->fields, ref->view, ref->window, ref->member, ref->unique, &run);
    run_integer(&run, KAIKU_TEXT("updated"), kaiku_clock_wall_ms());
    kaiku_store_put_now(views->store, key, ref->start_ms, version, run_end(&run));
    return KAIKU_OK;
}

/* Puts the members that have data, and gathers the others. */
static int put_filled(struct kaiku_views *views, const struct batch *batch,
                      struct kaiku_version version, struct empties *empties)
{
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < batch->n && status == KAIKU_OK; i++) {
        status = views_read_cell(views, &views->refs[i]);
        if (status != KAIKU_OK)
            break;
        if (!views->fields.is_empty) {
            status = put(views, &views->refs[i], &views->windows[batch->items[i].window], version);
            continue;
        }
        empties->refs[empties->n] = views->refs[i];
        empties->items[empties->n++] = batch->items[i];
    }
    return status;
}

/* Whose newest cell was emptied may not live any more. */
static int look_at_emptied(struct kaiku_views *views, uint32_t shard, const struct empties *empties)
{
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < empties->n && status == KAIKU_OK; i++) {
        const struct kaiku_cell_ref *ref = &empties->refs[i];
        if (empties->items[i].start_ms == ref->start_ms)
            status = views_newest_relive(views, shard, empties->items[i].window, ref->member,
                                         ref->start_ms);
    }
    return status;
}

/* A changed cell does not make its member live: what was added may have been taken back at once. */
static int put_empty(struct kaiku_views *views, uint32_t shard, struct kaiku_version version,
                     const struct empties *empties)
{
    int64_t newest[VIEWS_BATCH];
    int status = look_at_emptied(views, shard, empties);

    if (status == KAIKU_OK)
        status = kaiku_store_newest(views->store, shard, empties->refs, empties->n, newest);
    for (uint32_t i = 0; i < empties->n && status == KAIKU_OK; i++) {
        const struct views_window *window = &views->windows[empties->items[i].window];
        if (newest[i] < window->live_from_ms)
            continue;
        status = views_read_cell(views, &empties->refs[i]);
        if (status == KAIKU_OK)
            status = put(views, &empties->refs[i], window, version);
    }
    return status;
}

static int write_batch(struct kaiku_views *views, uint32_t shard, const struct batch *batch)
{
    struct empties empties = {.n = 0};
    struct kaiku_version version;
    int status = kaiku_store_cells(views->store, shard, views->refs, batch->n, &version);

    if (status == KAIKU_OK)
        status = put_filled(views, batch, version, &empties);
    if (status == KAIKU_OK && empties.n > 0)
        status = put_empty(views, shard, version, &empties);
    return status == KAIKU_OK ? kaiku_store_flush(views->store) : status;
}

static int work_on_shard(struct kaiku_views *views, uint32_t shard, uint32_t *n)
{
    struct batch batch;
    int status = KAIKU_OK;

    batch.n = 0;
    for (uint32_t w = 0; w < views->n_windows && status == KAIKU_OK; w++)
        status = gather_part(views, shard, w, &batch);
    if (status == KAIKU_OK && batch.n > 0)
        status = write_batch(views, shard, &batch);
    *n = batch.n;
    return status;
}

int views_now_work(struct kaiku_views *views, int64_t until_us)
{
    while (views->now.shard < views->model->shards && !views_is_late(until_us)) {
        uint32_t n;
        int status = work_on_shard(views, views->now.shard, &n);
        if (status != KAIKU_OK)
            return status;
        if (n < VIEWS_BATCH)
            views->now.shard++;
    }
    return KAIKU_OK;
}
