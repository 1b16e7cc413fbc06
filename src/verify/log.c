/* The log: is all of it there that was counted, and its records in order. */
#include "verify_private.h"

#include <base/clock.h>

#include <inttypes.h>
#include <stdlib.h>

enum {
    POLL_MS = 200,
    PATIENCE_MS = 60000, /* without any record */
};

static enum kaiku_verify_kind kind_of(const struct verify_partition *partition)
{
    return strncmp(partition->topic, "file:", 5) == 0 ? KAIKU_VERIFY_FILES : KAIKU_VERIFY_KAFKA;
}

static bool was_counted(const struct verify_partition *partition)
{
    return partition->n_marks > 0 && partition->target > partition->start;
}

bool kaiku_verify_wants(const struct kaiku_verify *verify, enum kaiku_verify_kind kind)
{
    for (uint32_t p = 0; p < verify->n_partitions; p++)
        if (was_counted(&verify->partitions[p]) && kind_of(&verify->partitions[p]) == kind)
            return true;
    return false;
}

void kaiku_verify_extents(struct kaiku_verify *verify, const struct kaiku_extent *extents, uint32_t n)
{
    for (uint32_t p = 0; p < verify->n_partitions; p++) {
        struct verify_partition *partition = &verify->partitions[p];
        struct kaiku_partition name = {partition->topic, partition->number};
        for (uint32_t i = 0; i < n; i++)
            if (kaiku_partition_equal(extents[i].partition, name))
                partition->first = extents[i].first;
    }
}

/* ---- is all of it there? ---- */

static int64_t lost_of(const struct verify_partition *partition)
{
    int64_t until = partition->first < partition->target ? partition->first : partition->target;

    return was_counted(partition) && until > partition->start ? until - partition->start : 0;
}

static void require_start(struct kaiku_verify *verify, struct verify_partition *partition)
{
    if (partition->start >= 0)
        return;
    partition->start = partition->first > 0 ? partition->first : 0;
    verify_report_state(verify, 0, "starts", kaiku_text_of(partition->field), KAIKU_TEXT("nothing"),
                        KAIKU_TEXT("a position"));
}

static int require_log(struct kaiku_verify *verify, const struct verify_partition *partition)
{
    if (!was_counted(partition) || partition->first >= 0)
        return KAIKU_OK;
    return verify_fail(verify, KAIKU_REFUSED,
                       kind_of(partition) == KAIKU_VERIFY_FILES
                           ? "'%s' was counted up to line %" PRId64 ": name that file"
                           : "'%s' was counted up to offset %" PRId64 ", and no topic that is "
                             "configured has it",
                       partition->field, partition->target);
}

/* What was never counted need not be there: the gap that was counted in its place says how much that is, over
 * all partitions. No gap is more than its partition's loss, so where the sums are equal, all of them are. */
static int require_beginnings(struct kaiku_verify *verify)
{
    int64_t gap = strtoll(verify->totals[VERIFY_TOTAL_gap].stored, NULL, 10), lost = 0;
    int status = KAIKU_OK;

    for (uint32_t p = 0; p < verify->n_partitions; p++)
        lost += lost_of(&verify->partitions[p]);
    verify->totals[VERIFY_TOTAL_gap].expected = lost;
    if (lost <= gap)
        return KAIKU_OK;
    for (uint32_t p = 0; p < verify->n_partitions; p++) {
        const struct verify_partition *partition = &verify->partitions[p];
        int64_t partition_lost = lost_of(partition);
        if (partition_lost > 0)
            status = verify_fail(verify, KAIKU_REFUSED,
                                 "'%s' can be verified from offset %" PRId64 " only: kafka no longer "
                                 "holds offsets %" PRId64 " to %" PRId64 ", which were counted",
                                 partition->field, partition->first, partition->start,
                                 partition->start + partition_lost - 1);
    }
    return status;
}

int verify_require_whole(struct kaiku_verify *verify)
{
    int status = KAIKU_OK;

    for (uint32_t p = 0; p < verify->n_partitions; p++) {
        const struct verify_partition *partition = &verify->partitions[p];
        if (partition->hole >= 0 && partition->first > partition->hole)
            status = verify_fail(verify, KAIKU_REFUSED,
                                 "'%s' lost records from offset %" PRId64 " on while it was read",
                                 partition->field, partition->hole);
    }
    return status;
}

int kaiku_verify_check(struct kaiku_verify *verify)
{
    int status = KAIKU_OK;

    kaiku_buffer_clear(&verify->error);
    verify->total = 0;
    for (uint32_t p = 0; p < verify->n_partitions; p++) {
        struct verify_partition *partition = &verify->partitions[p];
        if (partition->n_marks == 0)
            continue;
        require_start(verify, partition);
        verify_marks_sort(partition);
        partition->next = partition->start > partition->first ? partition->start : partition->first;
        if (partition->target > partition->next)
            verify->total += (uint64_t)(partition->target - partition->next);
        if (require_log(verify, partition) != KAIKU_OK)
            status = KAIKU_REFUSED;
    }
    return status == KAIKU_OK ? require_beginnings(verify) : status;
}

