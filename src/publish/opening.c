/* Where partitions begin, and how far the log reaches. */
#include "publisher_private.h"

#include <base/clock.h>
#include <base/failpoint.h>
#include <base/log.h>

#include <stdio.h>
#include <stdlib.h>

enum { CATALOG_MS = 5000, TOPIC_MAX = 256 };

/* ---- the log's extents ---- */

static int read_catalog(struct kaiku_publisher *publisher, int timeout_ms,
                        const struct kaiku_extent **extents, uint32_t *n)
{
    int rc = kaiku_catalog_read(publisher->options.catalog, timeout_ms, extents, n);
    if (rc != KAIKU_OK)
        snprintf(publisher->error, sizeof publisher->error, "%s", publisher->options.catalog->error);
    return rc;
}

static const struct kaiku_extent *find_extent(const struct kaiku_extent *extents, uint32_t n,
                                              const struct kaiku_partition *partition)
{
    for (uint32_t i = 0; i < n; i++)
        if (extents[i].partition.number == partition->number &&
            strcmp(extents[i].partition.topic, partition->topic) == 0)
            return &extents[i];
    return NULL;
}

static int field_of(struct kaiku_publisher *publisher, const struct kaiku_partition *partition,
                    const char **field)
{
    uint32_t number;
    int rc = ledger_number(&publisher->ledger, partition, &number);
    if (rc == KAIKU_OK)
        *field = publisher->ledger.lines[number].field;
    return rc;
}

int publisher_read_extents(struct kaiku_publisher *publisher, int timeout_ms)
{
    const struct kaiku_extent *extents;
    uint32_t n;
    int rc = read_catalog(publisher, timeout_ms, &extents, &n);
    for (uint32_t i = 0; i < n && rc == KAIKU_OK; i++) {
        const char *field;
        rc = field_of(publisher, &extents[i].partition, &field);
        if (rc != KAIKU_OK || extents[i].end < 0)
            continue;
        kaiku_views_extent(publisher->views, field, &extents[i]);
    }
    return rc;
}

int publisher_read_time(struct kaiku_publisher *publisher, const char *field, int64_t offset,
                        int64_t *timestamp_ms)
{
    char topic[TOPIC_MAX];
    const char *colon = strrchr(field, ':');
    if (!colon || colon - field >= TOPIC_MAX)
        return KAIKU_INVALID;
    memcpy(topic, field, (size_t)(colon - field));
    topic[colon - field] = '\0';
    struct kaiku_partition partition = {topic, (int32_t)strtol(colon + 1, NULL, 10)};
    return kaiku_catalog_timestamp(publisher->options.catalog, partition, offset, timestamp_ms);
}

/* ---- starts ---- */

static int begin(struct kaiku_publisher *publisher, const struct kaiku_extent *extents, uint32_t n,
                 bool at_end)
{
    const char **fields = calloc(n + 1, sizeof *fields);
    int64_t *offsets = calloc(n + 1, sizeof *offsets);
    int rc = fields && offsets ? KAIKU_OK : KAIKU_NOMEM;
    for (uint32_t i = 0; i < n && rc == KAIKU_OK; i++) {
        offsets[i] = at_end && extents[i].end >= 0 ? extents[i].end : extents[i].first;
        rc = field_of(publisher, &extents[i].partition, &fields[i]);
    }
    if (rc == KAIKU_OK)
        rc = kaiku_store_begin(publisher->store, fields, offsets, n);
    KAIKU_FAILPOINT("begin");
    free(fields);
    free(offsets);
    return rc;
}

int publisher_resolve_starts(struct kaiku_publisher *publisher, bool *asked)
{
    const struct kaiku_extent *extents;
    uint32_t n;
    bool resolved = false;
    int rc = kaiku_store_has_starts(publisher->store, &resolved);
    *asked = rc == KAIKU_OK && !resolved;
    if (!*asked)
        return rc;
    rc = read_catalog(publisher, CATALOG_MS, &extents, &n);
    return rc == KAIKU_OK ? begin(publisher, extents, n, publisher->options.start_at_end) : rc;
}

int publisher_meet_log(struct kaiku_publisher *publisher)
{
    const struct kaiku_extent *extents;
    uint32_t n;
    int rc = read_catalog(publisher, CATALOG_MS, &extents, &n);
    if (rc == KAIKU_OK || rc == KAIKU_REFUSED)
        return rc;
    kaiku_warn("cannot learn how far the log reaches, workers wait for it: %s", publisher->error);
    return KAIKU_OK;
}

/* ---- requests ---- */

/* Reads the stored positions of one line into its known strings. */
static int read_known(struct kaiku_publisher *publisher, struct ledger_line *line)
{
    const char *field = line->field;
    struct kaiku_stored stored = {line->known};
    return kaiku_store_positions(publisher->store, &field, 1, &stored);
}

static int parse_known(struct kaiku_publisher *publisher, const struct ledger_line *line,
                       struct kaiku_opening *opening)
{
    for (uint32_t s = 0; s < publisher->model->shards; s++) {
        struct kaiku_position position;
        int rc = kaiku_position_parse(line->known[s], &position);
        if (rc != KAIKU_OK)
            return rc;
        opening->next_by_shard[s] = position.next;
        if (s == 0 || position.next < opening->lowest.next)
            opening->lowest = position;
    }
    return KAIKU_OK;
}

