/* Redis, read part by part. First the lists of windows, then their cells, then what shard 0 keeps; starts, values and
 * records that were set aside come last: whoever commits has written these before. */
#include "verify_private.h"

#include <stdio.h>
#include <stdlib.h>

struct state_reading {
    struct verify_reading positions; /* first: it is the context of verify_take_position */
    uint32_t view, window;
    struct verify_page *page;
    struct verify_stream *stream;
    struct verify_values *values;
};

/* The store's answer, or what went wrong in a visit. */
static int settle(struct state_reading *reading, int status)
{
    struct kaiku_verify *verify = reading->positions.verify;

    if (status != KAIKU_OK)
        return verify_fail(verify, status, "%s", kaiku_store_error(verify->options.store));
    if (reading->positions.status == KAIKU_NOMEM)
        return verify_fail(verify, KAIKU_NOMEM, "%s", kaiku_status_text(KAIKU_NOMEM));
    return reading->positions.status;
}

static int settle_snapshot(struct state_reading *reading, int status,
                           const struct verify_snapshot **out)
{
    status = settle(reading, status);
    if (status != KAIKU_OK)
        return status;
    *out = verify_snapshot_make(&reading->positions);
    return *out ? KAIKU_OK
                : verify_fail(reading->positions.verify, KAIKU_NOMEM, "%s",
                              kaiku_status_text(KAIKU_NOMEM));
}

/* ---- windows ---- */

static void take_window(void *context, int64_t start_ms)
{
    struct state_reading *reading = context;

    if (!verify_page_get(reading->positions.verify, reading->positions.shard, reading->view,
                         reading->window, start_ms))
        reading->positions.status = KAIKU_NOMEM;
}

static int read_list(struct kaiku_verify *verify, struct state_reading *reading)
{
    uint32_t shard = reading->positions.shard;
    struct verify_listing *listing =
        verify_listing_of(verify, shard, reading->view, reading->window);
    int status = kaiku_store_inspect_windows(verify->options.store, shard, reading->view,
                                             reading->window, verify_take_position, take_window,
                                             reading, &listing->floor_ms);

    return settle_snapshot(reading, status, &listing->snapshot);
}

static int read_lists(struct kaiku_verify *verify, struct state_reading *reading)
{
    const struct kaiku_model *model = verify->model;
    uint32_t *shard = &reading->positions.shard;
    int status = KAIKU_OK;

    for (*shard = 0; *shard < model->shards; ++*shard)
        for (reading->view = 0; reading->view < model->n_views; reading->view++)
            for (reading->window = 0; reading->window < model->views[reading->view].n_windows;
                 reading->window++) {
                status = read_list(verify, reading);
                if (status != KAIKU_OK)
                    return status;
            }
    return status;
}

/* ---- cells ---- */

/* A copy of the cell and its HyperLogLogs, in one piece of memory. */
static struct kaiku_text *keep_texts(struct kaiku_text cell, const struct kaiku_text *uniques,
                                     uint32_t n_unique)
{
    size_t bytes = cell.size;
    struct kaiku_text *kept;
    char *at;

    for (uint32_t u = 0; u < n_unique; u++)
        bytes += uniques[u].size;
    kept = malloc((1 + n_unique) * sizeof *kept + bytes);
    if (!kept)
        return NULL;
    at = (char *)(kept + 1 + n_unique);
    for (uint32_t i = 0; i <= n_unique; i++) {
        struct kaiku_text text = i == 0 ? cell : uniques[i - 1];
        kaiku_bytes_copy(at, text.data, text.size);
        kept[i] = (struct kaiku_text){at, text.size};
        at += text.size;
    }
    return kept;
}

static void take_cell(void *context, struct kaiku_text member, struct kaiku_text cell,
                      const struct kaiku_text *uniques)
{
    struct state_reading *reading = context;
    bool created;
    struct verify_node *node = verify_map_get(&reading->page->members, member, &created);
    struct verify_member *stands = node ? (struct verify_member *)node->record : NULL;

    if (stands)
        stands->stored = keep_texts(cell, uniques, reading->positions.verify->model->n_unique);
    if (!stands || !stands->stored)
        reading->positions.status = KAIKU_NOMEM;
}

static int read_page(struct kaiku_verify *verify, struct state_reading *reading)
{
    struct verify_page *page = reading->page;
    int64_t floor_ms;
    int status;

    reading->positions.shard = page->shard;
    status = kaiku_store_inspect_cells(verify->options.store, page->shard, page->view, page->window,
                                       page->start_ms, verify_take_position, take_cell, reading,
                                       &floor_ms);
    status = settle_snapshot(reading, status, &page->snapshot);
    if (status == KAIKU_OK)
        page->is_gone = page->start_ms < floor_ms;
    return status;
}

static int read_pages(struct kaiku_verify *verify, struct state_reading *reading)
{
    int status = KAIKU_OK;
    uint64_t done = 0;

    for (struct verify_node *node = verify->pages.first; node && status == KAIKU_OK;
         node = node->after) {
        reading->page = (struct verify_page *)node->record;
        status = read_page(verify, reading);
        if (status == KAIKU_OK && !verify->options.progress(verify->options.context, ++done,
                                                            verify->pages.count))
            return KAIKU_STOPPED;
    }
    return status;
}

