/* The seam below everything that reads a log: Kafka, NDJSON files, scripted records for tests.
 *
 * A source hands out batches of borrowed records: pointers stay valid until the batch is released, so a
 * source may lend the very bytes that came from the network. One batch is out at a time: release it
 * before the next poll. A source belongs to one thread at a time (its worker's); listener functions are called in
 * that thread, from within poll, announce or close. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <base/text.h>
#include <kaiku/status.h>

#include <stdbool.h>
#include <stdint.h>

/* The record has no timestamp of its own. Equals KAIKU_TIMESTAMP_OWN of the decoder. */
#define KAIKU_SOURCE_OWN_TIME INT64_MIN

/* A partition by name. `topic` is owned by the source and lives as long as it. */
struct kaiku_partition {
    const char *topic;
    int32_t number;
};

static inline bool kaiku_partition_equal(struct kaiku_partition a, struct kaiku_partition b)
{
    return a.number == b.number && strcmp(a.topic, b.topic) == 0;
}

enum kaiku_record_kind {
    KAIKU_RECORD,
    KAIKU_RECORD_END, /* everything below `offset` of this partition has been handed out; more may come */
    KAIKU_RECORD_GAP, /* the log holds nothing below `offset` any more: what was not handed out is gone */
};

struct kaiku_record {
    const char *value; /* NULL: tombstone */
    uint32_t size;
    uint32_t slot; /* the partition: its index in the last assign */
    enum kaiku_record_kind kind;
    int64_t offset;
    int64_t timestamp_ms;
};

struct kaiku_batch {
    struct kaiku_record *records;
    uint32_t count;
};

/* Where to begin reading a partition. */
struct kaiku_start {
    struct kaiku_partition partition;
    int64_t offset;
};

struct kaiku_source_listener {
    void *context;
    /* The partitions that are this source's from now on, all of them. The listener calls assign before
     * it returns, or reading does not begin. */
    void (*assigned)(void *context, const struct kaiku_partition *partitions, uint32_t n);
    /* All of them go. lost: another member may own them already. */
    void (*revoked)(void *context, bool lost);
};

struct kaiku_source;

struct kaiku_source_ops {
    /* OK with a batch (count may be 0 after timeout_ms); END: nothing will come unless an assign rewinds
     * (files read to their ends); REFUSED, IO, NOMEM: fatal, text in `error`. Not OK: no batch. */
    int (*poll)(struct kaiku_source *source, int timeout_ms, struct kaiku_batch *batch);
    void (*release)(struct kaiku_source *source, struct kaiku_batch *batch);
    /* Reads these partitions from these offsets, replacing the former assignment. May be called from
     * `assigned` and at any later time (to rewind) with the same partitions. A batch already handed out
     * stays valid; none from the former assignment comes afterwards. */
    int (*assign)(struct kaiku_source *source, const struct kaiku_start *starts, uint32_t n);
    /* Tells the listener once more which partitions are held, if any: it is a new one. NULL: never held before a poll. */
    void (*announce)(struct kaiku_source *source);
    /* Tells the group how far it is (for lag monitors only); asynchronous, failures are ignored. */
    void (*commit)(struct kaiku_source *source, uint32_t slot, int64_t next);
    /* Leaves the group; `revoked` is called if partitions are held. */
    void (*close)(struct kaiku_source *source);
    void (*destroy)(struct kaiku_source *source);
};

struct kaiku_source {
    const struct kaiku_source_ops *ops;
    struct kaiku_source_listener listener;
    char error[256]; /* text of the last fatal failure */
};

static inline void kaiku_source_listen(struct kaiku_source *source,
                                       struct kaiku_source_listener listener)
{
    source->listener = listener;
}

static inline int kaiku_source_poll(struct kaiku_source *source, int timeout_ms,
                                    struct kaiku_batch *batch)
{
    return source->ops->poll(source, timeout_ms, batch);
}

static inline void kaiku_source_release(struct kaiku_source *source, struct kaiku_batch *batch)
{
    source->ops->release(source, batch);
}

static inline int kaiku_source_assign(struct kaiku_source *source, const struct kaiku_start *starts,
                                      uint32_t n)
{
    return source->ops->assign(source, starts, n);
}

static inline void kaiku_source_announce(struct kaiku_source *source)
{
    if (source->ops->announce)
        source->ops->announce(source);
}

static inline void kaiku_source_commit(struct kaiku_source *source, uint32_t slot, int64_t next)
{
    source->ops->commit(source, slot, next);
}

static inline void kaiku_source_close(struct kaiku_source *source)
{
    source->ops->close(source);
}

static inline void kaiku_source_destroy(struct kaiku_source *source)
{
    source->ops->destroy(source);
}

/* The catalog: what partitions there are and what they hold, asked apart from reading (another thread). */
struct kaiku_extent {
    struct kaiku_partition partition; /* topic borrowed from the catalog */
    int64_t first;                    /* oldest offset still held */
    int64_t end;                      /* next offset that can be read; -1 where unknown */
    int64_t high_watermark;           /* next offset to be written: beyond end while a transaction is open */
};

struct kaiku_catalog;

struct kaiku_catalog_ops {
    /* All partitions of all topics. The array is owned by the catalog and valid until the next read. */
    int (*read)(struct kaiku_catalog *catalog, int timeout_ms, const struct kaiku_extent **extents,
                uint32_t *n);
    /* The timestamp of the first record from offset on. It waits for nothing: AGAIN until the answer is there, so
     * ask for one at a time; MISSING: no record stands there; AWAY: it did not come. NULL: it knows none. */
    int (*timestamp)(struct kaiku_catalog *catalog, struct kaiku_partition partition, int64_t offset,
                     int64_t *timestamp_ms);
    void (*destroy)(struct kaiku_catalog *catalog);
};

struct kaiku_catalog {
    const struct kaiku_catalog_ops *ops;
    char error[256];
};

static inline int kaiku_catalog_read(struct kaiku_catalog *catalog, int timeout_ms,
                                     const struct kaiku_extent **extents, uint32_t *n)
{
    return catalog->ops->read(catalog, timeout_ms, extents, n);
}

static inline int kaiku_catalog_timestamp(struct kaiku_catalog *catalog, struct kaiku_partition partition,
                                          int64_t offset, int64_t *timestamp_ms)
{
    return catalog->ops->timestamp
               ? catalog->ops->timestamp(catalog, partition, offset, timestamp_ms)
               : KAIKU_AWAY;
}

static inline void kaiku_catalog_destroy(struct kaiku_catalog *catalog)
{
    catalog->ops->destroy(catalog);
}

#endif
