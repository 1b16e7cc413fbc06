#ifndef BENCH_TOTALS_H
#define BENCH_TOTALS_H

#include <common/event.h>

/* What the sums of whoever reads all events must come to. */
struct totals {
    uint64_t n, promoters, passives, detractors, csat_sum, wait_cs;
    uint64_t cells;        /* different minutes, channels and touchpoints */
    uint64_t *last_minute; /* of each channel and touchpoint */
    uint32_t touchpoints;
};

/* Ends the program when out of memory. */
void totals_init(struct totals *totals, uint32_t touchpoints);
void totals_release(struct totals *totals);

/* Events come in the order of their time. */
void totals_add(struct totals *totals, const struct event *event);

/* As a JSON object. */
void totals_print(const struct totals *totals);

#endif
