/* A stream of realistic feedback events: answers and the invitations they follow, by a daily
 * curve, with late, duplicate, retracted and broken ones among them. The same options give the
 * same bytes. Belongs to one thread; memory is bounded. */
#ifndef APP_GENERATOR_H
#define APP_GENERATOR_H

#include <base/text.h>

enum {
    APP_MILLION = 1000000,
    APP_GENERATOR_PER_DAY = 2000000, /* what the largest contact centers collect */
};

struct app_generator_options {
    uint64_t seed;
    uint32_t touchpoints; /* 1..APP_TOUCHPOINTS_MAX */
    /* Shares of all events, in millionths. */
    uint32_t late, duplicates, retractions, broken;
    int64_t start_ms;
    int utc_offset_min; /* of the local clock, which times and the daily curve follow */
    uint64_t per_day;   /* events per day of event time; 0: only app_generator_set_time moves it */
};

/* The defaults that `kaiku gen --help` states. */
void app_generator_defaults(struct app_generator_options *options);

struct app_generated {
    struct kaiku_text value; /* one JSON object without a line end; borrowed until the next call */
    uint64_t id;             /* the same for an event, its duplicates and its retraction */
    int64_t written_ms;      /* when it is sent, in event time; a late one's own time is earlier */
};

struct app_generator;

/* Copies the options. */
int app_generator_create(const struct app_generator_options *options, struct app_generator **out)
    KAIKU_MUST_CHECK;
void app_generator_destroy(struct app_generator *generator);
void app_generator_set_time(struct app_generator *generator, int64_t now_ms);
void app_generator_next(struct app_generator *generator, struct app_generated *out);

#endif
