/* Members by number: for each view, grouping and values of its dimensions the member's text and shard.
 *
 * Kept from commit to commit, since the same members come again. One thread. */
#ifndef PUBLISH_ROSTER_H
#define PUBLISH_ROSTER_H

#include "admission.h"

struct roster {
    const struct kaiku_model *model;
    const struct admission *admission;
    struct kaiku_table table; /* key: view, grouping, value ids; record: struct roster_member */
    struct kaiku_buffer texts;
};

struct roster_member {
    uint32_t shard;
    uint32_t at, size; /* of its text */
};

int roster_init(struct roster *roster, const struct kaiku_model *model,
                const struct admission *admission, uint32_t capacity) KAIKU_MUST_CHECK;
void roster_release(struct roster *roster);

/* Forgets all members: their value ids mean something else from now on, or half of the room is gone. */
void roster_forget(struct roster *roster);
void roster_make_room(struct roster *roster);

/* The number of a grouping's member, where its shard s has s % slices == slice; ids: by position in the
 * view's dimensions. NONE where it is of another slice; FULL, NOMEM. */
enum { ROSTER_NONE = UINT32_MAX };
int roster_find(struct roster *roster, uint32_t view, uint32_t grouping, const uint32_t *ids,
                uint32_t slices, uint32_t slice, uint32_t *number) KAIKU_MUST_CHECK;

static inline const struct roster_member *roster_at(const struct roster *roster, uint32_t number)
{
    return kaiku_table_at(&roster->table, number);
}

static inline struct kaiku_text roster_text(const struct roster *roster, uint32_t number)
{
    const struct roster_member *member = roster_at(roster, number);
    return (struct kaiku_text){roster->texts.data + member->at, member->size};
}

#endif