static int open_partition(struct kaiku_publisher *publisher, const struct kaiku_partition *partition,
                          const struct kaiku_extent *extent, uint32_t owner,
                          struct kaiku_opening *opening)
{
    int rc = ledger_number(&publisher->ledger, partition, &opening->partition);
    if (rc != KAIKU_OK)
        return rc;
    struct ledger_line *line = &publisher->ledger.lines[opening->partition];
    const char *field = line->field;
    opening->first = extent->first;
    rc = kaiku_store_starts(publisher->store, &field, 1, &opening->start);
    if (rc == KAIKU_OK && opening->start < 0) {
        /* Added after the prefix began: from its first record. */
        rc = begin(publisher, extent, 1, false);
        if (rc == KAIKU_OK)
            rc = kaiku_store_starts(publisher->store, &field, 1, &opening->start);
    }
    if (rc == KAIKU_OK)
        rc = read_known(publisher, line);
    if (rc == KAIKU_OK)
        rc = parse_known(publisher, line, opening);
    line->owner = rc == KAIKU_OK ? owner : 0;
    return rc;
}

static int open_request(struct kaiku_publisher *publisher, struct kaiku_request *request,
                        uint32_t owner)
{
    const struct kaiku_extent *extents;
    uint32_t n;
    int rc = read_catalog(publisher, CATALOG_MS, &extents, &n);
    if (rc != KAIKU_OK) {
        kaiku_warn("cannot learn how far the log reaches, trying again: %s", publisher->error);
        return KAIKU_AGAIN;
    }
    for (uint32_t i = 0; i < request->n && rc == KAIKU_OK; i++) {
        const struct kaiku_extent *extent = find_extent(extents, n, &request->partitions[i]);
        if (!extent)
            return KAIKU_AGAIN; /* newer than the metadata */
        rc = open_partition(publisher, &request->partitions[i], extent, owner,
                            &request->openings[i]);
    }
    if (rc == KAIKU_OK)
        rc = publisher_read_since(publisher, request);
    return rc == KAIKU_OK ? publisher_read_crashed(publisher, request) : rc;
}

int publisher_answer(struct kaiku_publisher *publisher)
{
    int worst = KAIKU_OK;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct publisher_lane *lane = &publisher->lanes[i];
        struct kaiku_request *request = atomic_load(&lane->handover->request);
        if (!request)
            continue;
        /* Positions are settled only while no commit is in flight; until then, and while Redis is away,
         * the worker asks again. */
        int rc = KAIKU_AGAIN;
        /* What it handed over before and waits for no more is void: it reads that again. */
        publisher_drop_delta(lane);
        ledger_forget(&publisher->ledger, i + 1);
        if (request->n == 0)
            rc = KAIKU_OK; /* it lets go of what it held */
        else if (kaiku_store_is_open(publisher->store) && !publisher->in_flight)
            rc = open_request(publisher, request, i + 1);
        if (rc == KAIKU_AWAY || rc == KAIKU_INVALID)
            worst = rc;
        kaiku_handover_answer(lane->handover, request, rc == KAIKU_AWAY ? KAIKU_AGAIN : rc);
    }
    return worst;
}

/* ---- how far to go ---- */

int publisher_set_goals(struct kaiku_publisher *publisher)
{
    const struct kaiku_extent *extents;
    uint32_t n;
    int rc = read_catalog(publisher, CATALOG_MS, &extents, &n);
    if (rc != KAIKU_OK)
        return rc;
    publisher->goals = calloc(n + 1, sizeof *publisher->goals);
    if (!publisher->goals)
        return KAIKU_NOMEM;
    for (uint32_t i = 0; i < n && rc == KAIKU_OK; i++) {
        const char *field;
        rc = field_of(publisher, &extents[i].partition, &field);
        publisher->ends_unknown |= extents[i].end < 0;
        if (rc != KAIKU_OK || extents[i].end <= extents[i].first)
            continue; /* empty, or its worker says when it is over */
        struct publisher_goal *goal = &publisher->goals[publisher->n_goals];
        goal->end = extents[i].end;
        goal->field = strdup(field);
        rc = goal->field ? KAIKU_OK : KAIKU_NOMEM;
        publisher->n_goals += rc == KAIKU_OK;
    }
    return rc;
}

struct progress {
    const struct kaiku_publisher *publisher;
    uint32_t reached;
};

static void look_at_position(void *context, struct kaiku_text field, struct kaiku_text value)
{
    struct progress *progress = context;
    char text[KAIKU_POSITION_MAX];
    struct kaiku_position position;
    if (value.size >= sizeof text)
        return;
    memcpy(text, value.data, value.size);
    text[value.size] = '\0';
    if (kaiku_position_parse(text, &position) != KAIKU_OK)
        return;
    for (uint32_t g = 0; g < progress->publisher->n_goals; g++) {
        const struct publisher_goal *goal = &progress->publisher->goals[g];
        if (kaiku_text_equal(kaiku_text_of(goal->field), field))
            progress->reached += position.next >= goal->end;
    }
}

static bool all_drained(const struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct kaiku_worker_figures figures;
        kaiku_worker_read_figures(publisher->lanes[i].worker, &figures);
        if (!figures.drained)
            return false;
    }
    return true;
}

int publisher_check_goals(struct kaiku_publisher *publisher, bool *reached)
{
    *reached = false;
    if (publisher->ends_unknown && !all_drained(publisher))
        return KAIKU_OK;
    for (uint32_t s = 0; s < publisher->model->shards; s++) {
        struct progress progress = {.publisher = publisher};
        struct kaiku_version version;
        int rc = kaiku_store_shard_positions(publisher->store, s, look_at_position, &progress, &version);
        if (rc != KAIKU_OK || progress.reached < publisher->n_goals)
            return rc;
    }
    *reached = true;
    return KAIKU_OK;
}
