/* Windows that are too old leave, by event time. */
#include "views_private.h"

/* Before 1971 there are no events, and no windows to ask a calendar for. */
#define EARLIEST_MS (INT64_C(365) * 86400000)

struct reading {
    struct partitions *partitions;
    int status;
};

static void read_position(void *context, struct kaiku_text field, struct kaiku_text position)
{
    struct reading *reading = context;

    if (reading->status == KAIKU_OK)
        reading->status = partitions_position(reading->partitions, field, position);
}

/* The shard's removal time: what is not yet read decides how old data may still come. */
static int read_time(struct kaiku_views *views, uint32_t shard, int64_t *time_ms)
{
    struct reading reading = {&views->partitions, KAIKU_OK};
    struct partitions_state state;
    struct kaiku_version version;
    int status;

    partitions_forget(&views->partitions);
    status = kaiku_store_shard_positions(views->store, shard, read_position, &reading, &version);
    if (status == KAIKU_OK)
        status = reading.status;
    state = partitions_state(&views->partitions);
    *time_ms = state.is_at_end ? state.high_ms : state.unread_low_ms;
    return status;
}

static int remove_before(struct kaiku_views *views, uint32_t shard, uint32_t w, int64_t time_ms)
{
    const struct views_window *window = &views->windows[w];
    const struct kaiku_window *length = views_length(views, window);
    struct views_part *part = views_part(views, shard, w);
    /* A window stays if it ends at this instant or later. */
    int64_t end_ms = time_ms - length->retention_ms;
    int64_t floor_ms = 0;
    uint64_t removed;
    int status;

    if (end_ms > EARLIEST_MS)
        floor_ms = kaiku_calendar_window(views->options.calendar, length, end_ms - 1).start;
    /* At first also where nothing is to be removed: a removal that was cut short is finished. */
    if (floor_ms <= part->floor_ms)
        return KAIKU_OK;
    status = kaiku_store_remove(views->store, shard, window->view, window->window, floor_ms,
                                &removed);
    if (status == KAIKU_OK) {
        part->floor_ms = floor_ms;
        views_lines_trim(views, w);
    }
    return status;
}

int views_removal_work(struct kaiku_views *views, int64_t until_us)
{
    while (views->removal.shard < views->model->shards && !views_is_late(until_us)) {
        uint32_t shard = views->removal.shard;
        int64_t time_ms;
        int status = read_time(views, shard, &time_ms);
        for (uint32_t w = 0; w < views->n_windows && status == KAIKU_OK; w++)
            status = remove_before(views, shard, w, time_ms);
        if (status != KAIKU_OK)
            return status;
        views->removal.shard++;
    }
    return KAIKU_OK;
}
