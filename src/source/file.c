#include <source/file.h>

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <base/clock.h>

#include "lines.h"

enum { BATCH_RECORDS = 4096, ERROR_SIZE = 256 };

#define NO_SLOT UINT32_MAX

struct input {
    char *path;
    char *topic;
    struct kaiku_lines *lines; /* NULL: not open */
    uint32_t slot;             /* NO_SLOT: not assigned */
    int64_t start;
    bool ended; /* its end has been handed out */
};

struct file_source {
    struct kaiku_source base;
    struct input *inputs;
    uint32_t n_inputs;
    uint32_t current;
    uint32_t max_line;
    bool announced;
    bool assigned;
    bool moved; /* assign was called since the last poll */
    struct kaiku_record records[BATCH_RECORDS];
};

struct file_catalog {
    struct kaiku_catalog base;
    struct kaiku_extent *extents;
    uint32_t n;
};

static bool is_standard_input(const struct input *input)
{
    return strcmp(input->path, "-") == 0;
}

/* Standard input cannot be opened twice: it stays open, however often the source moves. */
static void leave(struct input *input)
{
    if (is_standard_input(input))
        return;
    kaiku_lines_close(input->lines);
    input->lines = NULL;
}

static void announce(struct file_source *file)
{
    struct kaiku_partition *partitions = calloc(file->n_inputs, sizeof(*partitions));

    if (!partitions)
        return; /* tried again by the next poll */
    for (uint32_t i = 0; i < file->n_inputs; i++)
        partitions[i].topic = file->inputs[i].topic;
    file->announced = true;
    file->base.listener.assigned(file->base.listener.context, partitions, file->n_inputs);
    free(partitions);
}

/* Not in assign: the batch that is out then borrows from a file that this may close. */
static void settle_move(struct file_source *file)
{
    for (uint32_t i = 0; i < file->n_inputs; i++) {
        struct input *input = &file->inputs[i];

        input->ended = false;
        if (input->lines && kaiku_lines_number(input->lines) > input->start)
            leave(input);
    }
    file->current = 0;
    file->moved = false;
}

static struct kaiku_record *add_record(struct file_source *file, const struct input *input,
                                       int64_t offset, struct kaiku_batch *batch)
{
    struct kaiku_record *record = &file->records[batch->count++];

    *record = (struct kaiku_record){
        .slot = input->slot, .offset = offset, .timestamp_ms = KAIKU_SOURCE_OWN_TIME};
    return record;
}

static int end_input(struct file_source *file, struct input *input, struct kaiku_batch *batch)
{
    int64_t n_lines = kaiku_lines_number(input->lines);

    if (n_lines < input->start) {
        snprintf(file->base.error, ERROR_SIZE,
                 "'%s' has %" PRId64 " lines, fewer than the stored position %" PRId64
                 ": is it another file?",
                 input->path, n_lines, input->start);
        return KAIKU_REFUSED;
    }
    add_record(file, input, n_lines, batch)->kind = KAIKU_RECORD_END;
    input->ended = true;
    return KAIKU_OK;
}

/* From the lines in memory. AGAIN: no record, more must be read. */
static int take_lines(struct file_source *file, struct input *input, struct kaiku_batch *batch)
{
    while (batch->count < BATCH_RECORDS) {
        int64_t offset = kaiku_lines_number(input->lines);
        struct kaiku_record *record;
        struct kaiku_text line;
        int status = kaiku_lines_next(input->lines, &line);

        if (status == KAIKU_AGAIN)
            return batch->count > 0 ? KAIKU_OK : KAIKU_AGAIN;
        if (status == KAIKU_END)
            return end_input(file, input, batch);
        if (offset < input->start)
            continue;
        record = add_record(file, input, offset, batch);
        record->value = line.data;
        record->size = line.size < UINT32_MAX ? (uint32_t)line.size : UINT32_MAX;
    }
    return KAIKU_OK;
}

/* At least one block a poll, however short the time: skipping to a far start gets on. */
static int read_input(struct file_source *file, struct input *input, int64_t deadline_ms,
                      struct kaiku_batch *batch)
{
    bool refilled = false;
    int status = KAIKU_OK;

    if (!input->lines)
        status = kaiku_lines_open(input->path, file->max_line, &input->lines, file->base.error);
    while (!status) {
        int64_t left_ms;

        status = take_lines(file, input, batch);
        if (status != KAIKU_AGAIN)
            return status;
        left_ms = deadline_ms - kaiku_clock_monotonic_ms();
        if (left_ms <= 0 && refilled)
            return KAIKU_OK;
        status = kaiku_lines_refill(input->lines, left_ms > 0 ? (int)left_ms : 0, file->base.error);
        refilled = true;
    }
    return status == KAIKU_AGAIN ? KAIKU_OK : status;
}

static int file_poll(struct kaiku_source *source, int timeout_ms, struct kaiku_batch *batch)
{
    struct file_source *file = (struct file_source *)source;
    int64_t deadline_ms = kaiku_clock_monotonic_ms() + timeout_ms;
    int status;

    *batch = (struct kaiku_batch){.records = file->records};
    if (!file->announced)
        announce(file);
    if (!file->assigned) {
        poll(NULL, 0, timeout_ms); /* the listener will assign later */
        return KAIKU_OK;
    }
    if (file->moved)
        settle_move(file);
    for (; file->current < file->n_inputs; file->current++) {
        struct input *input = &file->inputs[file->current];

        if (input->slot != NO_SLOT && !input->ended) {
            status = read_input(file, input, deadline_ms, batch);
            if (status)
                batch->count = 0;
            return status;
        }
        leave(input);
    }
    return KAIKU_END;
}

