/* Where id, type, op and time stand. What is wrong in one of them rejects the whole record, so nearly all of a field
 * must fit; where none does, kaiku has to be told not to look at its default place either. */
#include "plan.h"

#include <stdio.h>

#define PERSONS "customer client user member visitor caller agent advisor employee operator account person owner parent"

typedef int rank_function(const struct plan *plan, const struct survey_field *field);

static const struct survey_field *best_of(const struct plan *plan, rank_function *rank)
{
    const struct survey_field *best = NULL;
    int most = 0;

    for (uint32_t i = 0; i < plan->survey->n_fields; i++) {
        const struct survey_field *field = plan->survey->fields[i];
        int here = survey_field_is_usable(plan->survey, field) ? rank(plan, field) : 0;
        if (here <= most)
            continue;
        most = here;
        best = field;
    }
    return best;
}

static bool is_at(const struct survey_field *field, const char *pointer)
{
    return strcmp(field->pointer, pointer) == 0;
}

/* Of the right JSON type nearly always; null and missing do no harm. */
static bool is_mostly(const struct survey_field *field, uint32_t right)
{
    uint32_t all = survey_field_valued(field) + field->empty;

    return right > 0 && is_hardly_any(all - right, all);
}

/* ---- id ---- */

static int rank_id(const struct plan *plan, const struct survey_field *field)
{
    uint32_t right = field->n[SURVEY_TEXT] + field->integers;
    struct words words;

    if (!is_mostly(field, right) || right * 10 < plan->survey->objects * 9 || !is_nearly_all(field->distinct, right))
        return 0;
    if (is_at(field, "/id"))
        return 100;
    plan_words(plan, field, &words);
    if (!words_end_with(&words, "id$ uuid$ guid$ ulid$ eventid$ messageid$ responseid$ key$ number$ nr$"))
        return 0;
    if (words_match(&words, PERSONS))
        return 0;
    int depth = field->depth < 10 ? (int)field->depth : 10;
    if (words_match(&words, "event message response record survey answer feedback uuid$ guid$ ulid$"))
        return 80 - depth;
    return (words.n == 1 && words_match(&words, "id$") ? 60 : words_match(&words, "id$") ? 40 : 20) - depth;
}

static void find_id(struct plan *plan)
{
    const struct survey_field *version = survey_field_find(plan->survey, "/specversion");
    const struct survey_field *source = survey_field_find(plan->survey, "/source");
    struct plan_role *role = &plan->id;

    role->field = best_of(plan, rank_id);
    if (!role->field) {
        snprintf(role->comment, sizeof(role->comment),
                 "no field is different in all records: events that are sent twice count twice");
        return;
    }
    snprintf(role->comment, sizeof(role->comment), "in %s of %s records, %s different ones",
             plan_figure(survey_field_valued(role->field)).text, plan_figure(plan->survey->objects).text,
             plan_figure(role->field->distinct).text);
    if (is_at(role->field, "/id") && version && source && is_mostly(source, source->n[SURVEY_TEXT]) &&
        is_nearly_all(source->n[SURVEY_TEXT], plan->survey->objects))
        plan->source.field = source;
}

/* ---- type and op ---- */

static int rank_type(const struct plan *plan, const struct survey_field *field)
{
    struct words words, above = {0};

    if (!is_mostly(field, field->n[SURVEY_TEXT]) || field->n_values == 0 || field->n_values == SURVEY_VALUES ||
        field->distinct != field->n_values || field->n[SURVEY_TEXT] * 2 < plan->survey->objects)
        return 0;
    if (field->distinct > 3 && field->distinct * 2 > field->n[SURVEY_TEXT])
        return 0;
    for (uint32_t i = 0; i < field->n_values; i++)
        if (strlen(field->values[i].text) != field->values[i].size || strstr(field->values[i].text, "${"))
            return 0;
    if (is_at(field, "/type"))
        return 100;
    words_split(&words, (struct kaiku_text){field->key, field->key_size});
    if (words_match(&words, "event message$ record$") && words_end_with(&words, "type$ name$ kind$ event$"))
        return 80 - (int)field->depth;
    if (field->parent != SURVEY_NONE) {
        const struct survey_field *parent = plan->survey->fields[field->parent];
        words_split(&above, (struct kaiku_text){parent->key, parent->key_size});
        if (!words_match(&above, "meta header event$ envelope"))
            return 0;
    }
    return words.n == 1 && words_match(&words, "type$ kind$ eventtype$ action$") ? 60 - (int)field->depth : 0;
}

