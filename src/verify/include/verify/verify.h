/* A second, plain aggregator: reads the log again up to the positions that stand in Redis, and compares. It
 * shares nothing with the aggregating rooms but the decoder, and writes nothing.
 *
 * Everything in Redis is read first, each part in one step with the positions of its shard: an event counts for a
 * part if it stands before these. So it is right also while others commit. Then each log is read once, record by
 * record; what streams and positions must hold is compared on the way, cells and counters at the end.
 *
 *     create, read_state, extents (each catalog), check, read_log (each source), extents again, compare
 *
 * One thread. Memory follows the cells and the entries that Redis holds, and what the log adds to them. */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include <model/calendar.h>
#include <source/source.h>
#include <store/inspect.h>

struct kaiku_verify;

struct kaiku_verify_options {
    const struct kaiku_model *model;
    const struct kaiku_calendar *calendar;
    struct kaiku_store *store; /* opened for reading */
    const char *prefix;
    void *context;
    /* A difference: key, field, stored, expected; without the end of the line. */
    void (*differs)(void *context, const char *line);
    /* Often: so many windows (read_state) or records (read_log) of all are done; false stops it (STOPPED). */
    bool (*progress)(void *context, uint64_t done, uint64_t total);
};

/* Borrows all of its options. */
int kaiku_verify_create(const struct kaiku_verify_options *options, struct kaiku_verify **out)
    KAIKU_MUST_CHECK;
void kaiku_verify_destroy(struct kaiku_verify *verify);
/* Text of the last failure: lines parted by newlines. Borrowed until the next call. */
const char *kaiku_verify_error(struct kaiku_verify *verify);

/* AWAY, AGAIN, REFUSED as the store gives them. */
int kaiku_verify_read_state(struct kaiku_verify *verify) KAIKU_MUST_CHECK;

/* Which partitions a source holds: files are named `file:...`. */
enum kaiku_verify_kind { KAIKU_VERIFY_FILES, KAIKU_VERIFY_KAFKA };

/* Was anything counted from such a log? */
bool kaiku_verify_wants(const struct kaiku_verify *verify, enum kaiku_verify_kind kind);
/* What the logs still hold. */
void kaiku_verify_extents(struct kaiku_verify *verify, const struct kaiku_extent *extents, uint32_t n);
/* REFUSED: something that was counted is in no log any more. */
int kaiku_verify_check(struct kaiku_verify *verify) KAIKU_MUST_CHECK;

/* The source's partitions of this kind; it is assigned here, so it needs no listener. AWAY: nothing came for a
 * minute. */
int kaiku_verify_read_log(struct kaiku_verify *verify, struct kaiku_source *source,
                          enum kaiku_verify_kind kind) KAIKU_MUST_CHECK;

struct kaiku_verify_figures {
    uint64_t windows, cells, counters, entries; /* compared */
    uint64_t records;                           /* read */
    uint64_t differences;
};

/* REFUSED: the log lost records while it was read. */
int kaiku_verify_compare(struct kaiku_verify *verify, struct kaiku_verify_figures *figures)
    KAIKU_MUST_CHECK;

#endif
