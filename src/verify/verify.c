#include "verify_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int verify_fail(struct kaiku_verify *verify, int status, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (verify->error.size > 0)
        kaiku_buffer_char(&verify->error, '\n');
    kaiku_buffer_string(&verify->error, text);
    return status;
}

const char *kaiku_verify_error(struct kaiku_verify *verify)
{
    return kaiku_buffer_cstring(&verify->error);
}

/* ---- windows ---- */

struct verify_listing *verify_listing_of(const struct kaiku_verify *verify, uint32_t shard,
                                         uint32_t view, uint32_t window)
{
    size_t views = (size_t)shard * verify->model->n_views + view;

    return &verify->listings[views * KAIKU_MAX_WINDOWS + window];
}

struct verify_page *verify_page_get(struct kaiku_verify *verify, uint32_t shard, uint32_t view,
                                    uint32_t window, int64_t start_ms)
{
    int64_t key[] = {(int64_t)shard << 32 | view << 16 | window, start_ms};
    bool created;
    struct verify_node *node = verify_map_get(
        &verify->pages, (struct kaiku_text){(const char *)key, sizeof key}, &created);
    const struct verify_listing *listing;
    struct verify_page *page;

    if (!node)
        return NULL;
    page = (struct verify_page *)node->record;
    if (!created)
        return page;
    listing = verify_listing_of(verify, shard, view, window);
    *page = (struct verify_page){
        .shard = shard,
        .view = view,
        .window = window,
        .start_ms = start_ms,
        .snapshot = listing->snapshot,
        .is_gone = start_ms < listing->floor_ms,
        .members = {.record_size = sizeof(struct verify_member)},
    };
    return page;
}

static void release_page(struct verify_page *page)
{
    for (struct verify_node *node = page->members.first; node; node = node->after) {
        struct verify_member *member = (struct verify_member *)node->record;
        verify_cell_release(&member->expected);
        free(member->stored);
    }
    verify_map_release(&page->members);
}

/* ---- life ---- */

static int init_streams(struct kaiku_verify *verify)
{
    uint32_t n = verify->model->n_alerts;
    int status = verify_stream_init(&verify->streams[n], "", "rejected", VERIFY_REJECTED_KEEP);

    for (uint32_t a = 0; a < n && status == KAIKU_OK; a++) {
        const struct kaiku_alert *alert = &verify->model->alerts[a];
        status = verify_stream_init(&verify->streams[a], "feed:", alert->name, alert->keep);
    }
    return status;
}

int kaiku_verify_create(const struct kaiku_verify_options *options, struct kaiku_verify **out)
{
    const struct kaiku_model *model = options->model;
    struct kaiku_verify *verify = calloc(1, sizeof *verify);
    int status = KAIKU_NOMEM;

    if (!verify)
        return status;
    verify->options = *options;
    verify->model = model;
    verify->pages.record_size = sizeof(struct verify_page);
    verify->recent = calloc(model->shards, sizeof *verify->recent);
    verify->listings = calloc((size_t)model->shards * model->n_views * KAIKU_MAX_WINDOWS,
                              sizeof *verify->listings);
    if (verify->recent && verify->listings)
        status = init_streams(verify);
    if (status == KAIKU_OK)
        *out = verify;
    else
        kaiku_verify_destroy(verify);
    return status;
}

static void release_log(struct kaiku_verify *verify)
{
    for (uint32_t p = 0; p < verify->n_partitions; p++)
        verify_partition_release(&verify->partitions[p]);
    free(verify->partitions);
    while (verify->snapshots) {
        struct verify_snapshot *before = verify->snapshots->before;
        free(verify->snapshots);
        verify->snapshots = before;
    }
    free(verify->recent);
}

void kaiku_verify_destroy(struct kaiku_verify *verify)
{
    if (!verify)
        return;
    for (struct verify_node *node = verify->pages.first; node; node = node->after)
        release_page((struct verify_page *)node->record);
    verify_map_release(&verify->pages);
    for (uint32_t i = 0; i <= verify->model->n_alerts; i++)
        verify_stream_release(&verify->streams[i]);
    for (uint32_t d = 0; d < verify->model->n_dimensions; d++)
        verify_values_release(&verify->values[d]);
    release_log(verify);
    free(verify->listings);
    verify_since_release(verify);
    kaiku_buffer_release(&verify->member);
    kaiku_buffer_release(&verify->entry);
    kaiku_buffer_release(&verify->key);
    kaiku_buffer_release(&verify->line);
    kaiku_buffer_release(&verify->error);
    free(verify);
}