static void find_type(struct plan *plan)
{
    struct plan_role *role = &plan->type;

    role->field = best_of(plan, rank_type);
    if (role->field)
        snprintf(role->comment, sizeof(role->comment), "in %s of %s records, %u different ones",
                 plan_figure(survey_field_valued(role->field)).text, plan_figure(plan->survey->objects).text,
                 role->field->distinct);
    else
        snprintf(role->comment, sizeof(role->comment), "none: every record is taken as a 'response'");
}

static int rank_op(const struct plan *plan, const struct survey_field *field)
{
    struct words words;

    plan_words(plan, field, &words);
    if (!words_end_with(&words, "op$ operation$") || !is_mostly(field, field->n[SURVEY_TEXT]))
        return 0;
    for (uint32_t i = 0; i < field->n_values; i++)
        if (strcmp(field->values[i].text, "add") != 0 && strcmp(field->values[i].text, "retract") != 0)
            return 0;
    return 50 - (int)field->depth;
}

static void find_op(struct plan *plan)
{
    plan->op.field = best_of(plan, rank_op);
    snprintf(plan->op.comment, sizeof(plan->op.comment), "%s",
             plan->op.field ? "add or retract" : "none: nothing is ever taken back");
}

/* ---- time ---- */

static int rank_time(const struct plan *plan, const struct survey_field *field)
{
    uint32_t valued = survey_field_valued(field) + field->empty;
    bool is_text = field->n[SURVEY_TEXT] >= field->n[SURVEY_NUMBER];
    int rank = is_text ? 5 : 0;
    struct words words;

    if (!is_mostly(field, field->times) || !is_hardly_any(field->ahead, valued) ||
        field->times * 2 < plan->survey->objects)
        return 0;
    plan_words(plan, field, &words);
    if (words_match(&words, "birth expire expiry due$ until valid next scheduled"))
        return 0;
    if (is_at(field, "/time"))
        rank += 100;
    else if (words_match(&words, "event occurred happened submitted answered completed responded rated"))
        rank += 80;
    else if (words_match(&words, "time timestamp ts$"))
        rank += 60;
    else if (words_match(&words, "at$ date datetime created when"))
        rank += 50;
    else if (words_match(&words, "updated modified received processed ingest"))
        rank += 20;
    else if (!is_text)
        return 0; /* any large number might be a time */
    rank += words_match(&words, "updated modified received processed ingest") ? -30 : 0;
    rank += 20 - (field->depth < 20 ? (int)field->depth : 20);
    return rank > 1 ? rank : 1;
}

/* A number's unit follows its size: docs/events.md. */
static const char *form_of(const struct survey_field *field)
{
    if (field->n[SURVEY_TEXT] >= field->n[SURVEY_NUMBER])
        return "RFC 3339";
    return field->most < 1e11   ? "seconds since 1970"
           : field->most < 1e14 ? "milliseconds since 1970"
           : field->most < 1e17 ? "microseconds since 1970"
                                : "nanoseconds since 1970";
}

static void find_time(struct plan *plan)
{
    const int64_t day_ms = 86400000;
    struct plan_role *role = &plan->time;

    role->field = best_of(plan, rank_time);
    if (!role->field) {
        snprintf(role->comment, sizeof(role->comment),
                 "no field holds a time with an offset: the record's timestamp counts");
        return;
    }
    if (role->field->behind_ms > 300 * day_ms)
        plan->max_age = role->field->behind_ms > 1500 * day_ms ? "20000d" : "2000d";
    snprintf(role->comment, sizeof(role->comment), "in %s of %s records, %s",
             plan_figure(role->field->times).text, plan_figure(plan->survey->objects).text, form_of(role->field));
}

void plan_roles(struct plan *plan)
{
    find_time(plan);
    find_id(plan);
    find_type(plan);
    find_op(plan);
}
