/* What a record leaves in the streams: entries of feeds, and of rejected records. */
#include "worker_private.h"

/* A field whose text is appended by the decoder: the frame's size is filled in behind it. */
static size_t open_frame(struct kaiku_buffer *framed)
{
    kaiku_entries_frame(framed, (struct kaiku_text){0});
    return framed->size;
}

static void close_frame(struct kaiku_buffer *framed, size_t start)
{
    uint32_t size = (uint32_t)(framed->size - start);
    if (!framed->failed)
        memcpy(framed->data + start - sizeof size, &size, sizeof size);
}

static void frame_number(struct kaiku_buffer *framed, int64_t number)
{
    size_t start = open_frame(framed);
    kaiku_buffer_integer(framed, number);
    close_frame(framed, start);
}

static void frame_place(struct kaiku_worker *worker, struct kaiku_buffer *framed, int64_t at,
                        const struct kaiku_record *record)
{
    const struct worker_slot *slot = &worker->slots[record->slot];
    frame_number(framed, at);
    kaiku_entries_frame(framed, kaiku_text_of(slot->name.topic));
    frame_number(framed, slot->name.number);
    frame_number(framed, record->offset);
}

/* Each entry: uint32_t size, then its framed texts. */
void worker_render_feeds(struct kaiku_worker *worker, const struct kaiku_record *record,
                         const struct kaiku_event *event)
{
    struct kaiku_buffer *out = &worker->feed_bytes;
    for (uint32_t bits = event->alerts; bits; bits &= bits - 1) {
        const struct kaiku_alert *alert = &worker->model->alerts[__builtin_ctz(bits)];
        size_t entry = open_frame(out);
        frame_place(worker, out, event->time_ms, record);
        size_t field = open_frame(out);
        kaiku_decoder_alert_value(worker->decoder, alert, out);
        close_frame(out, field);
        for (uint32_t c = 0; c < alert->n_carry; c++) {
            field = open_frame(out);
            kaiku_decoder_carry(worker->decoder, event, &alert->carry[c], out);
            close_frame(out, field);
        }
        close_frame(out, entry);
    }
}

void worker_add_feeds(struct kaiku_worker *worker, const struct worker_pending *pending,
                      const struct kaiku_event *event)
{
    const char *at = worker->feed_bytes.data + pending->feeds_at;
    for (uint32_t bits = event->alerts; bits; bits &= bits - 1) {
        uint32_t size;
        memcpy(&size, at, sizeof size);
        at += sizeof size;
        if (kaiku_entries_add(&worker->delta->feeds[__builtin_ctz(bits)],
                              (struct kaiku_text){at, size}) != KAIKU_OK)
            worker_fail(worker, KAIKU_NOMEM, "out of memory for feeds");
        at += size;
        worker->delta->totals[KAIKU_TOTAL_alerts]++;
    }
}

void worker_add_rejected(struct kaiku_worker *worker, const struct kaiku_record *record, int64_t at,
                         enum kaiku_reason reason, const char *metric)
{
    struct kaiku_buffer *framed = &worker->entry_bytes;
    kaiku_buffer_clear(framed);
    frame_place(worker, framed, at == KAIKU_TIMESTAMP_OWN ? 0 : at, record);
    kaiku_entries_frame(framed, kaiku_text_of(kaiku_reason_text(reason)));
    kaiku_entries_frame(framed, kaiku_text_of(metric));
    frame_number(framed, record->size);
    worker->delta->reasons[reason]++;
    if (framed->failed ||
        kaiku_entries_add(&worker->delta->rejected, kaiku_buffer_as_text(framed)) != KAIKU_OK)
        worker_fail(worker, KAIKU_NOMEM, "out of memory for rejected records");
}
