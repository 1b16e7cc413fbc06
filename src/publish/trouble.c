/* What goes wrong: with Redis, with positions, for good. */
#include "publisher_private.h"

#include <base/clock.h>
#include <base/log.h>

#include <stdio.h>

void publisher_fail(struct kaiku_publisher *publisher, int status, const char *text)
{
    if (publisher->status != KAIKU_OK)
        return;
    snprintf(publisher->error, sizeof publisher->error, "%s", text[0] ? text : kaiku_status_text(status));
    publisher->status = status;
}

void publisher_set_away(struct kaiku_publisher *publisher, bool away)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        atomic_store(&publisher->lanes[i].handover->away, away);
    publisher->figures.away = away;
}

int publisher_trouble(struct kaiku_publisher *publisher, int status)
{
    switch (status) {
    case KAIKU_OK:
        break;
    case KAIKU_AWAY:
        if (!publisher->figures.away) {
            kaiku_warn("redis is away, workers go on and wait for it: %s",
                       kaiku_store_error(publisher->store));
            publisher->incidents.n[KAIKU_INCIDENT_outages]++;
            meters_outage(&publisher->meters, METER_REDIS);
        }
        kaiku_store_close(publisher->store);
        publisher_set_away(publisher, true);
        publisher->next_open_ms = kaiku_clock_monotonic_ms() + PUBLISHER_REOPEN_MS;
        break;
    case KAIKU_AGAIN:
        break;
    case KAIKU_MISMATCH:
        publisher_restart(publisher, "what a worker took for stored is not");
        break;
    default:
        publisher_fail(publisher, status, kaiku_store_error(publisher->store));
    }
    return status;
}

void publisher_restart(struct kaiku_publisher *publisher, const char *why)
{
    kaiku_warn("%s: dropping what is not committed and reading again from the stored positions", why);
    for (uint32_t s = 0; s < publisher->model->shards; s++)
        kaiku_commit_clear(publisher->commits[s]);
    publisher->in_flight = false;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        atomic_fetch_add(&publisher->lanes[i].handover->epoch, 1);
    publisher_drop_deltas(publisher);
    ledger_forget(&publisher->ledger, 0);
    admission_forget(&publisher->admission);
    projection_forget(&publisher->projection);
    couples_forget(&publisher->couples);
    kaiku_views_forget(publisher->views);
    meters_forget(&publisher->meters);
    meters_count(&publisher->meters, METER_rewinds, 1);
    publisher->figures.rewinds++;
    publisher->incidents.n[KAIKU_INCIDENT_rewinds]++;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++)
        kaiku_bell_ring(&publisher->lanes[i].handover->worker_bell);
}

void publisher_report_last(struct kaiku_publisher *publisher, enum kaiku_incident incident)
{
    publisher->incidents.n[incident]++;
    if (kaiku_store_count_last(publisher->store, &publisher->incidents) != KAIKU_OK)
        kaiku_warn("cannot count this under '%s' in redis: %s", kaiku_incident_text(incident),
                   kaiku_store_error(publisher->store));
}
