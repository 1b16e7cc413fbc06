/* Views: which dimensions together, and in what windows? */
#include "plan.h"

enum { MEMBERS_MAX = 500, VALUES_MAX = 60 };

/* Moves a dimension before those that are in no view. */
static void take(struct plan *plan, uint32_t index)
{
    struct plan_dimension dimension = plan->dimensions[index];

    memmove(plan->dimensions + plan->n_by + 1, plan->dimensions + plan->n_by,
            (index - plan->n_by) * sizeof(dimension));
    plan->dimensions[plan->n_by++] = dimension;
}

/* A cube of the best few, as long as it stays small. */
static void choose_cube(struct plan *plan)
{
    uint32_t members = 1;

    for (uint32_t i = 0; i < plan->n_dimensions && plan->n_by < PLAN_BY; i++) {
        const struct plan_dimension *dimension = &plan->dimensions[i];
        uint32_t more = members * (dimension->field->distinct + 1);
        if (dimension->names_persons || dimension->field->distinct > VALUES_MAX || more > MEMBERS_MAX)
            continue;
        members = more;
        take(plan, i);
    }
    plan->is_cube = plan->n_by > 0;
    if (plan->n_by == 0 && plan->n_dimensions > 0)
        take(plan, 0);
}

/* Five records a minute and more. */
static bool is_busy(const struct kaiku_sample *sample)
{
    const int64_t minute_ms = 60000;
    int64_t first = INT64_MAX, last = INT64_MIN;

    for (uint32_t i = 0; i < sample->n; i++) {
        int64_t at = sample->records[i].timestamp_ms;
        if (at == INT64_MIN)
            continue;
        first = at < first ? at : first;
        last = at > last ? at : last;
    }
    return last >= first && sample->n * minute_ms >= 5 * (last - first);
}

void plan_views(struct plan *plan)
{
    choose_cube(plan);
    plan->is_busy = is_busy(plan->survey->sample);
}
