/* The publisher's knowledge of positions: what Redis held for each partition and shard when it was last
 * read or written. Numbers of partitions are handed to workers and never change. One thread. */
#ifndef PUBLISH_LEDGER_H
#define PUBLISH_LEDGER_H

#include <source/source.h>
#include <store/store.h>

struct ledger_line {
    char *field;                             /* "TOPIC:PARTITION" */
    char (*known)[KAIKU_POSITION_MAX];       /* by shard, as it stands in Redis */
    char (*next)[KAIKU_POSITION_MAX];        /* by shard, once the commits in flight are applied */
    uint32_t owner; /* worker of this process that holds it, counted from 1; 0: none */
};

struct ledger {
    struct ledger_line *lines;
    uint32_t n, capacity;
    uint32_t shards;
};

void ledger_init(struct ledger *ledger, uint32_t shards);
void ledger_release(struct ledger *ledger);

/* The number of a partition, new or known. */
int ledger_number(struct ledger *ledger, const struct kaiku_partition *partition, uint32_t *out)
    KAIKU_MUST_CHECK;

/* Before commits are made: none moves anything. After they were applied: what they moved is known. */
void ledger_stay(struct ledger *ledger);
void ledger_move(struct ledger *ledger);

/* Nothing is held any more by this owner (0: by anybody): positions have to be read again. */
void ledger_forget(struct ledger *ledger, uint32_t owner);

#endif
