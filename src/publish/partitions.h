/* How far each partition of the log was read and how far it reaches, by "TOPIC:PARTITION".
 * Zero-initialised is a valid empty list. */
#ifndef PUBLISH_PARTITIONS_H
#define PUBLISH_PARTITIONS_H

#include <store/store.h>

struct partition {
    char *field;
    int64_t end; /* next offset to be written to the log, -1 unknown */
    /* Ends that were told some while ago. The end runs on while records are read and committed, so
     * one that was passed since counts as read to its end. */
    int64_t passed_end, recent_end, recent_ms;
    /* Position in the shard that was read last; 0 where it has none. */
    int64_t next, high_ms;
};

struct partitions {
    struct partition *list; /* by field */
    uint32_t n, capacity;
};

void partitions_release(struct partitions *partitions);
/* No position is known any more; the ends stay. */
void partitions_forget(struct partitions *partitions);
/* now_ms: monotonic. */
int partitions_extent(struct partitions *partitions, struct kaiku_text field, int64_t end,
                      int64_t now_ms) KAIKU_MUST_CHECK;
/* Takes a position as it is stored. REFUSED where it is none. */
int partitions_position(struct partitions *partitions, struct kaiku_text field,
                        struct kaiku_text position) KAIKU_MUST_CHECK;

/* One that no extent was told of may go on for ever. */
static inline bool partition_is_at_end(const struct partition *partition)
{
    return partition->end >= 0 && partition->next >= partition->passed_end;
}

/* What the partitions tell together. Times are 0 where there is none. */
struct partitions_state {
    uint32_t n;              /* with a highest time */
    int64_t low_ms, high_ms; /* lowest and highest of their highest times */
    int64_t unread_low_ms;   /* lowest of those not read to their end */
    bool is_at_end;          /* all are */
    int64_t lag;             /* records */
    int64_t applied;         /* sum of next */
};

struct partitions_state partitions_state(const struct partitions *partitions);

#endif
