#include <propose/propose.h>

#include "plan.h"
#include "trial.h"
#include "write.h"

#include <stdio.h>
#include <stdlib.h>

bool plan_is_taken(const struct plan *plan, const struct survey_field *field)
{
    if (field == plan->id.field || field == plan->source.field || field == plan->type.field ||
        field == plan->op.field || field == plan->time.field)
        return true;
    for (uint32_t i = 0; i < plan->n_metrics; i++)
        if (field == plan->metrics[i].field)
            return true;
    return false;
}

void plan_leave(struct plan *plan, const struct survey_field *field, const char *why)
{
    if (plan->n_left < PLAN_LEFT)
        plan->left[plan->n_left++] = (struct plan_left){field, why};
    else
        plan->n_unlisted++;
}

/* ---- what is said at the top ---- */

static void write_reasons(const struct trial *trial, enum kaiku_reason from, enum kaiku_reason to,
                          struct kaiku_buffer *out)
{
    const char *between = " (";

    for (unsigned reason = from; reason < to; reason++) {
        if (trial->reasons[reason] == 0)
            continue;
        kaiku_buffer_format(out, "%s%s %s", between, plan_figure(trial->reasons[reason]).text,
                            kaiku_reason_text((enum kaiku_reason)reason));
        between = ", ";
    }
    if (*between == ',')
        kaiku_buffer_char(out, ')');
}

static void write_head(const struct plan *plan, const struct trial *trial, struct kaiku_buffer *out)
{
    const struct kaiku_sample *sample = plan->survey->sample;

    kaiku_buffer_format(out, "# A configuration of kaiku, proposed after a look at the newest %s records of\n"
                             "# topic '%s' (%u partitions). With it,\n#\n#   %s of them count",
                        plan_figure(sample->n).text, plan->options->topic, plan->options->partitions,
                        plan_figure(trial->events).text);
    if (trial->rejected) {
        kaiku_buffer_format(out, ",\n#   %s are rejected", plan_figure(trial->rejected).text);
        write_reasons(trial, 0, KAIKU_BAD_METRIC, out);
    }
    if (trial->ignored)
        kaiku_buffer_format(out, ",\n#   %s are ignored: nothing to count in them", plan_figure(trial->ignored).text);
    if (trial->bad_answers) {
        kaiku_buffer_format(out, ",\n#   %s answers are dropped", plan_figure(trial->bad_answers).text);
        write_reasons(trial, KAIKU_BAD_METRIC, KAIKU_REASONS, out);
    }
    kaiku_buffer_string(out, ".\n#\n# Names and kinds are guesses: read them through before you rely on the numbers.\n"
                             "# `kaiku check` says what was understood, docs/configuration.md explains every key.\n\n");
}

/* ---- from records to a file ---- */

static int make_plan(struct plan *plan)
{
    plan_roles(plan);
    int status = survey_take_types(plan->survey, plan->type.field);
    if (status)
        return status;
    plan_types(plan);
    plan_measures(plan);
    plan_groups(plan);
    plan_views(plan);
    return KAIKU_OK;
}

static int write_proposal(const struct plan *plan, struct kaiku_buffer *out)
{
    struct kaiku_buffer body = {0};
    struct trial trial;
    int status;

    plan_write(plan, &body);
    status = body.failed ? KAIKU_NOMEM : trial_run(kaiku_buffer_as_text(&body), plan->survey->sample, &trial);
    if (status == KAIKU_OK) {
        write_head(plan, &trial, out);
        kaiku_buffer_text(out, kaiku_buffer_as_text(&body));
    }
    kaiku_buffer_release(&body);
    return status == KAIKU_OK && out->failed ? KAIKU_NOMEM : status;
}

static const char *why_not(const struct survey *survey)
{
    if (survey->sample->n == 0)
        return "there are no records";
    if (survey->looks_binary)
        return "none of the records is JSON: they look binary, such as Avro or Protobuf, which kaiku does not read";
    if (survey->tombstones == survey->sample->n)
        return "none of the records has a value";
    if (survey->oversized == survey->sample->n)
        return "all records are larger than 1 MiB";
    return "none of the records is a JSON object in UTF-8";
}

int kaiku_propose(const struct kaiku_sample *sample, const struct kaiku_proposal_options *options,
                  struct kaiku_buffer *out, const char **why)
{
    struct survey *survey = calloc(1, sizeof(*survey));
    struct plan *plan = calloc(1, sizeof(*plan));
    int status = survey && plan ? survey_take(survey, sample) : KAIKU_NOMEM;

    *why = "";
    if (status == KAIKU_OK && survey->objects == 0) {
        *why = why_not(survey);
        status = KAIKU_MISSING;
    }
    if (status == KAIKU_OK) {
        *plan = (struct plan){.survey = survey, .options = options};
        status = make_plan(plan);
    }
    if (status == KAIKU_OK)
        status = write_proposal(plan, out);
    if (survey)
        survey_release(survey);
    free(survey);
    free(plan);
    return status;
}

void kaiku_proposal_connection(const struct kaiku_proposal_options *options, struct kaiku_buffer *out)
{
    write_kafka(options, true, out);
    kaiku_buffer_string(out, "metrics:\n  - {name: events, kind: count}\n"
                             "views:\n  - {name: total, by: [], windows: [day]}\n");
}
