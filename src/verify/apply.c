/* What one record does, as docs/events.md says it. */
#include "verify_private.h"

#include <model/member.h>

#include <inttypes.h>
#include <stdio.h>

static uint32_t number_of(const struct kaiku_verify *verify, const struct verify_partition *partition)
{
    return (uint32_t)(partition - verify->partitions);
}

/* Counts in what shard 0 keeps, if the record was counted there. */
static void count(struct kaiku_verify *verify, const struct verify_partition *partition,
                  struct verify_counter *counter, int64_t by)
{
    if (verify_covers(verify->counted, number_of(verify, partition), partition->next))
        counter->expected += by;
}

static void count_total(struct kaiku_verify *verify, const struct verify_partition *partition,
                        enum verify_total total, int64_t by)
{
    count(verify, partition, &verify->totals[total], by);
}

/* ---- entries of streams ---- */

static void frame_number(struct kaiku_buffer *framed, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    verify_frame(framed, kaiku_text_of(name));
    verify_frame(framed, kaiku_text_of(text));
}

static void frame_text(struct kaiku_buffer *framed, const char *name, const char *text)
{
    verify_frame(framed, kaiku_text_of(name));
    verify_frame(framed, kaiku_text_of(text));
}

static void begin_entry(struct kaiku_verify *verify, const struct verify_partition *partition,
                        int64_t at_ms)
{
    struct kaiku_buffer *entry = &verify->entry;

    kaiku_buffer_clear(entry);
    frame_number(entry, "at", at_ms);
    frame_text(entry, "topic", partition->topic);
    frame_number(entry, "partition", partition->number);
    frame_number(entry, "offset", partition->next);
}

static int set_aside(struct kaiku_verify *verify, const struct verify_partition *partition,
                     const struct kaiku_record *record, int64_t at_ms, enum kaiku_reason reason,
                     const char *metric)
{
    struct verify_stream *stream = &verify->streams[verify->model->n_alerts];

    count(verify, partition, &verify->reasons[reason], 1);
    if (!verify_covers(stream->snapshot, number_of(verify, partition), record->offset))
        return KAIKU_OK;
    begin_entry(verify, partition, at_ms == KAIKU_TIMESTAMP_OWN ? 0 : at_ms);
    frame_text(&verify->entry, "reason", kaiku_reason_text(reason));
    frame_text(&verify->entry, "metric", metric);
    frame_number(&verify->entry, "bytes", record->size);
    return verify_stream_expect(verify, stream, partition, record->offset, metric);
}

static int feed(struct kaiku_verify *verify, const struct verify_partition *partition, uint32_t a)
{
    const struct kaiku_alert *alert = &verify->model->alerts[a];
    struct kaiku_buffer *entry = &verify->entry, *text = &verify->line;

    count_total(verify, partition, VERIFY_TOTAL_alerts, 1);
    if (!verify_covers(verify->streams[a].snapshot, number_of(verify, partition), partition->next))
        return KAIKU_OK;
    begin_entry(verify, partition, verify->event.time_ms);
    kaiku_buffer_clear(text);
    kaiku_decoder_alert_value(verify->decoder, alert, text);
    verify_frame(entry, KAIKU_TEXT("value"));
    verify_frame(entry, kaiku_buffer_as_text(text));
    for (uint32_t c = 0; c < alert->n_carry; c++) {
        kaiku_buffer_clear(text);
        kaiku_decoder_carry(verify->decoder, &verify->event, &alert->carry[c], text);
        verify_frame(entry, kaiku_text_of(alert->carry[c].name));
        verify_frame(entry, kaiku_buffer_as_text(text));
    }
    return text->failed ? KAIKU_NOMEM
                        : verify_stream_expect(verify, &verify->streams[a], partition,
                                               partition->next, "");
}

/* ---- cells ---- */

/* The member of a grouping, in verify->member. */
static struct kaiku_text name_member(struct kaiku_verify *verify, const struct kaiku_view *view,
                                     uint32_t grouping)
{
    struct kaiku_buffer *member = &verify->member;

    kaiku_buffer_clear(member);
    for (uint32_t i = 0; i < view->n_by; i++) {
        if (i > 0)
            kaiku_buffer_char(member, '|');
        if (grouping >> i & 1)
            kaiku_buffer_text(member, verify->event_values[view->by[i]]);
        else
            kaiku_buffer_string(member, KAIKU_ALL);
    }
    if (view->n_by == 0)
        kaiku_buffer_string(member, KAIKU_ALL);
    return kaiku_buffer_as_text(member);
}

