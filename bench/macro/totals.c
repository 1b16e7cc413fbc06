#include "totals.h"
#include "client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MINUTE_MS = 60000, PROMOTER_FROM = 9, PASSIVE_FROM = 7 };

void totals_init(struct totals *totals, uint32_t touchpoints)
{
    *totals = (struct totals){
        .last_minute = calloc((size_t)EVENT_CHANNELS * touchpoints, sizeof *totals->last_minute),
        .touchpoints = touchpoints,
    };
    if (!totals->last_minute)
        client_die("totals", "out of memory");
}

void totals_release(struct totals *totals)
{
    free(totals->last_minute);
}

void totals_add(struct totals *totals, const struct event *event)
{
    uint64_t minute = event->time_ms / MINUTE_MS;
    size_t at = (size_t)event->channel * totals->touchpoints + event->touchpoint;

    totals->cells += totals->last_minute[at] != minute;
    totals->last_minute[at] = minute;
    totals->n++;
    totals->promoters += event->nps >= PROMOTER_FROM;
    totals->passives += event->nps >= PASSIVE_FROM && event->nps < PROMOTER_FROM;
    totals->detractors += event->nps < PASSIVE_FROM;
    totals->csat_sum += event->csat;
    totals->wait_cs += event->wait_cs;
}

/* The names of the fields that the peers write; every event has a csat. */
void totals_print(const struct totals *totals)
{
    printf("{\"n\": %" PRIu64 ", \"pro\": %" PRIu64 ", \"pas\": %" PRIu64 ", \"det\": %" PRIu64
           ", \"csat_n\": %" PRIu64 ", \"csat_sum\": %" PRIu64 ", \"wait_cs\": %" PRIu64
           ", \"cells\": %" PRIu64 "}",
           totals->n, totals->promoters, totals->passives, totals->detractors, totals->n,
           totals->csat_sum, totals->wait_cs, totals->cells);
}