/* ---- reading ---- */

struct log_reading {
    struct kaiku_verify *verify;
    struct kaiku_start *starts;
    uint32_t *partitions; /* by slot of the source */
    uint32_t n, left;     /* partitions; those that are not read to their targets */
};

static int begin(struct log_reading *log, enum kaiku_verify_kind kind)
{
    struct kaiku_verify *verify = log->verify;

    log->starts = calloc(verify->n_partitions + 1, sizeof *log->starts);
    log->partitions = calloc(verify->n_partitions + 1, sizeof *log->partitions);
    if (!log->starts || !log->partitions)
        return KAIKU_NOMEM;
    for (uint32_t p = 0; p < verify->n_partitions; p++) {
        const struct verify_partition *partition = &verify->partitions[p];
        if (!was_counted(partition) || kind_of(partition) != kind ||
            partition->target <= partition->next)
            continue;
        log->partitions[log->n] = p;
        log->starts[log->n++] = (struct kaiku_start){{partition->topic, partition->number},
                                                     partition->next};
    }
    log->left = log->n;
    return KAIKU_OK;
}

static void end_partition(struct log_reading *log, struct verify_partition *partition, int64_t next)
{
    if (partition->next < next)
        partition->next = next;
    partition->done = true;
    log->left--;
}

static int take_record(struct log_reading *log, const struct kaiku_record *record)
{
    struct kaiku_verify *verify = log->verify;
    struct verify_partition *partition = &verify->partitions[log->partitions[record->slot]];
    int64_t before = partition->next;
    int status = KAIKU_OK;

    /* Of a gap the next record tells as well. */
    if (partition->done || record->offset < partition->next || record->kind == KAIKU_RECORD_GAP)
        return KAIKU_OK;
    if (record->offset > partition->next && partition->hole < 0)
        partition->hole = partition->next;
    if (record->kind == KAIKU_RECORD_END) {
        /* Its position was read before, so the log was as long already: no more than this was ever there. */
        end_partition(log, partition, record->offset);
        return KAIKU_OK;
    }
    if (record->offset < partition->target) {
        status = verify_apply(verify, partition, record);
        verify->figures.records++;
    }
    if (record->offset + 1 >= partition->target)
        end_partition(log, partition, partition->target);
    verify->done += (uint64_t)(partition->next - before);
    return status;
}

static int take_batch(struct log_reading *log, const struct kaiku_batch *batch)
{
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < batch->count && status == KAIKU_OK; i++)
        status = take_record(log, &batch->records[i]);
    if (status == KAIKU_NOMEM)
        return verify_fail(log->verify, status, "%s", kaiku_status_text(status));
    return status;
}

static int read_on(struct log_reading *log, struct kaiku_source *source)
{
    struct kaiku_verify *verify = log->verify;
    int64_t last_ms = kaiku_clock_monotonic_ms();
    int status = KAIKU_OK;

    while (log->left > 0 && status == KAIKU_OK) {
        struct kaiku_batch batch;
        int64_t now_ms = kaiku_clock_monotonic_ms();
        status = kaiku_source_poll(source, POLL_MS, &batch);
        if (status == KAIKU_END)
            return KAIKU_OK;
        if (status != KAIKU_OK)
            return verify_fail(verify, status, "%s", source->error);
        if (batch.count > 0)
            last_ms = now_ms;
        status = take_batch(log, &batch);
        kaiku_source_release(source, &batch);
        if (status == KAIKU_OK && now_ms - last_ms > PATIENCE_MS)
            status = verify_fail(verify, KAIKU_AWAY, "no record came for a minute");
        if (status == KAIKU_OK &&
            !verify->options.progress(verify->options.context, verify->done, verify->total))
            status = KAIKU_STOPPED;
    }
    return status;
}

static void ignore_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    (void)context; /* it is assigned already */
    (void)partitions;
    (void)n;
}

static void ignore_revoked(void *context, bool lost)
{
    (void)context;
    (void)lost;
}

int kaiku_verify_read_log(struct kaiku_verify *verify, struct kaiku_source *source,
                          enum kaiku_verify_kind kind)
{
    struct log_reading log = {.verify = verify};
    int status = begin(&log, kind);

    kaiku_buffer_clear(&verify->error);
    kaiku_source_listen(source,
                        (struct kaiku_source_listener){NULL, ignore_assigned, ignore_revoked});
    if (status == KAIKU_OK && log.n > 0) {
        status = kaiku_source_assign(source, log.starts, log.n);
        if (status != KAIKU_OK)
            (void)verify_fail(verify, status, "%s", source->error);
    }
    if (status == KAIKU_OK)
        status = read_on(&log, source);
    free(log.starts);
    free(log.partitions);
    return status;
}
