/* What is going to be proposed: filled part by part, then written. */
#ifndef PROPOSE_PLAN_H
#define PROPOSE_PLAN_H

#include "survey.h"
#include "words.h"

enum {
    PLAN_DIMENSIONS = 10,
    PLAN_METRICS = 40,
    PLAN_BY = 3,
    PLAN_COMMENT = 200,
    PLAN_DETAIL = 400,
    PLAN_LEFT = 60, /* fields that are told to be left out */
};

struct plan_name {
    char text[KAIKU_MAX_NAME + 1];
};

struct plan_role {
    const struct survey_field *field; /* NULL: nothing fits */
    char comment[PLAN_COMMENT];
};

struct plan {
    struct survey *survey;
    const struct kaiku_proposal_options *options;
    /* Roles. */
    struct plan_role id, source, type, op, time; /* source: the first part of a compound id */
    const char *max_age;                         /* NULL: the default will do */
    /* Dimensions, the best for a view first. */
    struct plan_dimension {
        const struct survey_field *field;
        struct plan_name name;
        bool names_persons;
        int rank;
        char comment[PLAN_COMMENT];
    } dimensions[PLAN_DIMENSIONS];
    uint32_t n_dimensions;
    uint32_t n_by; /* of them, in the first view */
    bool is_cube;
    struct plan_metric {
        const struct survey_field *field; /* NULL: count, ratio */
        struct plan_name name;
        enum kaiku_kind kind;
        uint32_t type; /* index among the survey's */
        int32_t low, high, top;
        uint32_t decimals;
        const char *unit;
        uint32_t of, over;
        bool has_values; /* a rate of texts: those with their bit in yes */
        uint32_t yes;
        char comment[PLAN_COMMENT];
    } metrics[PLAN_METRICS];
    uint32_t n_metrics;
    bool is_busy; /* so many events that minutes say something */
    struct plan_left {
        const struct survey_field *field;
        const char *why;
    } left[PLAN_LEFT];
    uint32_t n_left, n_unlisted;
};

/* Each takes what nobody took before, in this order. */
void plan_roles(struct plan *plan);
void plan_types(struct plan *plan);      /* after the survey took its types: counts and a response rate */
void plan_measures(struct plan *plan);   /* metrics of fields */
void plan_groups(struct plan *plan);     /* dimensions */
void plan_views(struct plan *plan);
/* The proposal as a file. */
void plan_write(const struct plan *plan, struct kaiku_buffer *out);

bool plan_is_taken(const struct plan *plan, const struct survey_field *field);
/* Says in the file why a field is not used. */
void plan_leave(struct plan *plan, const struct survey_field *field, const char *why);

/* A name of its own for a dimension or metric: of the last key, and of those before it where that one says nothing or
 * is taken. */
struct plan_name plan_name_field(const struct plan *plan, const struct survey_field *field);
struct plan_name plan_name_text(const struct plan *plan, struct kaiku_text text, const char *otherwise);

/* The words of a field's key, or of the key before where that one is as general as `value`. */
void plan_words(const struct plan *plan, const struct survey_field *field, struct words *words);

/* 12,345 */
struct plan_figure {
    char text[16];
};
struct plan_figure plan_figure(uint32_t n);

#endif
