/* Positions, compared with the log that they stand in: highest event time, and the record before them. */
#include "verify_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int compare_marks(const void *left, const void *right)
{
    const struct verify_mark *a = left, *b = right;

    if (a->stored.next != b->stored.next)
        return a->stored.next < b->stored.next ? -1 : 1;
    return (a->shard > b->shard) - (a->shard < b->shard);
}

void verify_marks_sort(struct verify_partition *partition)
{
    if (partition->n_marks > 1)
        qsort(partition->marks, partition->n_marks, sizeof *partition->marks, compare_marks);
}

static void report(struct kaiku_verify *verify, const struct verify_partition *partition,
                   const struct verify_mark *mark, const char *expected)
{
    char stored[KAIKU_POSITION_MAX];

    kaiku_position_format(&mark->stored, stored);
    verify_report_state(verify, mark->shard, "pos", kaiku_text_of(partition->field),
                        kaiku_text_of(stored), kaiku_text_of(expected));
}

void verify_marks_pass(struct kaiku_verify *verify, struct verify_partition *partition,
                       int64_t offset)
{
    for (; partition->settled < partition->n_marks; partition->settled++) {
        const struct verify_mark *mark = &partition->marks[partition->settled];
        struct kaiku_position expected = {mark->stored.next, partition->high_ms, partition->check};
        char text[KAIKU_POSITION_MAX];

        if (mark->stored.next > offset)
            return;
        if (mark->stored.high_ms == expected.high_ms && mark->stored.check == expected.check)
            continue;
        kaiku_position_format(&expected, text);
        report(verify, partition, mark, text);
    }
}

void verify_marks_end(struct kaiku_verify *verify, struct verify_partition *partition)
{
    char expected[KAIKU_POSITION_MAX];

    snprintf(expected, sizeof expected, "at most %" PRId64, partition->next);
    for (; partition->settled < partition->n_marks; partition->settled++)
        report(verify, partition, &partition->marks[partition->settled], expected);
}
