#include "events.h"

enum { BRIEF_BELOW = 250 };

static const uint8_t full[] = {EVENT_ID,         EVENT_TIME,   EVENT_RESPONDENT, EVENT_CHANNEL,
                               EVENT_TOUCHPOINT, EVENT_NPS,    EVENT_CSAT,       EVENT_WAIT,
                               EVENT_REASON,     EVENT_SURVEY, EVENT_LANGUAGE,   EVENT_COMMENT,
                               EVENT_META};
/* Without what no pointer names. */
static const uint8_t brief[] = {EVENT_ID,  EVENT_TIME, EVENT_CHANNEL, EVENT_TOUCHPOINT,
                                EVENT_NPS, EVENT_CSAT, EVENT_WAIT};

void events_init(struct events *events, const struct events_options *options)
{
    *events = (struct events){.options = *options};
    event_init(&events->last);
    if (options->size > EVENT_FULL_SIZE)
        events->last.padding = options->size - EVENT_FULL_SIZE;
    if (options->contacts) {
        events->contacts = contacts_create(&(struct contacts_options){
            options->touchpoints, options->in_turn, options->hours, options->total});
        events->last.time_ms = 0;
    }
}

void events_release(struct events *events)
{
    contacts_destroy(events->contacts);
}

size_t events_next(struct events *events, char *out)
{
    const struct events_options *options = &events->options;

    events->place = events->count++;
    if (events->contacts)
        return contacts_next(events->contacts, out, &events->place);
    event_draw(&events->last, options->touchpoints);
    if (options->in_turn)
        events->last.touchpoint = (uint32_t)(events->place % options->touchpoints);
    if (options->size < BRIEF_BELOW)
        return event_write(&events->last, brief, sizeof brief, false, out);
    return event_write(&events->last, full, sizeof full, false, out);
}
