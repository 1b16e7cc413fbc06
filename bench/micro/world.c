#include "world.h"

#include <stdlib.h>

static const char *const config =
    "kafka:\n"
    "  topics: [feedback]\n"
    "  properties: {bootstrap.servers: \"localhost:9092\", group.id: kaiku}\n"
    "redis: {url: \"redis://localhost:6379/0\"}\n"
    "event:\n"
    "  id: /event_id\n"
    "  time: /ts\n"
    "  dimensions: {channel: /channel, touchpoint: /touchpoint, reason: /reason}\n"
    "metrics:\n"
    "  - {name: nps, kind: nps, field: /nps}\n"
    "  - {name: csat, kind: top_box, field: /csat, scale: 1..5, top: 4..5}\n"
    "  - {name: wait_s, kind: quantiles, field: /wait_s, unit: s}\n"
    "views:\n"
    "  - {name: contact, by: [channel, touchpoint], grouping: cube, windows: ";

/* deploy/kaiku.yaml, built into kaiku_app. */
extern const char app_demo_config[];

static void parse(struct world *world, struct kaiku_text text)
{
    struct kaiku_mistakes mistakes;
    int rc = kaiku_config_parse(text, &world->settings, &mistakes);

    kaiku_mistakes_print(&mistakes, "bench", stderr);
    if (rc == KAIKU_OK) {
        world->model = &world->settings->model;
        rc = kaiku_calendar_create(world->model->time_zone, &world->calendar);
    }
    if (rc != KAIKU_OK) {
        fprintf(stderr, "bench: %s\n", kaiku_status_text(rc));
        exit(1);
    }
    kaiku_mistakes_release(&mistakes);
}

void world_init(struct world *world, const char *windows)
{
    struct kaiku_buffer text = {0};

    kaiku_buffer_string(&text, config);
    kaiku_buffer_format(&text, "%s}\n", windows);
    parse(world, kaiku_buffer_as_text(&text));
    kaiku_buffer_release(&text);
}

void world_init_contacts(struct world *world)
{
    parse(world, kaiku_text_of(app_demo_config));
}

void world_release(struct world *world)
{
    kaiku_calendar_destroy(world->calendar);
    kaiku_settings_destroy(world->settings);
}
