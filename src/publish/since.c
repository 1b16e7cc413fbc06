/* What was added to the configuration later: workers that read old records again are told which metrics there were. */
#include "publisher_private.h"

#include <stdlib.h>

struct since_reading {
    const struct kaiku_model *model;
    int64_t from[KAIKU_MAX_METRICS]; /* where each metric begins to count; 0: at the first record */
};

static void take(void *context, const struct kaiku_since *since)
{
    struct since_reading *reading = context;
    if (since->part != KAIKU_PART_metric)
        return;
    for (uint32_t m = 0; m < reading->model->n_metrics; m++)
        if (kaiku_text_equal(kaiku_text_of(reading->model->metrics[m].name), since->name))
            reading->from[m] = since->offset;
}

/* Metrics are added behind those that are there, so which there were is told by how many. */
static int list_formers(const struct since_reading *reading, struct kaiku_opening *opening)
{
    int64_t until = 0;
    opening->formers = calloc(reading->model->n_metrics, sizeof *opening->formers);
    if (!opening->formers)
        return KAIKU_NOMEM;
    for (uint32_t m = 0; m < reading->model->n_metrics; m++) {
        if (reading->from[m] <= until)
            continue;
        until = reading->from[m];
        opening->formers[opening->n_formers++] = (struct kaiku_former){until, m};
    }
    return KAIKU_OK;
}

int publisher_read_since(struct kaiku_publisher *publisher, struct kaiku_request *request)
{
    int rc = KAIKU_OK;
    for (uint32_t i = 0; i < request->n && rc == KAIKU_OK; i++) {
        struct kaiku_opening *opening = &request->openings[i];
        struct since_reading reading = {.model = publisher->model};
        free(opening->formers); /* of an answer that was not complete */
        opening->formers = NULL;
        opening->n_formers = 0;
        rc = kaiku_store_since(publisher->store, publisher->ledger.lines[opening->partition].field, take,
                               &reading);
        if (rc == KAIKU_OK)
            rc = list_formers(&reading, opening);
    }
    return rc;
}
