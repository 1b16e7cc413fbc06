/* A scripted source for tests: records from memory, rebalances on command. No library, no system call:
 * it runs under ThreadSanitizer. */
#ifndef SOURCE_SCRIPT_H
#define SOURCE_SCRIPT_H

#include <source/source.h>

/* One partition's log, borrowed. Offsets are indexes unless offsets is given (ascending, may have gaps). */
struct kaiku_script_log {
    struct kaiku_partition partition;
    const struct kaiku_text *values; /* data NULL: tombstone */
    const int64_t *timestamps_ms;    /* NULL: own time */
    const int64_t *offsets;          /* NULL: 0, 1, 2 ... */
    uint32_t count;
};

struct kaiku_script_options {
    const struct kaiku_script_log *logs;
    uint32_t n_logs;
    uint32_t batch;   /* records a poll at most */
    bool end;         /* poll answers END once all is handed out; otherwise it goes on answering 0 records */
};

/* At most 62 logs, INVALID above. */
int kaiku_script_source_create(const struct kaiku_script_options *options, struct kaiku_source **out)
    KAIKU_MUST_CHECK;
int kaiku_script_catalog_create(const struct kaiku_script_options *options, struct kaiku_catalog **out)
    KAIKU_MUST_CHECK;

/* Thread-safe: at its next poll the source is revoked (lost or not) and assigned anew with the logs whose
 * bit is set in mask. */
void kaiku_script_rebalance(struct kaiku_source *source, uint64_t mask, bool lost);

#endif
