/* The configuration as everything else sees it: dimensions, metrics, views, windows, targets,
 * alerts, resolved to indexes, with all names checked.
 *
 * Built by config, immutable afterwards, so every thread may read it. All text is owned by the model
 * and NUL-terminated where it is a char pointer. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <base/text.h>
#include <kaiku/status.h>
#include <kaiku/target.h>
#include <model/decimal.h>

#include <stdbool.h>
#include <stdint.h>

enum {
    KAIKU_MAX_DIMENSIONS = 32,
    KAIKU_MAX_METRICS = 64,
    KAIKU_MAX_VIEWS = 32,
    KAIKU_MAX_BY = 8,          /* dimensions of one view: a cube of 8 has 256 groupings */
    KAIKU_MAX_GROUPINGS = 256,
    KAIKU_MAX_WINDOWS = 16,    /* of one view */
    KAIKU_MAX_ALERTS = 32,
    KAIKU_MAX_POINTERS = 128,
    KAIKU_MAX_ID_PARTS = 8,
    KAIKU_MAX_NAME = 32,       /* bytes, without the NUL */
    KAIKU_MAX_VALUE = 128,     /* bytes of a dimension's value; longer ones are _other */
    KAIKU_MAX_CARRY = 1024,    /* bytes of one carried field */
};

enum kaiku_kind {
    KAIKU_NPS,
    KAIKU_TOP_BOX,
    KAIKU_MEAN,
    KAIKU_RATE,
    KAIKU_COUNT,
    KAIKU_SUM,
    KAIKU_QUANTILES,
    KAIKU_UNIQUE,
    KAIKU_RATIO,
};

/* "nps", "top_box" ...: as configured and as published. */
const char *kaiku_kind_text(enum kaiku_kind kind);

/* Why a record or an answer was set aside: name, text. Record-level reasons first, in the order in
 * which they are checked. */
#define KAIKU_REASON_TABLE(X)                                                                      \
    X(TOO_LARGE, "too_large")                                                                      \
    X(NOT_JSON, "not_json")                                                                        \
    X(BAD_ID, "bad_id")                                                                            \
    X(BAD_TYPE, "bad_type")                                                                        \
    X(BAD_OP, "bad_op")                                                                            \
    X(BAD_DIMENSION, "bad_dimension")                                                              \
    X(BAD_TIME, "bad_time")                                                                        \
    X(TIME_TOO_OLD, "time_too_old")                                                                \
    X(CRASHED, "crashed")                                                                          \
    X(BAD_METRIC, "bad_metric")                                                                    \
    X(OUT_OF_SCALE, "out_of_scale")

enum kaiku_reason {
#define X(name, text) KAIKU_##name,
    KAIKU_REASON_TABLE(X)
#undef X
    KAIKU_REASONS
};

const char *kaiku_reason_text(enum kaiku_reason reason);

struct kaiku_condition {
    enum kaiku_relation { KAIKU_LT, KAIKU_LE, KAIKU_GT, KAIKU_GE, KAIKU_EQ } relation;
    struct kaiku_decimal limit;
    char *text; /* as configured, for rules in words */
};

struct kaiku_dimension {
    char name[KAIKU_MAX_NAME + 1];
    uint32_t pointer; /* index into model->pointers */
    uint32_t max_values;
};

struct kaiku_metric {
    char name[KAIKU_MAX_NAME + 1];
    enum kaiku_kind kind;
    int32_t pointer; /* index into model->pointers, -1 for count and ratio */
    uint32_t type;   /* index into model->types; meaningless for ratio */
    char *unit;      /* NULL where none */
    int32_t low, high;         /* scale of nps, top_box and mean */
    int32_t top_low, top_high; /* top_box */
    uint32_t decimals;         /* sum: 0..6 */
    bool has_when;
    struct kaiku_condition when; /* rate */
    struct kaiku_text *among;    /* rate with `in`; n_among 0 where none */
    uint32_t n_among;
    uint32_t of, over; /* ratio: metric indexes of two counts */
    /* Where its counters stand in a cell, see model/layout.h. */
    uint32_t counter; /* first dense counter; for sum: the count of its answers */
    uint32_t counters;
    int32_t sum;  /* index of its exact sum, -1 where none */
    int32_t wide; /* index among the quantiles metrics, -1 where none */
    int32_t unique;
};

