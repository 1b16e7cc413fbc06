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
}

size_t events_next(struct events *events, char *out)
{
    const struct events_options *options = &events->options;

    event_draw(&events->last, options->touchpoints);
    if (options->in_turn)
        events->last.touchpoint = (uint32_t)(events->count % options->touchpoints);
    events->count++;
    if (options->size < BRIEF_BELOW)
        return event_write(&events->last, brief, sizeof brief, false, out);
    return event_write(&events->last, full, sizeof full, false, out);
}
