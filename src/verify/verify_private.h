/* The inside of a verification: state.c and since.c read Redis, log.c and apply.c the log, compare.c says how they differ. */
#ifndef VERIFY_VERIFY_PRIVATE_H
#define VERIFY_VERIFY_PRIVATE_H

#include "cell.h"
#include "dedup.h"
#include "map.h"
#include "values.h"

#include <verify/verify.h>

#include <kaiku/keys.h>

enum { VERIFY_REJECTED_KEEP = 10000 };

/* ---- positions ---- */

/* A position as some shard has it; compared when the log has been read up to there. */
struct verify_mark {
    struct kaiku_position stored;
    uint32_t shard;
};

/* The values that a dimension had admitted when an epoch gave it more. */
struct verify_former {
    uint32_t dimension, epoch, max_values;
    struct verify_values values;
    struct verify_former *before; /* all of them, for release */
};

/* So it was for records before this offset of a partition. */
struct verify_fewer {
    struct verify_former *former;
    int64_t until;
};

struct verify_partition {
    char *field; /* TOPIC:PARTITION */
    char *topic;
    int32_t number;
    int64_t start;  /* -1: none is stored */
    int64_t first;  /* the oldest offset that its log holds; -1: there is no such log */
    int64_t target; /* the highest of all positions */
    struct verify_mark *marks;
    uint32_t n_marks, marks_capacity;
    int64_t *crashed;    /* offsets of records that were set aside unread */
    uint32_t n_crashed;
    int64_t metrics_from[KAIKU_MAX_METRICS]; /* offsets from which on they count; 0: all */
    int64_t views_from[KAIKU_MAX_VIEWS];
    struct verify_fewer *fewer; /* the earlier epoch first */
    uint32_t n_fewer, fewer_capacity;
    /* while its log is read, see docs/events.md */
    uint32_t settled;    /* marks */
    int64_t next;        /* offset to be read next */
    int64_t high_ms;     /* 0: none */
    uint64_t check;      /* of the last record; 0: none */
    int64_t hole;        /* where the first offset that did not come was expected; -1: all came */
    bool done;
    struct verify_dedup dedup;
};

/* The positions of a shard when something was read, by number of partition. */
struct verify_snapshot {
    uint32_t shard, n;
    struct verify_snapshot *before; /* all of them, for release */
    struct kaiku_position at[];     /* next -1: none */
};

/* Was the record at this offset counted in what was read with the snapshot? */
static inline bool verify_covers(const struct verify_snapshot *snapshot, uint32_t partition,
                                 int64_t offset)
{
    return partition < snapshot->n && offset < snapshot->at[partition].next;
}

/* ---- what is compared ---- */

/* One window of one shard. */
struct verify_page {
    uint32_t shard, view, window;
    int64_t start_ms;
    const struct verify_snapshot *snapshot;
    bool is_gone; /* below the floor: nothing is compared */
    struct verify_map members; /* struct verify_member */
};

struct verify_member {
    struct verify_cell expected;
    struct kaiku_text *stored; /* the cell, then its HyperLogLogs, and their bytes; NULL: none */
};

/* The windows of one view in one shard, as they were listed. */
struct verify_listing {
    const struct verify_snapshot *snapshot;
    int64_t floor_ms;
};

#define VERIFY_TOTAL_TABLE(X)                                                                      \
    X(counted)                                                                                     \
    X(retracted)                                                                                   \
    X(duplicate)                                                                                   \
    X(rejected)                                                                                    \
    X(ignored)                                                                                     \
    X(late)                                                                                        \
    X(expired)                                                                                     \
    X(clamped)                                                                                     \
    X(other)                                                                                       \
    X(bad_answers)                                                                                 \
    X(gap)                                                                                         \
    X(alerts)                                                                                      \
    X(crashed)

enum verify_total {
#define X(name) VERIFY_TOTAL_##name,
    VERIFY_TOTAL_TABLE(X)
#undef X
    VERIFY_TOTALS
};

struct verify_counter {
    int64_t expected;
    char stored[32]; /* "": none */
};

/* A stream of shard 0. Entries are numbers of framed texts: names and values in turn. */
struct verify_stream {
    char name[KAIKU_MAX_NAME + 8];
    uint32_t keep;
    const struct verify_snapshot *snapshot;
    struct verify_map entries; /* struct verify_entry by TOPIC:PARTITION:OFFSET:METRIC */
    int64_t *lowest;           /* by partition: the oldest offset stored; INT64_MAX: none */
    uint64_t stored, expected; /* entries */
};

struct verify_entry {
    struct kaiku_buffer framed;
    uint32_t partition;
    int64_t offset;
    bool is_expected;
};

struct kaiku_verify {
    struct kaiku_verify_options options;
    const struct kaiku_model *model;
    struct kaiku_decoder *decoder; /* of the record in hand */
    struct kaiku_decoder *decoders[KAIKU_MAX_METRICS + 1]; /* by how many metrics there were; NULL until needed */

    struct verify_partition *partitions;
    uint32_t n_partitions, partitions_capacity;
    uint32_t hint; /* the partition that most likely comes next in a list */
    struct verify_snapshot *snapshots;
    const struct verify_snapshot **recent; /* by shard */