static int add_to_cell(struct kaiku_verify *verify, const struct verify_partition *partition,
                       uint32_t shard, uint32_t v, uint32_t w, int64_t start_ms,
                       struct kaiku_text member)
{
    struct verify_page *page = verify_page_get(verify, shard, v, w, start_ms);
    struct verify_node *node;
    bool created;

    if (!page)
        return KAIKU_NOMEM;
    if (page->is_gone ||
        !verify_covers(page->snapshot, number_of(verify, partition), partition->next))
        return KAIKU_OK;
    node = verify_map_get(&page->members, member, &created);
    if (!node)
        return KAIKU_NOMEM;
    return verify_cell_add(&((struct verify_member *)node->record)->expected, verify->model,
                           &verify->event, verify->event.retract ? -1 : 1);
}

static int add_to_view(struct kaiku_verify *verify, const struct verify_partition *partition,
                       uint32_t v, int64_t horizon_ms, bool *expired)
{
    const struct kaiku_view *view = &verify->model->views[v];
    struct kaiku_span spans[KAIKU_MAX_WINDOWS];
    int status = KAIKU_OK;

    for (uint32_t w = 0; w < view->n_windows; w++)
        spans[w] = kaiku_calendar_window(verify->options.calendar, &view->windows[w],
                                         verify->event.time_ms);
    for (uint32_t g = 0; g < view->n_groupings; g++) {
        struct kaiku_text member = name_member(verify, view, view->groupings[g]);
        uint32_t shard = kaiku_member_shard(verify->model, view, member);
        if (verify->member.failed)
            return KAIKU_NOMEM;
        for (uint32_t w = 0; w < view->n_windows && status == KAIKU_OK; w++) {
            if (spans[w].end + view->windows[w].retention_ms < horizon_ms)
                *expired = true;
            else
                status = add_to_cell(verify, partition, shard, v, w, spans[w].start, member);
        }
    }
    return status;
}

/* ---- events ---- */

static int name_values(struct kaiku_verify *verify, const struct verify_partition *partition)
{
    const struct kaiku_model *model = verify->model;
    bool other = false;

    for (uint32_t d = 0; d < model->n_dimensions; d++) {
        struct kaiku_text *value = &verify->event_values[d];
        uint32_t max_values;
        struct verify_values *values =
            verify_since_values(verify, partition, d, partition->next, &max_values);
        char key[KAIKU_KEY_MAX];
        bool is_missing;
        if (verify_values_name(values, &verify->event.dimensions[d], max_values, value,
                               &is_missing) != KAIKU_OK)
            return KAIKU_NOMEM;
        other |= kaiku_text_equal(*value, KAIKU_TEXT(KAIKU_OTHER));
        if (!is_missing)
            continue;
        kaiku_key_values(key, sizeof key, verify->options.prefix, model->dimensions[d].name);
        verify_report(verify, key, *value, "", KAIKU_TEXT("nothing"), KAIKU_TEXT("this value"));
    }
    count_total(verify, partition, VERIFY_TOTAL_other, other);
    return KAIKU_OK;
}

/* One event raises it by an hour at most. */
static int64_t raise_high(int64_t high_ms, int64_t time_ms)
{
    const int64_t most_ms = 3600000;

    if (high_ms == 0)
        return time_ms;
    if (time_ms > high_ms + most_ms)
        return high_ms + most_ms;
    return time_ms > high_ms ? time_ms : high_ms;
}

static int count_bad_answers(struct kaiku_verify *verify, const struct verify_partition *partition,
                             const struct kaiku_record *record)
{
    const struct kaiku_event *event = &verify->event;
    int status = KAIKU_OK;

    count_total(verify, partition, VERIFY_TOTAL_bad_answers, event->n_bad);
    for (uint32_t b = 0; b < event->n_bad && status == KAIKU_OK; b++)
        status = set_aside(verify, partition, record, event->stamp_ms, event->bad[b].reason,
                           verify->model->metrics[event->bad[b].metric].name);
    return status;
}

