/* What each type of events says: how many there are, and how many of those that were asked answered. */
#include "plan.h"

#include <stdio.h>

enum { COUNTS = 6 };

/* com.example.survey.completed.v2: `completed`. */
static struct kaiku_text last_part(struct kaiku_text name)
{
    for (;;) {
        size_t at = name.size;
        while (at > 0 && !strchr("./:#", name.data[at - 1]))
            at--;
        struct kaiku_text part = {name.data + at, name.size - at};
        bool is_version = part.size > 0 && strspn(part.data, "vV0123456789") >= part.size;
        if (at == 0 || !is_version)
            return part;
        name.size = at - 1;
    }
}

static bool is_invitation(struct kaiku_text name)
{
    struct words words;

    words_split(&words, name);
    return words_match(&words, "invit sent$ asked$ requested$ delivered$ offered$");
}

/* The type whose events carry the most. */
static uint32_t answering_type(const struct survey *survey)
{
    uint32_t best = 0, most = 0;

    for (uint32_t t = 0; t < survey->n_types; t++) {
        uint32_t carried = 0;
        if (is_invitation(survey->types[t].name))
            continue;
        for (uint32_t i = 0; i < survey->n_fields; i++)
            carried += survey->fields[i]->of_type[t] > 0;
        if (carried <= most)
            continue;
        most = carried;
        best = t;
    }
    return best;
}

static void add_count(struct plan *plan, uint32_t t)
{
    const struct survey_type *type = &plan->survey->types[t];
    struct plan_metric *metric = &plan->metrics[plan->n_metrics];

    *metric = (struct plan_metric){.kind = KAIKU_COUNT, .type = t};
    metric->name = plan_name_text(plan, plan->type.field ? last_part(type->name) : KAIKU_TEXT("answered"), "events");
    snprintf(metric->comment, sizeof(metric->comment), "%s of %s records", plan_figure(type->n).text,
             plan_figure(plan->survey->objects).text);
    plan->n_metrics++;
}

/* Counts stand before all else, the response rate behind them. */
void plan_types(struct plan *plan)
{
    const struct survey *survey = plan->survey;
    uint32_t answering = answering_type(survey), asked = 0;

    add_count(plan, answering);
    for (uint32_t t = 0; t < survey->n_types && plan->n_metrics < COUNTS; t++) {
        if (t == answering)
            continue;
        if (asked == 0 && is_invitation(survey->types[t].name))
            asked = plan->n_metrics;
        add_count(plan, t);
    }
    if (asked == 0)
        return;
    struct plan_metric *ratio = &plan->metrics[plan->n_metrics];
    *ratio = (struct plan_metric){.kind = KAIKU_RATIO, .of = 0, .over = asked};
    ratio->name = plan_name_text(plan, KAIKU_TEXT("response_rate"), "rate");
    snprintf(ratio->comment, sizeof(ratio->comment), "of those asked; each counts in the window of its own time");
    plan->n_metrics++;
}
