#include "partitions.h"

#include <base/array.h>
#include <base/log.h>

#include <stdio.h>
#include <stdlib.h>

/* How long an end that was told stands for the end: longer than a commit takes, or a partition that
 * is written to all the time would never count as read to its end. */
enum { PASSED_AFTER_MS = 15000 };

/* Transactions that take longer than this are told: Kafka ends those of lost producers after a minute by itself, unless
 * they ask for more. */
enum { STALL_MS = 60000 };

void partitions_release(struct partitions *partitions)
{
    for (uint32_t i = 0; i < partitions->n; i++)
        free(partitions->list[i].field);
    free(partitions->list);
    *partitions = (struct partitions){0};
}

void partitions_forget(struct partitions *partitions)
{
    for (uint32_t i = 0; i < partitions->n; i++)
        partitions->list[i].next = partitions->list[i].high_ms = 0;
}

static int compare(const char *field, struct kaiku_text text)
{
    int order = strncmp(field, text.data, text.size);

    return order != 0 ? order : field[text.size] != '\0';
}

/* The first that is not before text. */
static uint32_t lower_bound(const struct partitions *partitions, struct kaiku_text text)
{
    uint32_t low = 0, high = partitions->n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare(partitions->list[middle].field, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct partition *insert(struct partitions *partitions, uint32_t at, struct kaiku_text text)
{
    struct partition *list = kaiku_array_reserve(partitions->list, partitions->n,
                                                 &partitions->capacity, sizeof(*list));
    char *field;

    if (!list)
        return NULL;
    partitions->list = list;
    field = strndup(text.data, text.size);
    if (!field)
        return NULL;
    memmove(list + at + 1, list + at, (partitions->n - at) * sizeof(*list));
    list[at] = (struct partition){
        .field = field, .end = -1, .first = -1, .oldest = {.offset = -1}, .stored = {.offset = -1}};
    partitions->n++;
    return &list[at];
}

/* The one of this name, added where it is new; NULL when out of memory. */
static struct partition *find(struct partitions *partitions, struct kaiku_text text)
{
    uint32_t at = lower_bound(partitions, text);

    if (at < partitions->n && compare(partitions->list[at].field, text) == 0)
        return &partitions->list[at];
    return insert(partitions, at, text);
}

int partitions_end(struct partitions *partitions, struct kaiku_text field, int64_t end, int64_t now_ms)
{
    struct partition *partition = find(partitions, field);

    if (!partition)
        return KAIKU_NOMEM;
    if (partition->end < 0 || end < partition->end) {
        partition->passed_end = partition->recent_end = end;
        partition->recent_ms = now_ms;
    } else if (now_ms - partition->recent_ms >= PASSED_AFTER_MS) {
        partition->passed_end = partition->recent_end;
        partition->recent_end = end;
        partition->recent_ms = now_ms;
    }
    partition->end = end;
    if (partition->high_watermark < end)
        partition->high_watermark = end;
    return KAIKU_OK;
}

static void look_for_stall(struct partition *partition, int64_t now_ms)
{
    if (partition->end == partition->high_watermark || partition->end != partition->stalled_end) {
        if (partition->is_told)
            kaiku_info("'%s' goes on behind offset %lld", partition->field, (long long)partition->stalled_end);
        partition->stalled_end = partition->end;
        partition->stalled_ms = now_ms;
        partition->is_told = false;
    } else if (!partition->is_told && now_ms - partition->stalled_ms >= STALL_MS) {
        kaiku_warn("'%s': a transaction that is open at offset %lld keeps %lld offsets from being read, waiting "
                   "for its end", partition->field, (long long)partition->end,
                   (long long)(partition->high_watermark - partition->end));
        partition->is_told = true;
    }
}

int partitions_high_watermark(struct partitions *partitions, struct kaiku_text field, int64_t offset,
                              int64_t now_ms)
{
    struct partition *partition = find(partitions, field);

    if (!partition)
        return KAIKU_NOMEM;
    partition->high_watermark = offset > partition->end ? offset : partition->end;
    look_for_stall(partition, now_ms);
    return KAIKU_OK;
}

int partitions_first(struct partitions *partitions, struct kaiku_text field, int64_t first)
{
    struct partition *partition = find(partitions, field);

    if (!partition)
        return KAIKU_NOMEM;
    partition->first = first;
    return KAIKU_OK;
}

int partitions_position(struct partitions *partitions, struct kaiku_text field,
                        struct kaiku_text position)
{
    struct partition *partition = find(partitions, field);
    struct kaiku_position parsed;
    char text[KAIKU_POSITION_MAX];

    if (!partition)
        return KAIKU_NOMEM;
    snprintf(text, sizeof(text), "%.*s", (int)position.size, position.data);
    if (position.size >= sizeof(text) || kaiku_position_parse(text, &parsed) != KAIKU_OK) {
        kaiku_error("position of '%s' is '%s', no position", partition->field, text);
        return KAIKU_REFUSED;
    }
    partition->next = parsed.next;
    partition->high_ms = parsed.high_ms;
    return KAIKU_OK;
}

static int64_t margin_ms(const struct partition *partition)
{
    if (partition->next <= partition->first)
        return 0; /* nothing that was counted is left */
    if (partition->oldest.offset < 0 || partition->stored.offset < 0)
        return -1;
    return partition->stored.ms > partition->oldest.ms ? partition->stored.ms - partition->oldest.ms : 0;
}

int64_t partitions_margin_ms(const struct partitions *partitions)
{
    int64_t least_ms = -1;

    for (uint32_t i = 0; i < partitions->n; i++) {
        const struct partition *partition = &partitions->list[i];
        if (!partition_has_margin(partition))
            continue;
        int64_t ms = margin_ms(partition);
        if (ms < 0)
            return -1;
        if (least_ms < 0 || ms < least_ms)
            least_ms = ms;
    }
    return least_ms;
}

static int64_t lag(const struct partition *partition)
{
    return partition->high_watermark > partition->next ? partition->high_watermark - partition->next : 0;
}

int64_t partitions_lag(const struct partitions *partitions, struct kaiku_text field)
{
    uint32_t at = lower_bound(partitions, field);

    return at < partitions->n && compare(partitions->list[at].field, field) == 0 ? lag(&partitions->list[at]) : 0;
}

static void take_time(struct partitions_state *state, int64_t high_ms)
{
    if (high_ms <= 0)
        return;
    if (state->n == 0 || high_ms < state->low_ms)
        state->low_ms = high_ms;
    if (high_ms > state->high_ms)
        state->high_ms = high_ms;
    state->n++;
}

struct partitions_state partitions_state(const struct partitions *partitions)
{
    struct partitions_state state = {.is_at_end = true};

    for (uint32_t i = 0; i < partitions->n; i++) {
        const struct partition *partition = &partitions->list[i];
        take_time(&state, partition->high_ms);
        state.applied += partition->next;
        state.lag += lag(partition);
        if (partition_is_at_end(partition))
            continue;
        /* One that has no time yet may hold anything: 0 keeps all others waiting. */
        if (state.is_at_end || partition->high_ms < state.unread_low_ms)
            state.unread_low_ms = partition->high_ms;
        state.is_at_end = false;
    }
    return state;
}