/* It is no duplicate. */
static int take_event(struct kaiku_verify *verify, struct verify_partition *partition,
                      const struct kaiku_record *record)
{
    const struct kaiku_event *event = &verify->event;
    int64_t high_ms = partition->high_ms;
    int64_t horizon_ms = high_ms > event->stamp_ms ? high_ms : event->stamp_ms;
    bool expired = false;
    int status;

    count_total(verify, partition, event->retract ? VERIFY_TOTAL_retracted : VERIFY_TOTAL_counted, 1);
    count_total(verify, partition, VERIFY_TOTAL_clamped, event->clamped);
    count_total(verify, partition, VERIFY_TOTAL_late,
                high_ms != 0 && event->time_ms < high_ms - verify->model->late_after_ms);
    partition->high_ms = raise_high(high_ms, event->time_ms);
    status = count_bad_answers(verify, partition, record);
    if (status == KAIKU_OK)
        status = name_values(verify, partition);
    for (uint32_t v = 0; v < verify->model->n_views && status == KAIKU_OK; v++)
        if (event->views >> v & 1 && verify_since_view(partition, v, record->offset))
            status = add_to_view(verify, partition, v, horizon_ms, &expired);
    count_total(verify, partition, VERIFY_TOTAL_expired, expired);
    for (uint32_t a = 0; a < verify->model->n_alerts && status == KAIKU_OK; a++)
        if (event->alerts >> a & 1)
            status = feed(verify, partition, a);
    return status;
}

static int apply_event(struct kaiku_verify *verify, struct verify_partition *partition,
                       const struct kaiku_record *record)
{
    const struct kaiku_event *event = &verify->event;
    uint64_t span = verify->model->dedup_span;
    bool seen = false;

    if (event->has_id && span > 0 &&
        verify_dedup_see(&partition->dedup, event->id_low, event->id_high, record->offset, span,
                         &seen) != KAIKU_OK)
        return KAIKU_NOMEM;
    if (!seen)
        return take_event(verify, partition, record);
    count_total(verify, partition, VERIFY_TOTAL_duplicate, 1);
    return KAIKU_OK;
}

/* As a position does. */
static void remember(const struct kaiku_model *model, struct verify_partition *partition,
                     const struct kaiku_record *record)
{
    partition->check = kaiku_position_check(record->value, record->size, model->max_bytes,
                                            record->timestamp_ms);
}

/* What ended processes is not looked into here either. */
static enum kaiku_verdict judge(struct kaiku_verify *verify, const struct verify_partition *partition,
                                const struct kaiku_record *record, enum kaiku_reason *reason)
{
    for (uint32_t i = 0; i < partition->n_crashed; i++) {
        if (partition->crashed[i] != record->offset)
            continue;
        *reason = KAIKU_CRASHED;
        return KAIKU_REJECTED;
    }
    return kaiku_decode(verify->decoder, record->value, record->size, record->timestamp_ms,
                        &verify->event, reason);
}

int verify_apply(struct kaiku_verify *verify, struct verify_partition *partition,
                 const struct kaiku_record *record)
{
    enum kaiku_reason reason;
    int status = KAIKU_OK;

    verify_marks_pass(verify, partition, record->offset);
    partition->next = record->offset;
    verify->decoder = verify_since_decoder(verify, partition, record->offset);
    if (!verify->decoder)
        return KAIKU_NOMEM;
    switch (judge(verify, partition, record, &reason)) {
    case KAIKU_EVENT:
        status = apply_event(verify, partition, record);
        break;
    case KAIKU_IGNORED:
        count_total(verify, partition, VERIFY_TOTAL_ignored, 1);
        break;
    case KAIKU_REJECTED:
        count_total(verify, partition, VERIFY_TOTAL_rejected, 1);
        count_total(verify, partition, VERIFY_TOTAL_crashed, reason == KAIKU_CRASHED);
        status = set_aside(verify, partition, record, record->timestamp_ms, reason, "");
        break;
    }
    remember(verify->model, partition, record);
    partition->next = record->offset + 1;
    return status;
}
