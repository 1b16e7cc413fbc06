#include "generator.h"

#include <stdlib.h>

#include "contact_json.h"

enum {
    REMEMBERED = 4096, /* events of which duplicates and retractions are made; a power of two */
    TRIES = 8,
    LATE_MEDIAN_MS = 15 * 60000,
    LATE_LEAST_MS = 2 * 60000, /* beyond event.late_after */
    LATE_MOST_MS = 12 * 3600000,
};

#define HOUR_US INT64_C(3600000000)
#define RETRACT "\"op\":\"retract\","

struct remembered {
    uint64_t id;
    uint32_t size;
    uint32_t op_at;
    bool is_retracted;
    char bytes[APP_EVENT_MAX];
};

struct app_generator {
    struct app_generator_options options;
    struct app_random random;
    struct app_scores scores;
    int64_t time_us;
    uint64_t drawn; /* events that were remembered; the newest ones still are */
    char scratch[APP_EVENT_MAX + sizeof(RETRACT)];
    struct remembered remembered[REMEMBERED];
};

/* Events in each hour of the local day, relative: quiet nights, peaks at ten and at three. */
static const uint32_t curve[24] = {
    60,   40,   30,   30,   40,   90,   250,  600,  1300, 2000, 2400, 2100,
    1600, 1800, 2200, 2400, 2000, 1500, 1100, 900,  700,  450,  250,  120,
};

void app_generator_defaults(struct app_generator_options *options)
{
    *options = (struct app_generator_options){
        .seed = 1,
        .touchpoints = APP_TOUCHPOINTS_NAMED,
        .late = 10000,
        .duplicates = 5000,
        .retractions = 2000,
        .broken = 1000,
        .start_ms = INT64_C(1767571200000), /* 2026-01-05T00:00:00Z, a Monday */
        .per_day = APP_GENERATOR_PER_DAY,
    };
}

int app_generator_create(const struct app_generator_options *options, struct app_generator **out)
{
    struct app_generator *generator = calloc(1, sizeof(*generator));

    if (!generator)
        return KAIKU_NOMEM;
    generator->options = *options;
    app_random_init(&generator->random, options->seed);
    app_scores_init(&generator->scores);
    app_generator_set_time(generator, options->start_ms);
    *out = generator;
    return KAIKU_OK;
}

void app_generator_destroy(struct app_generator *generator)
{
    free(generator);
}

void app_generator_set_time(struct app_generator *generator, int64_t now_ms)
{
    generator->time_us = now_ms * 1000;
}

/* The curve between the middles of two hours. */
static uint64_t weight_at(int64_t local_us)
{
    int64_t of_day = (local_us - HOUR_US / 2 + 24 * HOUR_US) % (24 * HOUR_US);
    int64_t hour = of_day / HOUR_US, into = of_day % HOUR_US;

    return (uint64_t)((curve[hour] * (HOUR_US - into) + curve[(hour + 1) % 24] * into) / HOUR_US);
}

/* A step to the next event: evenly between nothing and twice the mean, which nobody can tell
 * from the exponential one and which needs no logarithm. */
static void advance(struct app_generator *generator)
{
    const struct app_generator_options *options = &generator->options;
    int64_t local_us = generator->time_us + options->utc_offset_min * INT64_C(60000000);
    uint64_t total = 0, mean_us;

    if (options->per_day == 0)
        return;
    for (int hour = 0; hour < 24; hour++)
        total += curve[hour];
    mean_us = (uint64_t)HOUR_US * total / (options->per_day * weight_at(local_us) + 1);
    generator->time_us +=
        (int64_t)((unsigned __int128)(2 * mean_us + 1) * app_random_next(&generator->random) >> 64);
}

static int64_t late_ms(struct app_generator *generator)
{
    uint32_t ms =
        app_scores_duration(&generator->scores, &generator->random, LATE_MEDIAN_MS, 100);

    return ms < LATE_LEAST_MS ? LATE_LEAST_MS : ms > LATE_MOST_MS ? LATE_MOST_MS : ms;
}

static void give(struct app_generator *generator, const char *bytes, uint32_t size, uint64_t id,
                 struct app_generated *out)
{
    *out = (struct app_generated){
        .value = {bytes, size},
        .id = id,
        .written_ms = generator->time_us / 1000,
    };
}

static void give_new(struct app_generator *generator, int64_t behind_ms, struct app_generated *out)
{
    struct remembered *event = &generator->remembered[generator->drawn++ % REMEMBERED];
    struct app_contact contact;

    app_contact_draw(&contact, &generator->random, &generator->scores,
                     generator->options.touchpoints, generator->time_us / 1000 - behind_ms);
    event->size = app_contact_write(&contact, generator->options.utc_offset_min, APP_FLAW_NONE,
                                    event->bytes, &event->op_at);
    event->id = contact.id[0];
    event->is_retracted = false;
    give(generator, event->bytes, event->size, event->id, out);
}

/* Any answer with something wrong about it. */
static void give_broken(struct app_generator *generator, struct app_generated *out)
{
    enum app_flaw flaw = 1 + app_random_below(&generator->random, APP_FLAWS - 1);
    struct app_contact contact;
    uint32_t op_at, size;

    do {
        app_contact_draw(&contact, &generator->random, &generator->scores,
                         generator->options.touchpoints, generator->time_us / 1000);
    } while (contact.is_invitation);
    size = app_contact_write(&contact, generator->options.utc_offset_min, flaw, generator->scratch,
                             &op_at);
    give(generator, generator->scratch, size, contact.id[0], out);
}

/* An earlier event that was not retracted; NULL where none is found. */
static struct remembered *recall(struct app_generator *generator)
{
    uint64_t n = generator->drawn < REMEMBERED ? generator->drawn : REMEMBERED;

    for (int i = 0; i < TRIES && n > 0; i++) {
        struct remembered *event =
            &generator->remembered[app_random_below(&generator->random, (uint32_t)n)];
        if (!event->is_retracted)
            return event;
    }
    return NULL;
}

static void give_retraction(struct app_generator *generator, struct remembered *event,
                            struct app_generated *out)
{
    const uint32_t op_size = sizeof(RETRACT) - 1;
    char *scratch = generator->scratch;

    memcpy(scratch, event->bytes, event->op_at);
    memcpy(scratch + event->op_at, RETRACT, op_size);
    memcpy(scratch + event->op_at + op_size, event->bytes + event->op_at,
           event->size - event->op_at);
    event->is_retracted = true;
    give(generator, scratch, event->size + op_size, event->id, out);
}

void app_generator_next(struct app_generator *generator, struct app_generated *out)
{
    const struct app_generator_options *options = &generator->options;
    uint32_t draw = app_random_below(&generator->random, APP_MILLION);
    struct remembered *earlier;

    advance(generator);
    if (draw < options->broken) {
        give_broken(generator, out);
        return;
    }
    draw -= options->broken;
    if (draw < options->late) {
        give_new(generator, late_ms(generator), out);
        return;
    }
    draw -= options->late;
    earlier = draw < options->duplicates + options->retractions ? recall(generator) : NULL;
    if (!earlier)
        give_new(generator, 0, out);
    else if (draw < options->duplicates)
        give(generator, earlier->bytes, earlier->size, earlier->id, out);
    else
        give_retraction(generator, earlier, out);
}
