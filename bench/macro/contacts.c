#include "contacts.h"
#include "client.h"

#include <base/clock.h>
#include <contact_json.h>
#include <generator.h>

#include <stdlib.h>
#include <string.h>

enum { SEED = 1, MINUTE_MS = 60000, HOUR_MS = 3600000, CHANNELS = 8 };

struct contacts {
    struct contacts_options options;
    uint64_t n;
    int64_t begin_ms;                /* of those that do not happen now */
    struct app_generator *generator; /* NULL: in turn, with what follows */
    struct app_random random;
    struct app_scores scores;
};

static const char *const channels[CHANNELS] = {"phone", "chat", "email", "branch",
                                               "web",   "app",  "sms",   "social"};

static struct app_generator *generator_create(const struct contacts_options *contacts)
{
    struct app_generator_options options;
    struct app_generator *generator;

    app_generator_defaults(&options);
    options.touchpoints = contacts->touchpoints;
    options.per_day = 0; /* the time is set */
    if (contacts->hours == 0)
        options.duplicates = options.retractions = options.broken = 0;
    if (app_generator_create(&options, &generator) != KAIKU_OK)
        client_die("events", "out of memory");
    return generator;
}

struct contacts *contacts_create(const struct contacts_options *options)
{
    struct contacts *contacts = calloc(1, sizeof *contacts);
    int64_t now_ms = kaiku_clock_wall_ms();

    if (!contacts)
        client_die("events", "out of memory");
    contacts->options = *options;
    contacts->begin_ms = options->in_turn ? (now_ms / MINUTE_MS - CONTACTS_MINUTES) * MINUTE_MS
                                          : now_ms - (int64_t)options->hours * HOUR_MS;
    if (!options->in_turn)
        contacts->generator = generator_create(options);
    app_random_init(&contacts->random, SEED);
    app_scores_init(&contacts->scores);
    return contacts;
}

void contacts_destroy(struct contacts *contacts)
{
    if (contacts)
        app_generator_destroy(contacts->generator);
    free(contacts);
}

static size_t next_in_turn(struct contacts *contacts, char *out, uint64_t *id)
{
    uint32_t touchpoints = contacts->options.touchpoints, op_at;
    uint64_t n = contacts->n++, place = n / CHANNELS, minute = place / touchpoints;
    struct app_contact contact;

    app_contact_draw(&contact, &contacts->random, &contacts->scores, touchpoints,
                     contacts->begin_ms + (int64_t)(minute % CONTACTS_MINUTES) * MINUTE_MS);
    contact.channel = channels[n % CHANNELS];
    contact.touchpoint = 1 + (uint32_t)(place % touchpoints);
    *id = contact.id[0];
    return app_contact_write(&contact, 0, APP_FLAW_NONE, out, &op_at);
}

static int64_t time_of_next(struct contacts *contacts)
{
    double share = (double)contacts->n++ / (double)contacts->options.count;

    if (contacts->options.hours == 0)
        return kaiku_clock_wall_ms();
    return contacts->begin_ms + (int64_t)(share * contacts->options.hours * HOUR_MS);
}

size_t contacts_next(struct contacts *contacts, char *out, uint64_t *id)
{
    struct app_generated event;

    if (!contacts->generator)
        return next_in_turn(contacts, out, id);
    app_generator_set_time(contacts->generator, time_of_next(contacts));
    app_generator_next(contacts->generator, &event);
    memcpy(out, event.value.data, event.value.size);
    *id = event.id;
    return event.value.size;
}
