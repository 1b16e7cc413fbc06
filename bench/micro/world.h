/* The configuration of a headline, and its calendar. */
#ifndef WORLD_H
#define WORLD_H

#include <config/config.h>
#include <model/calendar.h>

struct world {
    struct kaiku_settings *settings;
    const struct kaiku_model *model;
    struct kaiku_calendar *calendar;
};

/* The first headline. windows: of the only view, as in YAML: "[1m]". Ends the program where it
 * fails. */
void world_init(struct world *world, const char *windows);
/* The second: deploy/kaiku.yaml. */
void world_init_contacts(struct world *world);
void world_release(struct world *world);

#endif
