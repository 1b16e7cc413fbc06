/* One contact between a customer and the contact center, drawn at random: who, where, and what the
 * customer answers. Channels, teams, touchpoints and agents differ, so that charts do. */
#ifndef APP_CONTACT_H
#define APP_CONTACT_H

#include "scores.h"

#include <stdbool.h>

enum {
    APP_TOUCHPOINTS_NAMED = 20,
    APP_TOUCHPOINTS_MAX = 9999,
    APP_NO_ANSWER = -1,
};

struct app_contact {
    uint64_t id[2];
    bool is_invitation; /* asked for feedback; otherwise: answered */
    int64_t time_ms;
    const char *channel, *reason, *team;
    uint32_t touchpoint; /* from 1; the first ones have names */
    uint32_t agent;      /* 0: none */
    uint32_t customer;
    uint32_t comment;    /* 0: none */
    int nps, csat, ces;  /* or APP_NO_ANSWER */
    int resolved;        /* 0, 1 or APP_NO_ANSWER */
    int64_t wait_ds, handle_ds; /* tenths of a second, or APP_NO_ANSWER */
};

/* touchpoints: how many there are. */
void app_contact_draw(struct app_contact *contact, struct app_random *random,
                      const struct app_scores *scores, uint32_t touchpoints, int64_t time_ms);

/* NULL for one that has only a number. */
const char *app_touchpoint_name(uint32_t touchpoint);

#endif