    struct verify_map pages;          /* struct verify_page */
    struct verify_listing *listings;  /* by shard, view, window: verify_listing_of */
    struct verify_values values[KAIKU_MAX_DIMENSIONS];
    struct verify_former *formers;
    const struct verify_snapshot *counted; /* the snapshot of totals and reasons */
    struct verify_counter totals[VERIFY_TOTALS], reasons[KAIKU_REASONS];
    struct verify_stream streams[KAIKU_MAX_ALERTS + 1]; /* of the alerts, then the rejected ones */

    struct kaiku_event event;
    struct kaiku_text event_values[KAIKU_MAX_DIMENSIONS];
    struct kaiku_buffer member, entry, key, line, error;
    uint64_t done, total; /* records */
    struct kaiku_verify_figures figures;
};

/* ---- verify.c ---- */

struct verify_listing *verify_listing_of(const struct kaiku_verify *verify, uint32_t shard,
                                         uint32_t view, uint32_t window);
/* The page of a window; one that Redis did not list has the listing's snapshot. NULL when out of memory. */
struct verify_page *verify_page_get(struct kaiku_verify *verify, uint32_t shard, uint32_t view,
                                    uint32_t window, int64_t start_ms);
/* Adds a line to the error, and returns status. */
int verify_fail(struct kaiku_verify *verify, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- snapshots.c ---- */

/* Collects the positions of one reply. */
struct verify_reading {
    struct kaiku_verify *verify;
    uint32_t shard;
    struct kaiku_position *at; /* by partition */
    uint32_t n, capacity;
    int status;
};

/* NULL when out of memory. */
struct verify_partition *verify_partition_get(struct kaiku_verify *verify, struct kaiku_text field);
void verify_partition_release(struct verify_partition *partition);

/* A kaiku_pair_visit; context: a reading. */
void verify_take_position(void *context, struct kaiku_text field, struct kaiku_text position);
/* The snapshot of what was collected, which is then empty again; NULL when out of memory. */
const struct verify_snapshot *verify_snapshot_make(struct verify_reading *reading);

/* ---- since.c ---- */

/* What counts from where on, of all partitions: after these are known. */
int verify_since_read(struct kaiku_verify *verify) KAIKU_MUST_CHECK;
void verify_since_release(struct kaiku_verify *verify);
/* For the metrics that there were when the record at this offset was counted; NULL when out of memory. */
struct kaiku_decoder *verify_since_decoder(struct kaiku_verify *verify,
                                           const struct verify_partition *partition, int64_t offset);
/* Was the view there by then? */
bool verify_since_view(const struct verify_partition *partition, uint32_t view, int64_t offset);
/* The values that the dimension had then, and how many it could have. */
struct verify_values *verify_since_values(struct kaiku_verify *verify,
                                          const struct verify_partition *partition,
                                          uint32_t dimension, int64_t offset, uint32_t *max_values);

/* ---- marks.c ---- */

void verify_marks_sort(struct verify_partition *partition);
/* The log has been read up to here: compares the marks that stand at or before it. */
void verify_marks_pass(struct kaiku_verify *verify, struct verify_partition *partition,
                       int64_t offset);
/* The log ended before these. */
void verify_marks_end(struct kaiku_verify *verify, struct verify_partition *partition);

/* ---- stream.c ---- */

int verify_stream_init(struct verify_stream *stream, const char *prefix, const char *name,
                       uint32_t keep) KAIKU_MUST_CHECK;
void verify_stream_release(struct verify_stream *stream);
int verify_stream_take(struct kaiku_verify *verify, struct verify_stream *stream,
                       const struct kaiku_text *texts, uint32_t n) KAIKU_MUST_CHECK;
/* All of it was taken, and all partitions are known. */
int verify_stream_index(struct kaiku_verify *verify, struct verify_stream *stream) KAIKU_MUST_CHECK;
void verify_frame(struct kaiku_buffer *framed, struct kaiku_text text);
/* verify->entry holds what must be there. */
int verify_stream_expect(struct kaiku_verify *verify, struct verify_stream *stream,
                         const struct verify_partition *partition, int64_t offset,
                         const char *metric) KAIKU_MUST_CHECK;
void verify_stream_end(struct kaiku_verify *verify, struct verify_stream *stream);

/* ---- log.c ---- */

/* REFUSED: records went while they were read. After the extents were told again. */
int verify_require_whole(struct kaiku_verify *verify) KAIKU_MUST_CHECK;

/* ---- apply.c ---- */

/* The next record of its partition. */
int verify_apply(struct kaiku_verify *verify, struct verify_partition *partition,
                 const struct kaiku_record *record) KAIKU_MUST_CHECK;

/* ---- report.c ---- */

/* One difference: KEY FIELD PART: stored STORED, expected EXPECTED. part: "" where there is none. */
void verify_report(struct kaiku_verify *verify, const char *key, struct kaiku_text field,
                   const char *part, struct kaiku_text stored, struct kaiku_text expected);
/* Of a state key of a shard. */
void verify_report_state(struct kaiku_verify *verify, uint32_t shard, const char *name,
                         struct kaiku_text field, struct kaiku_text stored,
                         struct kaiku_text expected);

#endif
