#include "projection.h"

#include <model/member.h>

#include <stdlib.h>

enum {
    MEMBERS = 2 * PROJECTION_CELLS, /* half of them remembered from the commits before */
    PAGES = PROJECTION_CELLS * KAIKU_PAGES_PER_CELL,
    MEMBER_KEY = 2 + KAIKU_MAX_BY,
    STAGED_KEY = 3,
    CELL_KEY = 5,
};

static int init_cells(struct projection *projection, const struct kaiku_calendar *calendar)
{
    const struct kaiku_model *model = projection->model;
    int rc = kaiku_pages_init(&projection->pages, PAGES);
    if (rc == KAIKU_OK)
        rc = kaiku_cells_init(&projection->staged, model, STAGED_KEY, PROJECTION_CELLS,
                              &projection->pages);
    if (rc == KAIKU_OK)
        rc = kaiku_cells_init(&projection->cells, model, CELL_KEY, PROJECTION_CELLS,
                              &projection->pages);
    for (uint32_t v = 0; v < model->n_views && rc == KAIKU_OK; v++)
        rc = kaiku_pieces_init(&projection->pieces[v], calendar, &model->views[v], PROJECTION_CELLS);
    return rc;
}

int projection_init(struct projection *projection, const struct kaiku_model *model,
                    const struct kaiku_calendar *calendar, const struct admission *admission)
{
    *projection = (struct projection){.model = model, .admission = admission};
    int rc = kaiku_table_init(&projection->members, MEMBER_KEY, sizeof(struct projected_member), 4,
                              MEMBERS);
    if (rc == KAIKU_OK)
        rc = init_cells(projection, calendar);
    if (rc == KAIKU_OK) {
        projection->keys = malloc(PROJECTION_CELLS * sizeof *projection->keys);
        rc = projection->keys ? KAIKU_OK : KAIKU_NOMEM;
    }
    if (rc != KAIKU_OK)
        projection_release(projection);
    return rc;
}

void projection_release(struct projection *projection)
{
    for (uint32_t v = 0; v < KAIKU_MAX_VIEWS; v++)
        kaiku_pieces_release(&projection->pieces[v]);
    kaiku_table_release(&projection->members);
    kaiku_cells_release(&projection->staged);
    kaiku_cells_release(&projection->cells);
    kaiku_pages_release(&projection->pages);
    kaiku_buffer_release(&projection->texts);
    free(projection->keys);
    *projection = (struct projection){0};
}

void projection_forget(struct projection *projection)
{
    kaiku_table_clear(&projection->members);
    kaiku_buffer_clear(&projection->texts);
}

void projection_clear(struct projection *projection)
{
    kaiku_table_clear(&projection->staged.table);
    kaiku_table_clear(&projection->cells.table);
    kaiku_pages_clear(&projection->pages);
    for (uint32_t v = 0; v < projection->model->n_views; v++)
        kaiku_pieces_clear(&projection->pieces[v]);
    /* Cells name members by number, so these go only while there are no cells. */
    if (kaiku_table_room(&projection->members) < MEMBERS / 2)
        projection_forget(projection);
}

static struct projected_member write_member(struct projection *projection, uint32_t v,
                                            const uint32_t *ids)
{
    const struct kaiku_view *view = &projection->model->views[v];
    struct kaiku_buffer *texts = &projection->texts;
    struct projected_member member = {.at = (uint32_t)texts->size};
    for (uint32_t i = 0; i < view->n_by; i++) {
        if (i > 0)
            kaiku_buffer_char(texts, '|');
        kaiku_buffer_text(texts, admission_text(projection->admission, view->by[i], ids[i]));
    }
    if (view->n_by == 0)
        kaiku_buffer_string(texts, KAIKU_ALL);
    member.size = (uint32_t)texts->size - member.at;
    if (!texts->failed)
        member.shard = kaiku_member_shard(projection->model, view,
                                          (struct kaiku_text){texts->data + member.at, member.size});
    return member;
}

/* The member of a grouping; NULL where its shard is not of this slice. ids: by position in the view. */
static const struct projected_member *find_member(struct projection *projection, uint32_t v,
                                                  uint32_t grouping, const uint32_t *ids,
                                                  uint32_t slices, uint32_t slice)
{
    const struct kaiku_view *view = &projection->model->views[v];
    uint32_t key[MEMBER_KEY] = {v, grouping};
    for (uint32_t i = 0; i < view->n_by; i++)
        key[2 + i] = grouping >> i & 1 ? ids[i] : KAIKU_ID_ALL;
    uint32_t hash = kaiku_table_hash(key, MEMBER_KEY);
    struct projected_member *member = kaiku_table_find(&projection->members, key, hash);
    if (!member) {
        /* Members of other slices are not kept: so there are no more of them than cells. */
        struct projected_member made = write_member(projection, v, key + 2);
        bool created;
        if (made.shard % slices != slice) {
            projection->texts.size = made.at;
            return NULL;
        }
        member = kaiku_table_get(&projection->members, key, hash, &created);
        *member = made;
    }
    return member->shard % slices == slice ? member : NULL;
}

