/* A second decoder, written for the eye and not for speed: docs/events.md as plainly as C allows. It shares nothing with
 * src/decode: objects are read member by member each time that a pointer leads through them, and numbers are strings of
 * digits. Of the model it uses what was configured. */
#ifndef FUZZ_REFERENCE_H
#define FUZZ_REFERENCE_H

#include <model/model.h>

/* ---- numbers: digits before and behind the point, with the exponent worked in ---- */

struct reference_number {
    bool negative;
    char *whole, *fraction; /* digits, each at least one */
};

enum reference_fit { REFERENCE_FITS, REFERENCE_NOT_SO_FINE, REFERENCE_TOO_LARGE };

/* False: the exponent is beyond 400. The token is a number by the grammar of JSON. */
bool reference_number_read(struct kaiku_text token, struct reference_number *out);
void reference_number_release(struct reference_number *number);
/* value * 10^places; TOO_LARGE beyond 10^18. */
enum reference_fit reference_number_scaled(const struct reference_number *number, size_t places, int64_t *out);
/* floor(value * 10^places), saturating at +-INT64_MAX */
int64_t reference_number_floor(const struct reference_number *number, size_t places);
/* value * 10^places rounded to nearest, halves away from zero; saturating */
int64_t reference_number_round(const struct reference_number *number, size_t places);
/* <0, 0, >0 */
int reference_number_compare(const struct reference_number *a, const struct reference_number *b);

/* ---- JSON ---- */

enum reference_kind {
    REFERENCE_ABSENT, /* missing or null */
    REFERENCE_FALSE,
    REFERENCE_TRUE,
    REFERENCE_NUMBER,
    REFERENCE_TEXT,
    REFERENCE_NESTED, /* object or array */
};

struct reference_value {
    enum reference_kind kind;
    struct kaiku_buffer text; /* of numbers, false and true as they stand; texts unescaped */
};

/* Is the record one object, as far as that can be said without a pointer? */
bool reference_json_is_object(struct kaiku_text record);
/* What the pointer leads to; false: not_json. */
bool reference_json_value(struct kaiku_text record, const char *pointer, struct reference_value *out);

/* ---- events ---- */

enum reference_verdict { REFERENCE_EVENT, REFERENCE_REJECTED, REFERENCE_IGNORED };

struct reference_event {
    enum reference_verdict verdict;
    enum kaiku_reason reason;
    bool has_id, retract, clamped, answered;
    struct kaiku_buffer id; /* parts, each after its size */
    uint32_t type;
    int64_t time_ms, stamp_ms;
    uint64_t views, answers, bad;
    uint32_t alerts;
    struct reference_answer {
        int64_t value;
        uint32_t bin;
        enum kaiku_reason reason; /* bad */
    } answer[KAIKU_MAX_METRICS];
    struct kaiku_buffer dimensions[KAIKU_MAX_DIMENSIONS]; /* as filters see them */
    struct kaiku_buffer feeds; /* of all alerts: value and carried fields, a line each */
};

/* timestamp_ms: INT64_MIN where the record has none. Release in every case. */
void reference_decode(const struct kaiku_model *model, struct kaiku_text record, int64_t timestamp_ms,
                      struct reference_event *out);
void reference_event_release(struct reference_event *event);

#endif
