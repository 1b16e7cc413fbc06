/* Records that ended processes: what these left is told to Redis, and what Redis knows to workers. */
#include "publisher_private.h"

#include <aggregate/crash.h>
#include <base/log.h>

#include <stdio.h>
#include <stdlib.h>

/* ---- notes of processes that ended ---- */

static int report(void *context, const struct kaiku_crash *crash)
{
    struct kaiku_publisher *publisher = context;
    int64_t times;
    int rc = kaiku_store_crash(publisher->store, crash->field, crash->offset, &times);
    if (rc != KAIKU_OK)
        return rc;
    kaiku_warn("signal %d ended a process at offset %lld of '%s', for the %lld. time: %s", crash->signal,
               (long long)crash->offset, crash->field, (long long)times,
               times < KAIKU_CRASHES ? "trying that record again"
                                     : "setting that record aside from now on");
    return KAIKU_OK;
}

int publisher_report_crashes(struct kaiku_publisher *publisher)
{
    int rc = kaiku_crash_read(report, publisher);
    if (rc != KAIKU_OK)
        snprintf(publisher->error, sizeof publisher->error, "%s", kaiku_store_error(publisher->store));
    return rc;
}

/* ---- what workers are not to look into ---- */

struct crashed_reading {
    const struct kaiku_publisher *publisher;
    struct kaiku_request *request;
    int status;
};

static int add(struct kaiku_opening *opening, int64_t offset)
{
    int64_t *more = realloc(opening->crashed, (opening->n_crashed + 1) * sizeof *more);
    if (!more)
        return KAIKU_NOMEM;
    more[opening->n_crashed++] = offset;
    opening->crashed = more;
    return KAIKU_OK;
}

static void take(void *context, struct kaiku_text field, int64_t offset, bool is_counted)
{
    struct crashed_reading *reading = context;
    (void)is_counted; /* the memory of duplicates does without it */
    for (uint32_t i = 0; i < reading->request->n; i++) {
        struct kaiku_opening *opening = &reading->request->openings[i];
        const char *name = reading->publisher->ledger.lines[opening->partition].field;
        if (kaiku_text_equal(kaiku_text_of(name), field) && add(opening, offset) != KAIKU_OK)
            reading->status = KAIKU_NOMEM;
    }
}

int publisher_read_crashed(struct kaiku_publisher *publisher, struct kaiku_request *request)
{
    struct crashed_reading reading = {publisher, request, KAIKU_OK};
    for (uint32_t i = 0; i < request->n; i++) {
        free(request->openings[i].crashed); /* of an answer that was not complete */
        request->openings[i].crashed = NULL;
        request->openings[i].n_crashed = 0;
    }
    int rc = kaiku_store_crashed(publisher->store, take, &reading);
    return rc == KAIKU_OK ? reading.status : rc;
}