/* Adds a cell of `from` to the one of this key in `into`. */
static int add_cell(struct projection *projection, struct kaiku_cells *into, const uint32_t *key,
                    uint32_t words, const struct kaiku_cells *from, void *cell)
{
    bool created;
    if (kaiku_table_room(&into->table) < 1 ||
        kaiku_pages_room(&projection->pages) < kaiku_tally_merge_pages(&into->shape))
        return KAIKU_FULL;
    void *sum = kaiku_table_get(&into->table, key, kaiku_table_hash(key, words), &created);
    kaiku_cell_merge(into, sum, from, cell);
    return KAIKU_OK;
}

/* One base cell: its members. */
static int add_base(struct projection *projection, struct kaiku_delta *delta, uint32_t v, uint32_t n,
                    const struct admission_map *map, uint32_t slices, uint32_t slice)
{
    const struct kaiku_view *view = &projection->model->views[v];
    const struct kaiku_cells *from = &delta->cells[v];
    const uint32_t *key = kaiku_table_key(&from->table, n);
    const struct kaiku_piece *piece = kaiku_pieces_at(&delta->pieces[v], key[0]);
    uint32_t ids[KAIKU_MAX_BY];
    if (kaiku_table_room(&projection->pieces[v].table) < 1)
        return KAIKU_FULL;
    for (uint32_t i = 0; i < view->n_by; i++)
        ids[i] = map->ids[view->by[i]][key[2 + i]];
    uint32_t staged[STAGED_KEY] = {
        0, kaiku_pieces_find(&projection->pieces[v], piece->span.start), key[1]};
    for (uint32_t g = 0; g < view->n_groupings; g++) {
        const struct projected_member *member =
            find_member(projection, v, view->groupings[g], ids, slices, slice);
        if (!member || !kaiku_shards_has(&delta->shards, member->shard))
            continue;
        staged[0] = kaiku_table_number(&projection->members, member);
        int rc = add_cell(projection, &projection->staged, staged, STAGED_KEY, from,
                          kaiku_table_at(&from->table, n));
        if (rc != KAIKU_OK)
            return rc;
    }
    return KAIKU_OK;
}

int projection_add(struct projection *projection, struct kaiku_delta *delta,
                   const struct admission_map *map, uint32_t slices, uint32_t slice)
{
    for (uint32_t v = 0; v < projection->model->n_views; v++) {
        for (uint32_t n = 0; n < delta->cells[v].table.count; n++) {
            int rc = add_base(projection, delta, v, n, map, slices, slice);
            if (rc != KAIKU_OK)
                return rc;
        }
    }
    return projection->texts.failed ? KAIKU_NOMEM : KAIKU_OK;
}

/* One member in one piece: its windows. */
static int spread_staged(struct projection *projection, uint32_t n)
{
    const uint32_t *staged = kaiku_table_key(&projection->staged.table, n);
    uint32_t v = kaiku_table_key(&projection->members, staged[0])[0];
    const struct kaiku_piece *piece = kaiku_pieces_at(&projection->pieces[v], staged[1]);
    for (uint32_t w = 0; w < projection->model->views[v].n_windows; w++) {
        int64_t start_ms = piece->window_start[w];
        uint32_t key[CELL_KEY] = {staged[0], v, w, (uint32_t)start_ms, (uint32_t)(start_ms >> 32)};
        if (staged[2] >> w & 1)
            continue; /* expired for these events */
        int rc = add_cell(projection, &projection->cells, key, CELL_KEY, &projection->staged,
                          kaiku_table_at(&projection->staged.table, n));
        if (rc != KAIKU_OK)
            return rc;
    }
    return KAIKU_OK;
}

int projection_spread(struct projection *projection)
{
    int rc = KAIKU_OK;
    for (uint32_t n = 0; n < projection->staged.table.count && rc == KAIKU_OK; n++)
        rc = spread_staged(projection, n);
    return rc;
}

static int by_place(const void *left, const void *right)
{
    const struct projected_key *a = left, *b = right;
    if (a->shard != b->shard)
        return a->shard < b->shard ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (a->start_ms != b->start_ms)
        return a->start_ms < b->start_ms ? -1 : 1;
    return a->cell < b->cell ? -1 : a->cell > b->cell;
}

void projection_sort(struct projection *projection)
{
    uint32_t count = projection->cells.table.count;
    for (uint32_t n = 0; n < count; n++) {
        const uint32_t *key = kaiku_table_key(&projection->cells.table, n);
        const struct projected_member *member = kaiku_table_at(&projection->members, key[0]);
        projection->keys[n] = (struct projected_key){
            .shard = member->shard,
            .place = key[1] * KAIKU_MAX_WINDOWS + key[2],
            .start_ms = (int64_t)((uint64_t)key[4] << 32 | key[3]),
            .cell = n,
        };
    }
    qsort(projection->keys, count, sizeof *projection->keys, by_place);
}

struct kaiku_text projection_member(const struct projection *projection, uint32_t cell)
{
    const uint32_t *key = kaiku_table_key(&projection->cells.table, cell);
    const struct projected_member *member = kaiku_table_at(&projection->members, key[0]);
    return (struct kaiku_text){projection->texts.data + member->at, member->size};
}
