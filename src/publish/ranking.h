/* The best rows of a table: largest n first, ties by member. Bounded: of more rows than `most` the
 * best are kept. Memory stays for the next table. Zero-initialised is a valid empty one. */
#ifndef PUBLISH_RANKING_H
#define PUBLISH_RANKING_H

#include <base/text.h>

struct ranked {
    int64_t n;
    uint32_t shard;
    struct kaiku_buffer member, cell;
};

struct ranking {
    struct ranked *rows;
    uint32_t n, most;
    uint32_t allocated;
};

void ranking_release(struct ranking *ranking);
void ranking_begin(struct ranking *ranking, uint32_t most);
/* Copies both texts if the row is among the best so far. */
int ranking_offer(struct ranking *ranking, int64_t n, uint32_t shard, struct kaiku_text member,
                  struct kaiku_text cell) KAIKU_MUST_CHECK;
/* Brings the rows into their order; no more are offered afterwards. */
void ranking_end(struct ranking *ranking);

/* The order: below 0 where the first stands above the other. */
int ranking_compare(int64_t n, struct kaiku_text member, int64_t other_n, struct kaiku_text other_member);

#endif