enum kaiku_window_unit {
    KAIKU_FIXED,
    KAIKU_DAY,
    KAIKU_WEEK,
    KAIKU_MONTH,
    KAIKU_QUARTER,
    KAIKU_YEAR,
};

struct kaiku_window {
    char name[16]; /* as configured: "5m", "day" */
    enum kaiku_window_unit unit;
    int64_t length_ms; /* fixed only */
    int64_t retention_ms;
};

/* A filter on values as they stand in the event, before admission ("_none", "_other" included). */
struct kaiku_where {
    uint32_t n;
    struct kaiku_where_term {
        uint32_t dimension;
        struct kaiku_text *values;
        uint32_t n_values;
    } terms[KAIKU_MAX_DIMENSIONS];
};

struct kaiku_target {
    uint32_t metric;
    uint32_t window; /* index into the view's windows */
    struct kaiku_goal goal;
    /* One part per dimension of the view; "*" is any one value but _all. */
    struct kaiku_text parts[KAIKU_MAX_BY];
};

struct kaiku_view {
    char name[KAIKU_MAX_NAME + 1];
    uint32_t n_by;
    uint32_t by[KAIKU_MAX_BY]; /* dimension indexes */
    uint32_t n_groupings;
    uint32_t groupings[KAIKU_MAX_GROUPINGS]; /* bit i set: by[i] is kept */
    uint32_t n_windows;
    struct kaiku_window windows[KAIKU_MAX_WINDOWS];
    struct kaiku_where where;
    int64_t min_n;
    uint32_t rows;
    struct kaiku_target *targets; /* in configured order */
    uint32_t n_targets;
};

struct kaiku_carry {
    char name[KAIKU_MAX_NAME + 1];
    enum kaiku_carry_from { KAIKU_CARRY_DIMENSION, KAIKU_CARRY_ID, KAIKU_CARRY_POINTER } from;
    uint32_t index; /* of the dimension or the pointer */
};

struct kaiku_alert {
    char name[KAIKU_MAX_NAME + 1];
    uint32_t metric; /* never unique nor ratio */
    struct kaiku_condition when;
    struct kaiku_where where;
    struct kaiku_carry *carry;
    uint32_t n_carry;
    uint32_t keep;
};

struct kaiku_model {
    /* event */
    char **pointers; /* every distinct JSON Pointer in use, as configured; never the empty one */
    uint32_t n_pointers;
    uint32_t id[KAIKU_MAX_ID_PARTS]; /* pointer indexes */
    uint32_t n_id;
    uint32_t type, op, time; /* pointer indexes */
    uint32_t max_bytes;
    int64_t max_ahead_ms, max_age_ms, late_after_ms;
    /* what is counted */
    char **types; /* event types that a metric listens to; types[0] need not be "response" */
    uint32_t n_types;
    uint32_t n_dimensions;
    struct kaiku_dimension dimensions[KAIKU_MAX_DIMENSIONS];
    uint32_t n_metrics;
    struct kaiku_metric metrics[KAIKU_MAX_METRICS];
    uint32_t n_views;
    struct kaiku_view views[KAIKU_MAX_VIEWS];
    uint32_t n_alerts;
    struct kaiku_alert alerts[KAIKU_MAX_ALERTS];
    char *time_zone;
    uint64_t dedup_span; /* offsets; 0 = off */
    uint32_t shards;
    /* sizes of a cell, set by kaiku_layout_assign */
    uint32_t n_counters, n_sums, n_wide, n_unique;
    /* digest of all that decides, hexadecimal; see model/digest.h */
    char digest[33];
};

void kaiku_model_release(struct kaiku_model *model);

#endif
