/* How far each partition of the log was read and how far it reaches, by "TOPIC:PARTITION".
 * Zero-initialised is a valid empty list. */
#ifndef PUBLISH_PARTITIONS_H
#define PUBLISH_PARTITIONS_H

#include <store/store.h>

/* The timestamp of the record at an offset, or of the one before it; offset -1: not known. */
struct partition_time {
    int64_t offset, ms;
};

struct partition {
    char *field;
    int64_t end;   /* next offset that can be read, -1 unknown */
    int64_t high_watermark; /* next offset to be written to the log */
    /* The end, as long as it stands before the high watermark, and whether that was told. */
    int64_t stalled_end, stalled_ms;
    bool is_told;
    int64_t first; /* oldest offset that the log holds, -1 unknown */
    struct partition_time oldest, stored; /* of the record at first, of the one before next: as of late */
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
int partitions_end(struct partitions *partitions, struct kaiku_text field, int64_t end, int64_t now_ms)
    KAIKU_MUST_CHECK;
/* Behind the end: where that stands before it for long, a transaction is open, and that is logged. */
int partitions_high_watermark(struct partitions *partitions, struct kaiku_text field, int64_t offset,
                              int64_t now_ms) KAIKU_MUST_CHECK;
int partitions_first(struct partitions *partitions, struct kaiku_text field, int64_t first)
    KAIKU_MUST_CHECK;
/* Takes a position as it is stored. REFUSED where it is none. */
int partitions_position(struct partitions *partitions, struct kaiku_text field,
                        struct kaiku_text position) KAIKU_MUST_CHECK;

/* One that no extent was told of may go on for ever. */
static inline bool partition_is_at_end(const struct partition *partition)
{
    return partition->end >= 0 && partition->next >= partition->passed_end;
}

/* Has it counted events that the log may still hold? */
static inline bool partition_has_margin(const struct partition *partition)
{
    return partition->first >= 0 && partition->high_ms > 0;
}

/* How far the oldest record lies before the stored position, in the partition where that is least; -1: not known. */
int64_t partitions_margin_ms(const struct partitions *partitions);

/* Records between its position and the log's end; 0: none, or not known. */
int64_t partitions_lag(const struct partitions *partitions, struct kaiku_text field);

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
