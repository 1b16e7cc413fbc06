#include "foresight.h"

#include <stdlib.h>

enum {
    PATIENCE = 16, /* records in a row that may fail before foresight rests */
    REST = 4096,   /* records: what it costs in vain is a few in a thousand of all work */
};

int foresight_init(struct foresight *foresight)
{
    *foresight = (struct foresight){.n = 1};
    foresight->members = calloc(FORESIGHT_MEMBERS, sizeof(*foresight->members));
    return foresight->members ? KAIKU_OK : KAIKU_NOMEM;
}

void foresight_release(struct foresight *foresight)
{
    free(foresight->members);
    *foresight = (struct foresight){0};
}

static void forget(struct foresight *foresight)
{
    memset(foresight->members[0].followers, 0, sizeof(foresight->members[0].followers));
    foresight->n = 1;
}

void foresight_judge(struct foresight *foresight, uint32_t hits, uint32_t misses)
{
    if (misses <= hits) {
        foresight->failures = 0;
        return;
    }
    if (++foresight->failures < PATIENCE)
        return;
    foresight->failures = 0;
    foresight->rest = REST;
    /* Full of what does not come any more. */
    if (foresight->n == FORESIGHT_MEMBERS)
        forget(foresight);
}

static struct foresight_member *find(struct foresight *foresight, struct kaiku_text text,
                                     const struct kaiku_path_node *object,
                                     const struct kaiku_path_node *node)
{
    for (uint32_t i = 1; i < foresight->n; i++) {
        struct foresight_member *member = &foresight->members[i];

        if (member->object == object && member->node == node && member->size == text.size &&
            memcmp(member->text, text.data, text.size) == 0)
            return member;
    }
    return NULL;
}

static struct foresight_member *add(struct foresight *foresight, struct kaiku_text text,
                                    uint32_t n_closed, const struct kaiku_path_node *object,
                                    const struct kaiku_path_node *node)
{
    struct foresight_member *member;

    if (foresight->n == FORESIGHT_MEMBERS)
        return NULL;
    member = &foresight->members[foresight->n++];
    *member = (struct foresight_member){
        .mask = UINT32_MAX >> (FORESIGHT_BYTES - text.size),
        .size = (uint32_t)text.size,
        .number = node->number,
        .repeats = node->repeats,
        .n_closed = n_closed,
        .opens = *text.data == '{' || *text.data == '[',
        .stays = *text.data == ',' && !node->is_entered,
        .object = object,
        .node = node,
    };
    memcpy(member->text, text.data, text.size);
    return member;
}

struct foresight_member *foresight_learn(struct foresight *foresight, struct foresight_member *from,
                                         struct kaiku_text text, uint32_t n_closed,
                                         const struct kaiku_path_node *object,
                                         const struct kaiku_path_node *node)
{
    struct foresight_member *member;

    if (text.size > FORESIGHT_BYTES)
        return NULL;
    member = find(foresight, text, object, node);
    if (!member)
        member = add(foresight, text, n_closed, object, node);
    if (!member)
        return NULL;
    /* The newest first; where there is no room for it, the oldest is forgotten. */
    memmove(from->followers + 1, from->followers,
            (FORESIGHT_FOLLOWERS - 1) * sizeof(*from->followers));
    from->followers[0] = member;
    return member;
}
