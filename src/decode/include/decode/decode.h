/* From a record to an event: the whole of docs/events.md that a single record decides.
 *
 * A decoder belongs to one thread. It allocates at creation only. What an event borrows (texts) lives
 * until the next decode with the same decoder, or until the record goes, whichever is first. */
#ifndef DECODE_DECODE_H
#define DECODE_DECODE_H

#include <model/model.h>

struct kaiku_decoder;

/* The record has no timestamp of its own: the event's time stands for it (files). */
#define KAIKU_TIMESTAMP_OWN INT64_MIN

/* Borrows the model. */
int kaiku_decoder_create(const struct kaiku_model *model, struct kaiku_decoder **out) KAIKU_MUST_CHECK;
/* Decodes as before all metrics from this one on were added: what is named for them alone is walked over, and a type
 * that only they listen to is ignored. */
int kaiku_decoder_create_former(const struct kaiku_model *model, uint32_t n_metrics,
                                struct kaiku_decoder **out) KAIKU_MUST_CHECK;
void kaiku_decoder_destroy(struct kaiku_decoder *decoder);

enum kaiku_value_state {
    KAIKU_VALUE_NONE,  /* missing, null or empty: _none */
    KAIKU_VALUE_TEXT,  /* as it stands in the event, unescaped */
    KAIKU_VALUE_OTHER, /* longer than KAIKU_MAX_VALUE: _other */
};

struct kaiku_dimension_value {
    struct kaiku_text text; /* KAIKU_VALUE_TEXT only */
    enum kaiku_value_state state;
};

/* One answer, ready to be added: counters[metric->counter + bin] for nps, top_box, mean, rate, count;
 * the histogram's counter `bin` for quantiles. */
struct kaiku_answer {
    int64_t value; /* sum: times 10^decimals; quantiles: thousandths, rounded to nearest;
                      unique: HyperLogLog hash; others: the number itself */
    uint32_t bin;
};

struct kaiku_event {
    int64_t time_ms;  /* after clamping */
    int64_t stamp_ms; /* the record's timestamp, or the event's time where it has none */
    bool has_id;
    bool retract;
    bool clamped;
    bool answered; /* at least one answer of a kind other than count */
    uint32_t type;
    uint64_t id_low, id_high; /* keyed hash of (id, op): equal for equal pairs, in this process */
    uint64_t views;    /* bit v: the event passes the filter of view v */
    uint32_t alerts;   /* bit a: it meets rule and filter of alert a (added events only) */
    uint64_t answers;  /* bit m: metric m is answered */
    struct kaiku_answer answer[KAIKU_MAX_METRICS]; /* valid where the bit is set */
    struct kaiku_dimension_value dimensions[KAIKU_MAX_DIMENSIONS];
    uint32_t n_bad; /* dropped answers */
    struct kaiku_bad_answer {
        uint32_t metric;
        enum kaiku_reason reason;
    } bad[KAIKU_MAX_METRICS];
};

enum kaiku_verdict {
    KAIKU_EVENT,    /* *event is filled */
    KAIKU_REJECTED, /* *reason says why */
    KAIKU_IGNORED,  /* tombstone, or a type that no metric listens to */
};

/* value NULL: a record without value. timestamp_ms: ms since 1970, or KAIKU_TIMESTAMP_OWN. */
enum kaiku_verdict kaiku_decode(struct kaiku_decoder *decoder, const char *value, size_t size,
                                int64_t timestamp_ms, struct kaiku_event *event,
                                enum kaiku_reason *reason);

/* Appends one field of a feed entry of the event decoded last: the alert's value as a number with at
 * most four digits after the point. */
void kaiku_decoder_alert_value(const struct kaiku_decoder *decoder, const struct kaiku_alert *alert,
                               struct kaiku_buffer *out);
/* A carried field as text: see docs/redis.md, feed; U+00A0 before what looks like a number. */
void kaiku_decoder_carry(const struct kaiku_decoder *decoder, const struct kaiku_event *event,
                         const struct kaiku_carry *carry, struct kaiku_buffer *out);

#endif
