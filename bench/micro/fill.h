/* A delta as a worker would leave it, without records: for what comes behind it. */
#ifndef FILL_H
#define FILL_H

#include "world.h"

#include <admission.h>

struct fill {
    uint32_t channels, touchpoints, minutes;
    uint32_t events;
};

struct filled {
    struct kaiku_delta *delta;
    struct admission admission; /* of all its values; asks nobody */
    struct admission_map map;
};

/* Ends the program where it fails. */
void fill_init(struct filled *filled, const struct world *world, const struct fill *fill);
void fill_release(struct filled *filled);

#endif
