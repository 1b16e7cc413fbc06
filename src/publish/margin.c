/* `replay_margin_s`: how far the log's oldest record lies before the stored positions, in time. By as much Redis may
 * fall back, or be away, and still be brought up again from the log. */
#include "views_private.h"

enum { ROUND_MS = 60000, SOON_MS = 1000 };

static void next_partition(struct views_margin *margin)
{
    margin->at++;
    margin->step = 0;
}

/* Where the record before the stored position may stand. Offsets right before it may hold none (markers of
 * transactions, compaction), so it is looked for in growing steps. */
static int64_t stored_offset(const struct partition *partition, const struct views_margin *margin)
{
    int64_t back = (int64_t)1 << margin->step;

    return partition->next - back > partition->first ? partition->next - back : partition->first;
}

/* The next partition with a time to be asked for; NULL: the round is over. */
static struct partition *find_due(struct kaiku_views *views)
{
    struct views_margin *margin = &views->margin;

    for (; margin->at < views->partitions.n; next_partition(margin)) {
        struct partition *partition = &views->partitions.list[margin->at];
        if (!partition_has_margin(partition) || partition->next <= partition->first)
            continue;
        margin->is_oldest = partition->oldest.offset != partition->first;
        if (margin->is_oldest || partition->stored.offset != partition->next)
            return partition;
    }
    return NULL;
}

static bool choose(struct kaiku_views *views, int64_t now_ms)
{
    struct views_margin *margin = &views->margin;
    struct partition *partition;

    if (now_ms < margin->due_ms)
        return false;
    partition = find_due(views);
    if (!partition) {
        /* Where nothing is counted yet, or an answer did not come, it is worth asking soon. */
        bool is_known = partitions_margin_ms(&views->partitions) >= 0;
        *margin = (struct views_margin){.due_ms = now_ms + (is_known ? ROUND_MS : SOON_MS)};
        return false;
    }
    margin->field = partition->field;
    margin->next = partition->next;
    margin->offset = margin->is_oldest ? partition->first : stored_offset(partition, margin);
    return true;
}

bool kaiku_views_ask(struct kaiku_views *views, int64_t now_ms, struct kaiku_views_question *out)
{
    const struct views_margin *margin = &views->margin;

    /* Positions move on while an answer is awaited: the question stays. */
    if (!margin->field && !choose(views, now_ms))
        return false;
    *out = (struct kaiku_views_question){margin->field, margin->offset};
    return true;
}

static void take_stored(struct views_margin *margin, struct partition *partition, int status,
                        int64_t timestamp_ms)
{
    if (status == KAIKU_MISSING && margin->offset > partition->first) {
        margin->step++;
        return;
    }
    /* Nothing is left of what was counted. */
    if (status == KAIKU_MISSING)
        timestamp_ms = partition->oldest.ms;
    partition->stored = (struct partition_time){margin->next, timestamp_ms};
    next_partition(margin);
}

void kaiku_views_answer(struct kaiku_views *views, int status, int64_t timestamp_ms)
{
    struct views_margin *margin = &views->margin;
    struct partition *partition = &views->partitions.list[margin->at];
    bool is_same = partition->field == margin->field; /* others may have come before it */

    margin->field = NULL;
    if (!is_same || (status != KAIKU_OK && status != KAIKU_MISSING)) {
        next_partition(margin);
        return;
    }
    if (!margin->is_oldest)
        take_stored(margin, partition, status, timestamp_ms);
    else if (status == KAIKU_OK)
        partition->oldest = (struct partition_time){margin->offset, timestamp_ms};
    else
        next_partition(margin);
}
