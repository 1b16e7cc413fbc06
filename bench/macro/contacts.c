#include "contacts.h"
#include "client.h"

#include <base/clock.h>
#include <contact_json.h>
#include <generator.h>

#include <stdlib.h>
#include <string.h>

enum { SEED = 1, MINUTE_MS = 60000, CHANNELS = 8 };

struct contacts {
    struct app_generator *generator; /* by chance; NULL: in turn, with what follows */
    uint32_t touchpoints;
    struct app_random random;
    struct app_scores scores;
    int64_t begin_ms;
    uint64_t n;
};

static const char *const channels[CHANNELS] = {"phone", "chat", "email", "branch",
                                               "web",   "app",  "sms",   "social"};

static struct app_generator *generator_create(uint32_t touchpoints)
{
    struct app_generator_options options;
    struct app_generator *generator;

    app_generator_defaults(&options);
    options.touchpoints = touchpoints;
    options.duplicates = options.retractions = options.broken = 0;
    options.per_day = 0; /* the time is set */
    if (app_generator_create(&options, &generator) != KAIKU_OK)
        client_die("events", "out of memory");
    return generator;
}

struct contacts *contacts_create(uint32_t touchpoints, bool in_turn)
{
    struct contacts *contacts = calloc(1, sizeof *contacts);

    if (!contacts)
        client_die("events", "out of memory");
    if (!in_turn)
        contacts->generator = generator_create(touchpoints);
    contacts->touchpoints = touchpoints;
    app_random_init(&contacts->random, SEED);
    app_scores_init(&contacts->scores);
    contacts->begin_ms = (kaiku_clock_wall_ms() / MINUTE_MS - CONTACTS_MINUTES) * MINUTE_MS;
    return contacts;
}

void contacts_destroy(struct contacts *contacts)
{
    if (contacts)
        app_generator_destroy(contacts->generator);
    free(contacts);
}

static size_t next_in_turn(struct contacts *contacts, char *out)
{
    uint64_t n = contacts->n++, place = n / CHANNELS, minute = place / contacts->touchpoints;
    struct app_contact contact;
    uint32_t op_at;

    app_contact_draw(&contact, &contacts->random, &contacts->scores, contacts->touchpoints,
                     contacts->begin_ms + (int64_t)(minute % CONTACTS_MINUTES) * MINUTE_MS);
    contact.channel = channels[n % CHANNELS];
    contact.touchpoint = 1 + (uint32_t)(place % contacts->touchpoints);
    return app_contact_write(&contact, 0, APP_FLAW_NONE, out, &op_at);
}

size_t contacts_next(struct contacts *contacts, char *out)
{
    struct app_generated event;

    if (!contacts->generator)
        return next_in_turn(contacts, out);
    app_generator_set_time(contacts->generator, kaiku_clock_wall_ms());
    app_generator_next(contacts->generator, &event);
    memcpy(out, event.value.data, event.value.size);
    return event.value.size;
}