static void file_release(struct kaiku_source *source, struct kaiku_batch *batch)
{
    (void)source; /* the next poll reuses the block */
    batch->count = 0;
}

static const struct kaiku_start *find_start(const struct input *input,
                                            const struct kaiku_start *starts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (kaiku_partition_equal(starts[i].partition, (struct kaiku_partition){input->topic, 0}))
            return &starts[i];
    return NULL;
}

static bool is_passed(const struct input *input, int64_t start)
{
    return is_standard_input(input) && input->lines && kaiku_lines_number(input->lines) > start;
}

static int file_assign(struct kaiku_source *source, const struct kaiku_start *starts, uint32_t n)
{
    struct file_source *file = (struct file_source *)source;

    for (uint32_t i = 0; i < file->n_inputs; i++) {
        struct input *input = &file->inputs[i];
        const struct kaiku_start *start = find_start(input, starts, n);

        if (start && is_passed(input, start->offset)) {
            snprintf(source->error, ERROR_SIZE,
                     "cannot go back to line %" PRId64 " of standard input ('%s')", start->offset,
                     input->topic);
            return KAIKU_IO;
        }
        input->slot = start ? (uint32_t)(start - starts) : NO_SLOT;
        input->start = start ? start->offset : 0;
    }
    file->assigned = true;
    file->moved = true;
    return KAIKU_OK;
}

static void file_commit(struct kaiku_source *source, uint32_t slot, int64_t next)
{
    (void)source; /* nobody watches the lag of a file */
    (void)slot;
    (void)next;
}

static void file_close(struct kaiku_source *source)
{
    struct file_source *file = (struct file_source *)source;

    if (file->announced)
        source->listener.revoked(source->listener.context, false);
    file->announced = file->assigned = false;
}

static void file_destroy(struct kaiku_source *source)
{
    struct file_source *file = (struct file_source *)source;

    for (uint32_t i = 0; i < file->n_inputs; i++) {
        kaiku_lines_close(file->inputs[i].lines);
        free(file->inputs[i].path);
        free(file->inputs[i].topic);
    }
    free(file->inputs);
    free(file);
}

static const struct kaiku_source_ops file_ops = {
    .poll = file_poll,
    .release = file_release,
    .assign = file_assign,
    .commit = file_commit,
    .close = file_close,
    .destroy = file_destroy,
};

static int check_inputs(const struct kaiku_file_input *inputs, uint32_t n, char *error)
{
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(inputs[i].path, "-") != 0 && access(inputs[i].path, R_OK) != 0) {
            snprintf(error, ERROR_SIZE, "cannot read '%s': %s", inputs[i].path, strerror(errno));
            return KAIKU_IO;
        }
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(inputs[i].topic, inputs[j].topic) == 0 ||
                strcmp(inputs[i].path, inputs[j].path) == 0) {
                snprintf(error, ERROR_SIZE, "'%s' is given twice", inputs[i].path);
                return KAIKU_INVALID;
            }
    }
    return KAIKU_OK;
}

int kaiku_file_source_create(const struct kaiku_file_input *inputs, uint32_t n, uint32_t max_line,
                             struct kaiku_source **out, char *error)
{
    struct file_source *file = NULL;
    int status = check_inputs(inputs, n, error);

    if (status)
        return status;
    file = calloc(1, sizeof(*file));
    if (!file)
        goto nomem;
    file->base.ops = &file_ops;
    file->max_line = max_line;
    file->inputs = calloc(n ? n : 1, sizeof(*file->inputs));
    if (!file->inputs)
        goto nomem;
    for (file->n_inputs = 0; file->n_inputs < n; file->n_inputs++) {
        struct input *input = &file->inputs[file->n_inputs];

        input->path = strdup(inputs[file->n_inputs].path);
        input->topic = strdup(inputs[file->n_inputs].topic);
        if (!input->path || !input->topic)
            goto nomem;
    }
    *out = &file->base;
    return KAIKU_OK;

nomem:
    if (file)
        file_destroy(&file->base);
    snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
    return KAIKU_NOMEM;
}

static int catalog_read(struct kaiku_catalog *catalog, int timeout_ms,
                        const struct kaiku_extent **extents, uint32_t *n)
{
    const struct file_catalog *file = (const struct file_catalog *)catalog;

    (void)timeout_ms;
    *extents = file->extents;
    *n = file->n;
    return KAIKU_OK;
}

static void catalog_destroy(struct kaiku_catalog *catalog)
{
    struct file_catalog *file = (struct file_catalog *)catalog;

    for (uint32_t i = 0; i < file->n; i++)
        free((char *)file->extents[i].partition.topic);
    free(file->extents);
    free(file);
}

static const struct kaiku_catalog_ops catalog_ops = {
    .read = catalog_read,
    .destroy = catalog_destroy,
};

int kaiku_file_catalog_create(const struct kaiku_file_input *inputs, uint32_t n,
                              struct kaiku_catalog **out)
{
    struct file_catalog *file = calloc(1, sizeof(*file));

    if (!file)
        return KAIKU_NOMEM;
    file->base.ops = &catalog_ops;
    file->extents = calloc(n ? n : 1, sizeof(*file->extents));
    if (!file->extents)
        goto nomem;
    for (; file->n < n; file->n++) {
        struct kaiku_extent *extent = &file->extents[file->n];

        extent->end = extent->high_watermark = -1;
        extent->partition.topic = strdup(inputs[file->n].topic);
        if (!extent->partition.topic)
            goto nomem;
    }
    *out = &file->base;
    return KAIKU_OK;

nomem:
    catalog_destroy(&file->base);
    return KAIKU_NOMEM;
}
