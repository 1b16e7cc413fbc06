#include <source/script.h>

#include <stdatomic.h>
#include <stdlib.h>

/* A rebalance waits in one word, so that asking and taking are one step each: the mask of the logs
 * and two flags above it. */
#define MAX_LOGS 62
#define REBALANCE (UINT64_C(1) << 63)
#define LOST (UINT64_C(1) << 62)

#define NO_SLOT UINT32_MAX

struct log {
    struct kaiku_script_log script;
    uint32_t slot; /* NO_SLOT: not assigned */
    uint32_t next; /* index of the record that comes next */
    bool ended;    /* its end has been handed out */
};

struct script_source {
    struct kaiku_source base;
    struct log logs[MAX_LOGS];
    uint32_t n_logs;
    uint32_t turn; /* the log that begins the next batch, so that none starves */
    uint32_t batch;
    bool end;
    bool joined;
    uint64_t mask; /* of the logs that the listener was told of last */
    bool assigned; /* the listener has answered */
    _Atomic uint64_t rebalance;
    struct kaiku_record records[];
};

struct script_catalog {
    struct kaiku_catalog base;
    uint32_t n;
    struct kaiku_extent extents[];
};

static int64_t offset_at(const struct kaiku_script_log *log, uint32_t index)
{
    return log->offsets ? log->offsets[index] : (int64_t)index;
}

static int64_t end_of(const struct kaiku_script_log *log)
{
    return log->count > 0 ? offset_at(log, log->count - 1) + 1 : 0;
}

static void leave(struct script_source *script, bool lost)
{
    if (script->joined)
        script->base.listener.revoked(script->base.listener.context, lost);
    script->joined = script->assigned = false;
}

static void join(struct script_source *script, uint64_t mask)
{
    struct kaiku_partition partitions[MAX_LOGS];
    uint32_t n = 0;

    for (uint32_t i = 0; i < script->n_logs; i++)
        if (mask >> i & 1)
            partitions[n++] = script->logs[i].script.partition;
    script->joined = true;
    script->mask = mask;
    script->base.listener.assigned(script->base.listener.context, partitions, n);
}

static void serve_rebalance(struct script_source *script)
{
    uint64_t asked = atomic_exchange(&script->rebalance, 0);

    if (asked & REBALANCE)
        leave(script, asked & LOST);
    else if (!script->joined)
        asked = ~UINT64_C(0);
    else
        return;
    join(script, asked);
}

static struct kaiku_record record_at(const struct log *log)
{
    const struct kaiku_script_log *script = &log->script;

    if (log->next == script->count)
        return (struct kaiku_record){.slot = log->slot,
                                     .kind = KAIKU_RECORD_END,
                                     .offset = end_of(script),
                                     .timestamp_ms = KAIKU_SOURCE_OWN_TIME};
    return (struct kaiku_record){
        .value = script->values[log->next].data,
        .size = (uint32_t)script->values[log->next].size,
        .slot = log->slot,
        .offset = offset_at(script, log->next),
        .timestamp_ms =
            script->timestamps_ms ? script->timestamps_ms[log->next] : KAIKU_SOURCE_OWN_TIME};
}

static void take_records(struct script_source *script, struct log *log, struct kaiku_batch *batch)
{
    if (log->slot == NO_SLOT)
        return;
    while (!log->ended && batch->count < script->batch) {
        script->records[batch->count++] = record_at(log);
        if (log->next < log->script.count)
            log->next++;
        else
            log->ended = true;
    }
}

static int script_poll(struct kaiku_source *source, int timeout_ms, struct kaiku_batch *batch)
{
    struct script_source *script = (struct script_source *)source;

    (void)timeout_ms;
    *batch = (struct kaiku_batch){.records = script->records};
    serve_rebalance(script);
    if (!script->assigned)
        return KAIKU_OK;
    for (uint32_t i = 0; i < script->n_logs; i++)
        take_records(script, &script->logs[(script->turn + i) % script->n_logs], batch);
    script->turn++;
    return batch->count == 0 && script->end ? KAIKU_END : KAIKU_OK;
}

static void script_release(struct kaiku_source *source, struct kaiku_batch *batch)
{
    (void)source;
    batch->count = 0;
}

