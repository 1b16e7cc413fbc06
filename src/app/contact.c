#include "contact.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MINUTE_MS = 60000, DAY_MS = 86400000, AGENTS_PER_TEAM = 20, FIRST_AGENT = 1001 };

struct channel {
    const char *name;
    uint32_t weight;   /* share of all contacts, per cent */
    uint32_t response; /* answers per thousand invitations */
    int mood;
    uint32_t wait_ds, handle_ds; /* medians */
};

static const struct channel channels[] = {
    {"phone", 34, 380, 0, 350, 3100}, {"chat", 18, 420, 6, 220, 5400},
    {"email", 14, 300, -9, 9000, 4200}, {"branch", 10, 340, 11, 2400, 7200},
    {"web", 9, 290, -3, 30, 900}, {"app", 8, 360, 8, 20, 600},
    {"sms", 4, 410, 2, 600, 1500}, {"social", 3, 310, -16, 3000, 2400},
};

static const struct team {
    const char *name;
    int mood;
} teams[] = {
    {"north", 9}, {"south", 1}, {"east", -8}, {"west", 4}, {"harbour", 13},
    {"central", -3}, {"lakeside", 6}, {"airport", -13}, {"night", -5}, {"partners", -1},
};

static const char *const touchpoints[APP_TOUCHPOINTS_NAMED] = {
    "billing",   "delivery", "onboarding", "support",  "returns",  "contract", "repair",
    "technical", "login",    "payment",    "upgrade",  "move",     "outage",   "advice",
    "complaint", "renewal",  "warranty",   "checkout", "callback", "cancellation",
};

static const char *const reasons[] = {
    "refund", "invoice_question", "late_parcel", "wrong_item",    "no_connection", "password",
    "price",  "new_order",        "damage",      "change_address", "information",  "other",
};

const char *app_touchpoint_name(uint32_t touchpoint)
{
    return touchpoint <= APP_TOUCHPOINTS_NAMED ? touchpoints[touchpoint - 1] : NULL;
}

/* -amplitude to +amplitude and back within each period. */
static int triangle(int64_t time_ms, int64_t period_ms, int amplitude)
{
    int64_t phase = time_ms % period_ms * 4 * amplitude / period_ms;

    return (int)(phase <= 2 * amplitude ? phase - amplitude : 3 * amplitude - phase);
}

/* A number of its own for each n, within +-amplitude: what makes one touchpoint, or agent,
 * better than another in every run. */
static int character(uint32_t n, int amplitude)
{
    uint32_t mixed = n * 2654435761u;

    return (int)((mixed >> 16) % (2 * (uint32_t)amplitude + 1)) - amplitude;
}

static const struct channel *draw_channel(struct app_random *random)
{
    uint32_t draw = app_random_below(random, 100);
    const struct channel *channel = channels;

    while (draw >= channel->weight)
        draw -= channel++->weight;
    return channel;
}

/* Every channel has days and minutes that go better than others. */
static int mood_of(const struct app_contact *contact, const struct channel *channel,
                   const struct team *team)
{
    int64_t which = channel - channels;

    return channel->mood + team->mood + character(contact->touchpoint, 8) +
           character(contact->agent, 7) +
           triangle(contact->time_ms, (11 + 4 * which) * MINUTE_MS, 12) +
           triangle(contact->time_ms, (3 + which) * DAY_MS, 8);
}

static bool chance(struct app_random *random, uint32_t percent)
{
    return app_random_below(random, 100) < percent;
}

static void draw_answers(struct app_contact *contact, struct app_random *random,
                         const struct app_scores *scores, const struct channel *channel, int mood)
{
    int64_t wait_ds = app_scores_duration(scores, random, channel->wait_ds, 100);
    int64_t handle_ds = app_scores_duration(scores, random, channel->handle_ds, 80);
    bool waited_long = wait_ds > 2 * (int64_t)channel->wait_ds;
    int nps = app_scores_nps(scores, random, waited_long ? mood - 14 : mood);
    uint32_t skips = (uint32_t)(app_random_next(random) >> 32);
    int resolved = chance(random, 45 + 5 * (uint32_t)nps);

    contact->nps = skips % 32 == 0 ? APP_NO_ANSWER : nps;
    contact->csat = skips >> 5 & 7 ? app_scores_along(random, nps, 1, 5) : APP_NO_ANSWER;
    contact->ces = skips >> 8 & 3 ? app_scores_along(random, nps, 1, 7) : APP_NO_ANSWER;
    contact->resolved = skips >> 10 & 7 ? resolved : APP_NO_ANSWER;
    contact->wait_ds = skips >> 13 & 31 ? wait_ds : APP_NO_ANSWER;
    contact->handle_ds = skips >> 18 & 15 ? handle_ds : APP_NO_ANSWER;
    contact->comment = chance(random, 15) ? 1000 + app_random_below(random, 99000) : 0;
}

void app_contact_draw(struct app_contact *contact, struct app_random *random,
                      const struct app_scores *scores, uint32_t n_touchpoints, int64_t time_ms)
{
    const struct channel *channel = draw_channel(random);
    uint32_t team = app_random_below(random, COUNT(teams));
    uint32_t agent = team * AGENTS_PER_TEAM + app_random_below(random, AGENTS_PER_TEAM);

    contact->id[0] = app_random_next(random);
    contact->id[1] = app_random_next(random);
    contact->time_ms = time_ms;
    contact->channel = channel->name;
    contact->team = teams[team].name;
    contact->agent = chance(random, 97) ? FIRST_AGENT + agent : 0;
    contact->touchpoint = 1 + app_random_below(random, n_touchpoints);
    contact->reason = chance(random, 95) ? reasons[app_random_below(random, COUNT(reasons))] : NULL;
    contact->customer = 10000 + app_random_below(random, 990000);
    /* Of 1000 invitations and their answers, so many are answers. */
    contact->is_invitation = app_random_below(random, 1000 + channel->response) < 1000;
    if (!contact->is_invitation)
        draw_answers(contact, random, scores, channel, mood_of(contact, channel, &teams[team]));
}
