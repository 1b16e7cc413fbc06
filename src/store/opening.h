/* The steps of opening a store, in their order. Each leaves its text in link->error. */
#ifndef STORE_OPENING_H
#define STORE_OPENING_H

#include "link.h"

/* Version, role, eviction policy. */
int store_check_server(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* Has a Redis that was started anew rewrite its append-only file: before anything is written. */
int store_renew_aof(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* So that it does so once; when the heads are ours. */
int store_remember_run(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* Does any key of ours hold another type? */
int store_check_types(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* Was the prefix made with as many shards? */
int store_check_shards(struct kaiku_store *store) KAIKU_MUST_CHECK;
struct store_heads {
    bool is_resetting;
    bool disagree;       /* about the generation */
    char foreign[64];    /* one of another digest; "": none is */
    uint32_t generation; /* 0: no shard has a head */
    uint32_t n;          /* shards that have one */
};

/* Sets the generation to that of the heads, 0 where no shard has one. */
int store_find_heads(struct kaiku_store *store, struct store_heads *heads) KAIKU_MUST_CHECK;
/* Takes or makes the heads of all shards, from another configuration too where ours only adds to it; sets the
 * generation. */
int store_take_heads(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* Takes over from the configuration whose head this is. REFUSED: ours does more than add to it. MISMATCH: not all
 * shards have this head, or they are not level: to be tried again. */
int store_take_over(struct kaiku_store *store, const char *head) KAIKU_MUST_CHECK;
/* REFUSED, and the text for it. why: what differs; "": that is not known. */
int store_refuse_rules(struct kaiku_store *store, const char *why) KAIKU_MUST_CHECK;
/* REFUSED, with what differs from the configuration whose head this is. */
int store_explain_rules(struct kaiku_store *store, const char *head) KAIKU_MUST_CHECK;
/* Marks as changed what would look different now. */
int store_mark_shapes(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* Writes meta, a hash for each metric, and _all among the values of each dimension and of each value's sets. */
int store_describe(struct kaiku_store *store) KAIKU_MUST_CHECK;

/* Gives each value of the dimension its sets of values beside it. */
int store_describe_families(struct kaiku_store *store, uint32_t dimension) KAIKU_MUST_CHECK;

typedef int store_opening_step(struct kaiku_store *store);
/* Takes the n steps up to the first that fails: open after all of them, closed otherwise. */
int store_open_by(struct kaiku_store *store, store_opening_step *const *steps, size_t n)
    KAIKU_MUST_CHECK;

#endif