static struct log *find_log(struct script_source *script, struct kaiku_partition partition)
{
    for (uint32_t i = 0; i < script->n_logs; i++)
        if (kaiku_partition_equal(script->logs[i].script.partition, partition))
            return &script->logs[i];
    return NULL;
}

static int script_assign(struct kaiku_source *source, const struct kaiku_start *starts, uint32_t n)
{
    struct script_source *script = (struct script_source *)source;

    for (uint32_t i = 0; i < script->n_logs; i++)
        script->logs[i].slot = NO_SLOT;
    for (uint32_t i = 0; i < n; i++) {
        struct log *log = find_log(script, starts[i].partition);
        int64_t from = starts[i].offset;

        if (!log)
            return KAIKU_INVALID;
        log->slot = i;
        log->ended = false;
        log->next = 0;
        while (log->next < log->script.count && offset_at(&log->script, log->next) < from)
            log->next++;
    }
    script->assigned = true;
    return KAIKU_OK;
}

static void script_announce(struct kaiku_source *source)
{
    struct script_source *script = (struct script_source *)source;

    if (!script->joined)
        return;
    script->assigned = false;
    join(script, script->mask);
}

static void script_commit(struct kaiku_source *source, uint32_t slot, int64_t next)
{
    (void)source; /* no group to tell */
    (void)slot;
    (void)next;
}

static void script_close(struct kaiku_source *source)
{
    leave((struct script_source *)source, false);
}

static void script_destroy(struct kaiku_source *source)
{
    free(source);
}

static const struct kaiku_source_ops script_ops = {
    .poll = script_poll,
    .release = script_release,
    .assign = script_assign,
    .announce = script_announce,
    .commit = script_commit,
    .close = script_close,
    .destroy = script_destroy,
};

int kaiku_script_source_create(const struct kaiku_script_options *options,
                               struct kaiku_source **out)
{
    struct script_source *script;

    if (options->n_logs > MAX_LOGS || options->batch == 0)
        return KAIKU_INVALID;
    script = calloc(1, sizeof(*script) + options->batch * sizeof(script->records[0]));
    if (!script)
        return KAIKU_NOMEM;
    script->base.ops = &script_ops;
    script->batch = options->batch;
    script->end = options->end;
    script->n_logs = options->n_logs;
    for (uint32_t i = 0; i < options->n_logs; i++)
        script->logs[i] = (struct log){.script = options->logs[i], .slot = NO_SLOT};
    *out = &script->base;
    return KAIKU_OK;
}

void kaiku_script_rebalance(struct kaiku_source *source, uint64_t mask, bool lost)
{
    struct script_source *script = (struct script_source *)source;

    atomic_store(&script->rebalance, (mask & (LOST - 1)) | REBALANCE | (lost ? LOST : 0));
}

static int catalog_read(struct kaiku_catalog *catalog, int timeout_ms,
                        const struct kaiku_extent **extents, uint32_t *n)
{
    const struct script_catalog *script = (const struct script_catalog *)catalog;

    (void)timeout_ms;
    *extents = script->extents;
    *n = script->n;
    return KAIKU_OK;
}

static void catalog_destroy(struct kaiku_catalog *catalog)
{
    free(catalog);
}

static const struct kaiku_catalog_ops catalog_ops = {
    .read = catalog_read,
    .destroy = catalog_destroy,
};

int kaiku_script_catalog_create(const struct kaiku_script_options *options,
                                struct kaiku_catalog **out)
{
    struct script_catalog *script =
        calloc(1, sizeof(*script) + options->n_logs * sizeof(script->extents[0]));

    if (!script)
        return KAIKU_NOMEM;
    script->base.ops = &catalog_ops;
    script->n = options->n_logs;
    for (uint32_t i = 0; i < options->n_logs; i++) {
        const struct kaiku_script_log *log = &options->logs[i];

        script->extents[i] = (struct kaiku_extent){
            .partition = log->partition,
            .first = log->count > 0 ? offset_at(log, 0) : 0,
            .end = end_of(log),
            .high_watermark = end_of(log),
        };
    }
    *out = &script->base;
    return KAIKU_OK;
}
