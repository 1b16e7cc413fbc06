/* Partitions as Redis names them, and positions as they were read. */
#include "verify_private.h"

#include <base/array.h>

#include <stdlib.h>

static int init_partition(struct verify_partition *partition, struct kaiku_text field)
{
    const char *colon = field.size ? memrchr(field.data, ':', field.size) : NULL;
    size_t topic = colon ? (size_t)(colon - field.data) : field.size;

    *partition = (struct verify_partition){.start = -1, .first = -1, .hole = -1};
    partition->field = strndup(field.data, field.size);
    partition->topic = strndup(field.data, topic);
    if (!partition->field || !partition->topic) {
        verify_partition_release(partition);
        return KAIKU_NOMEM;
    }
    if (colon)
        partition->number = (int32_t)strtol(partition->field + topic + 1, NULL, 10);
    return KAIKU_OK;
}

void verify_partition_release(struct verify_partition *partition)
{
    free(partition->field);
    free(partition->topic);
    free(partition->marks);
    free(partition->crashed);
    free(partition->fewer);
    verify_dedup_release(&partition->dedup);
}

static struct verify_partition *add(struct kaiku_verify *verify, struct kaiku_text field)
{
    struct verify_partition *partitions =
        kaiku_array_reserve(verify->partitions, verify->n_partitions, &verify->partitions_capacity,
                            sizeof *partitions);

    if (!partitions)
        return NULL;
    verify->partitions = partitions;
    if (init_partition(&partitions[verify->n_partitions], field) != KAIKU_OK)
        return NULL;
    return &partitions[verify->n_partitions++];
}

struct verify_partition *verify_partition_get(struct kaiku_verify *verify, struct kaiku_text field)
{
    uint32_t n = verify->n_partitions;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = (verify->hint + i) % n;
        if (kaiku_text_equal(kaiku_text_of(verify->partitions[at].field), field)) {
            verify->hint = at + 1;
            return &verify->partitions[at];
        }
    }
    return add(verify, field);
}

static int make_room(struct verify_reading *reading, uint32_t n)
{
    struct kaiku_position *grown;

    if (n > reading->capacity) {
        uint32_t capacity = n + 64;
        grown = realloc(reading->at, capacity * sizeof *grown);
        if (!grown)
            return KAIKU_NOMEM;
        reading->at = grown;
        reading->capacity = capacity;
    }
    while (reading->n < n)
        reading->at[reading->n++] = (struct kaiku_position){.next = -1};
    return KAIKU_OK;
}

void verify_take_position(void *context, struct kaiku_text field, struct kaiku_text position)
{
    struct verify_reading *reading = context;
    struct kaiku_verify *verify = reading->verify;
    struct verify_partition *partition = verify_partition_get(verify, field);
    struct kaiku_position parsed;
    char text[KAIKU_POSITION_MAX] = "";
    uint32_t number;

    if (!partition || make_room(reading, verify->n_partitions) != KAIKU_OK) {
        reading->status = KAIKU_NOMEM;
        return;
    }
    number = (uint32_t)(partition - verify->partitions);
    if (position.size < sizeof text)
        memcpy(text, position.data, position.size);
    if (kaiku_position_parse(text, &parsed) == KAIKU_OK)
        reading->at[number] = parsed;
    else
        reading->status = verify_fail(verify, KAIKU_REFUSED,
                                      "position of '%s' in shard %u is no position",
                                      partition->field, reading->shard);
}

static bool is_same(const struct verify_snapshot *snapshot, const struct verify_reading *reading)
{
    return snapshot && snapshot->n == reading->n &&
           (reading->n == 0 ||
            memcmp(snapshot->at, reading->at, reading->n * sizeof *reading->at) == 0);
}

static int add_mark(struct verify_partition *partition, const struct kaiku_position *stored,
                    uint32_t shard)
{
    struct verify_mark *marks = kaiku_array_reserve(partition->marks, partition->n_marks,
                                                    &partition->marks_capacity, sizeof *marks);

    if (!marks)
        return KAIKU_NOMEM;
    partition->marks = marks;
    marks[partition->n_marks++] = (struct verify_mark){*stored, shard};
    if (stored->next > partition->target)
        partition->target = stored->next;
    return KAIKU_OK;
}

/* Those that moved since the shard was read last. */
static int add_marks(struct kaiku_verify *verify, const struct verify_snapshot *snapshot,
                     const struct verify_snapshot *recent)
{
    for (uint32_t p = 0; p < snapshot->n; p++) {
        const struct kaiku_position *at = &snapshot->at[p];
        if (at->next < 0 || (recent && p < recent->n && memcmp(at, &recent->at[p], sizeof *at) == 0))
            continue;
        if (add_mark(&verify->partitions[p], at, snapshot->shard) != KAIKU_OK)
            return KAIKU_NOMEM;
    }
    return KAIKU_OK;
}

const struct verify_snapshot *verify_snapshot_make(struct verify_reading *reading)
{
    struct kaiku_verify *verify = reading->verify;
    const struct verify_snapshot *recent = verify->recent[reading->shard];
    struct verify_snapshot *snapshot;

    if (!is_same(recent, reading)) {
        snapshot = malloc(sizeof *snapshot + reading->n * sizeof *snapshot->at);
        if (!snapshot)
            return NULL;
        *snapshot = (struct verify_snapshot){reading->shard, reading->n, verify->snapshots};
        if (reading->n > 0)
            memcpy(snapshot->at, reading->at, reading->n * sizeof *snapshot->at);
        verify->snapshots = snapshot;
        verify->recent[reading->shard] = snapshot;
        if (add_marks(verify, snapshot, recent) != KAIKU_OK)
            return NULL;
    }
    reading->n = 0;
    return verify->recent[reading->shard];
}
