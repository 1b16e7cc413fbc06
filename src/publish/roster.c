#include "roster.h"

#include <model/member.h>

enum { KEY_WORDS = 2 + KAIKU_MAX_BY };

int roster_init(struct roster *roster, const struct kaiku_model *model,
                const struct admission *admission, uint32_t capacity)
{
    *roster = (struct roster){.model = model, .admission = admission};
    return kaiku_table_init(&roster->table, KEY_WORDS, sizeof(struct roster_member),
                            sizeof(uint32_t), capacity);
}

void roster_release(struct roster *roster)
{
    kaiku_table_release(&roster->table);
    kaiku_buffer_release(&roster->texts);
    *roster = (struct roster){0};
}

void roster_forget(struct roster *roster)
{
    kaiku_table_clear(&roster->table);
    kaiku_buffer_clear(&roster->texts);
}

void roster_make_room(struct roster *roster)
{
    if (kaiku_table_room(&roster->table) < roster->table.capacity / 2)
        roster_forget(roster);
}

static struct roster_member write_member(struct roster *roster, uint32_t v, const uint32_t *ids)
{
    const struct kaiku_view *view = &roster->model->views[v];
    struct kaiku_buffer *texts = &roster->texts;
    struct roster_member member = {.at = (uint32_t)texts->size};

    for (uint32_t i = 0; i < view->n_by; i++) {
        if (i > 0)
            kaiku_buffer_char(texts, '|');
        kaiku_buffer_text(texts, admission_text(roster->admission, view->by[i], ids[i]));
    }
    if (view->n_by == 0)
        kaiku_buffer_string(texts, KAIKU_ALL);
    member.size = (uint32_t)texts->size - member.at;
    if (!texts->failed)
        member.shard = kaiku_member_shard(
            roster->model, view, (struct kaiku_text){texts->data + member.at, member.size});
    return member;
}

/* Adds the member of a key, unless it is of another slice: so there are no more members than cells. */
static int add_member(struct roster *roster, const uint32_t *key, uint32_t hash, uint32_t slices,
                      uint32_t slice, struct roster_member **out)
{
    struct roster_member made = write_member(roster, key[0], key + 2);
    bool created;

    *out = NULL;
    if (roster->texts.failed)
        return KAIKU_NOMEM;
    if (made.shard % slices != slice) {
        roster->texts.size = made.at;
        return KAIKU_OK;
    }
    if (kaiku_table_room(&roster->table) < 1)
        return KAIKU_FULL;
    *out = kaiku_table_get(&roster->table, key, hash, &created);
    **out = made;
    return KAIKU_OK;
}

int roster_find(struct roster *roster, uint32_t view, uint32_t grouping, const uint32_t *ids,
                uint32_t slices, uint32_t slice, uint32_t *number)
{
    uint32_t key[KEY_WORDS] = {view, grouping}, hash;
    struct roster_member *member;

    *number = ROSTER_NONE;
    for (uint32_t i = 0; i < roster->model->views[view].n_by; i++)
        key[2 + i] = grouping >> i & 1 ? ids[i] : KAIKU_ID_ALL;
    hash = kaiku_table_hash(key, KEY_WORDS);
    member = kaiku_table_find(&roster->table, key, hash);
    if (!member) {
        int status = add_member(roster, key, hash, slices, slice, &member);
        if (status != KAIKU_OK)
            return status;
    }
    if (member && member->shard % slices == slice)
        *number = kaiku_table_number(&roster->table, member);
    return KAIKU_OK;
}