/* ---- shard 0 ---- */

static void take_counter(struct verify_counter *counter, struct kaiku_text value)
{
    snprintf(counter->stored, sizeof counter->stored, "%.*s", (int)value.size, value.data);
}

static void take_total(void *context, struct kaiku_text name, struct kaiku_text value)
{
    static const char *const names[] = {
#define X(name) #name,
        VERIFY_TOTAL_TABLE(X)
#undef X
    };
    struct state_reading *reading = context;

    for (int t = 0; t < VERIFY_TOTALS; t++)
        if (kaiku_text_equal(name, kaiku_text_of(names[t])))
            take_counter(&reading->positions.verify->totals[t], value);
}

static void take_reason(void *context, struct kaiku_text name, struct kaiku_text value)
{
    struct state_reading *reading = context;

    for (int r = 0; r < KAIKU_REASONS; r++)
        if (kaiku_text_equal(name, kaiku_text_of(kaiku_reason_text((enum kaiku_reason)r))))
            take_counter(&reading->positions.verify->reasons[r], value);
}

static void take_entry(void *context, const struct kaiku_text *texts, uint32_t n)
{
    struct state_reading *reading = context;
    int status = verify_stream_take(reading->positions.verify, reading->stream, texts, n);

    if (status != KAIKU_OK)
        reading->positions.status = status;
}

static int read_first_shard(struct kaiku_verify *verify, struct state_reading *reading)
{
    struct kaiku_store *store = verify->options.store;
    int status;

    reading->positions.shard = 0;
    status = kaiku_store_inspect_totals(store, verify_take_position, take_total, take_reason, reading);
    status = settle_snapshot(reading, status, &verify->counted);
    for (uint32_t i = 0; i <= verify->model->n_alerts && status == KAIKU_OK; i++) {
        struct verify_stream *stream = &verify->streams[i];
        reading->stream = stream;
        status = kaiku_store_inspect_stream(store, stream->name, verify_take_position, take_entry,
                                            reading);
        status = settle_snapshot(reading, status, &stream->snapshot);
    }
    return status;
}

/* ---- starts and values ---- */

static void take_start(void *context, struct kaiku_text field, struct kaiku_text value)
{
    struct state_reading *reading = context;
    struct verify_partition *partition = verify_partition_get(reading->positions.verify, field);
    struct kaiku_position start;
    char text[KAIKU_POSITION_MAX] = "";

    if (!partition) {
        reading->positions.status = KAIKU_NOMEM;
        return;
    }
    if (value.size < sizeof text)
        memcpy(text, value.data, value.size);
    if (kaiku_position_parse(text, &start) == KAIKU_OK)
        partition->start = start.next;
}

static void take_value(void *context, struct kaiku_text value)
{
    struct state_reading *reading = context;

    if (verify_values_take(reading->values, value) != KAIKU_OK)
        reading->positions.status = KAIKU_NOMEM;
}

static void take_crashed(void *context, struct kaiku_text field, int64_t offset, bool is_counted)
{
    struct state_reading *reading = context;
    struct verify_partition *partition;
    int64_t *more = NULL;

    if (is_counted)
        return;
    partition = verify_partition_get(reading->positions.verify, field);
    if (partition)
        more = realloc(partition->crashed, (partition->n_crashed + 1) * sizeof *more);
    if (!more) {
        reading->positions.status = KAIKU_NOMEM;
        return;
    }
    more[partition->n_crashed++] = offset;
    partition->crashed = more;
}

static int read_rest(struct kaiku_verify *verify, struct state_reading *reading)
{
    struct kaiku_store *store = verify->options.store;
    int status = settle(reading, kaiku_store_inspect_starts(store, take_start, reading));

    if (status == KAIKU_OK)
        status = settle(reading, kaiku_store_crashed(store, take_crashed, reading));
    for (uint32_t d = 0; d < verify->model->n_dimensions && status == KAIKU_OK; d++) {
        reading->values = &verify->values[d];
        status = settle(reading, kaiku_store_values(store, d, take_value, reading));
    }
    if (status == KAIKU_OK)
        status = verify_since_read(verify);
    for (uint32_t i = 0; i <= verify->model->n_alerts && status == KAIKU_OK; i++)
        status = verify_stream_index(verify, &verify->streams[i]);
    return status;
}

int kaiku_verify_read_state(struct kaiku_verify *verify)
{
    struct state_reading reading = {.positions = {.verify = verify}};
    int status;

    kaiku_buffer_clear(&verify->error);
    status = read_lists(verify, &reading);
    if (status == KAIKU_OK)
        status = read_pages(verify, &reading);
    if (status == KAIKU_OK)
        status = read_first_shard(verify, &reading);
    if (status == KAIKU_OK)
        status = read_rest(verify, &reading);
    free(reading.positions.at);
    return status;
}
