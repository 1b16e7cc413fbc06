/* Dimensions: which fields do people want to group by? Texts with few different values, and none that point to a person
 * who gave feedback. */
#include "plan.h"

#include <stdio.h>

enum { DISTINCT_MAX = 200 };

#define WHO "customer client user member visitor caller account subscriber contact"
#define PRIVATE "first$ last$ surname firstname lastname fullname email mail$ phone mobile msisdn address street " \
                "birth ssn$ iban comment verbatim note$ notes$ body$ message text$ token password secret ip$ signature"
#define STAFF "agent advisor employee operator staff rep$ handler assignee"
#define CODES "id$ code$ no$ nr$ number$ key$ store branch queue site shop region zone level tier"
#define ENVELOPE "specversion datacontenttype dataschema schemaversion version$"

/* What a view is made of most often, the best first. */
static int rank_of(const struct words *words)
{
    static const struct {
        const char *patterns;
        int rank;
    } ranks[] = {
        {"channel", 100},
        {"touchpoint journey stage", 90},
        {"queue team department dept$ group skill", 80},
        {"reason topic category intent", 70},
        {"product service brand segment campaign survey", 65},
        {"region country city site store branch market location", 60},
        {"language locale device platform", 50},
        {STAFF, 40},
        {"status state", 35},
    };

    for (size_t i = 0; i < sizeof(ranks) / sizeof(*ranks); i++)
        if (words_match(words, ranks[i].patterns))
            return ranks[i].rank;
    return 20;
}

static bool is_private(const struct survey_field *field, const struct words *words)
{
    uint32_t texts = field->n[SURVEY_TEXT];

    if (words_match(words, PRIVATE) || !is_hardly_any(field->emails + field->phones, texts ? texts : 1))
        return true;
    return words_match(words, WHO) &&
           (words_end_with(words, WHO) || words_end_with(words, "id$ name$ number$ no$ nr$ key$ uuid$ ref$"));
}

/* NULL: it is one. Otherwise why not. */
static const char *judge(const struct survey_field *field, const struct words *words)
{
    uint32_t valued = survey_field_valued(field), texts = field->n[SURVEY_TEXT] - field->empty;

    if (is_private(field, words))
        return "may say who somebody is";
    if (!is_hardly_any(field->n[SURVEY_OBJECT] + field->n[SURVEY_ARRAY], valued))
        return field->n[SURVEY_OBJECT] ? "sometimes an object" : "an array";
    if (field->distinct < 2 || words_match(words, ENVELOPE))
        return "always the same";
    if (!is_hardly_any(field->times, valued) && is_nearly_all(texts, valued))
        return "a time";
    if (!is_hardly_any(field->local_times, valued))
        return "a date, or a time without an offset";
    if (!is_hardly_any(field->links, valued))
        return "an address of something";
    bool is_code = words_end_with(words, CODES) && field->distinct <= 50 && field->distinct * 4 <= valued;
    if (!is_code && is_nearly_all(field->n[SURVEY_NUMBER], valued))
        return "a number of no kind that its name tells";
    if (!is_code && is_nearly_all(field->numbers_as_text, texts))
        return "numbers written as text: a metric takes numbers only";
    if (!is_code && !is_nearly_all(texts, valued))
        return "values of several JSON types";
    if (field->distinct > DISTINCT_MAX || field->distinct * 2 > valued || !is_hardly_any(field->longs, valued))
        return "too many different values";
    return NULL;
}

static bool is_before(const struct plan_dimension *a, const struct plan_dimension *b)
{
    return a->rank > b->rank || (a->rank == b->rank && a->field->distinct < b->field->distinct);
}

/* In order of rank; the last one goes where there is no room. */
static void insert(struct plan *plan, const struct plan_dimension *dimension)
{
    uint32_t at = plan->n_dimensions;

    while (at > 0 && is_before(dimension, &plan->dimensions[at - 1]))
        at--;
    if (plan->n_dimensions == PLAN_DIMENSIONS) {
        const struct plan_dimension *last = &plan->dimensions[PLAN_DIMENSIONS - 1];
        plan_leave(plan, at == PLAN_DIMENSIONS ? dimension->field : last->field, "more dimensions than are proposed");
        if (at == PLAN_DIMENSIONS)
            return;
        plan->n_dimensions--;
    }
    memmove(plan->dimensions + at + 1, plan->dimensions + at, (plan->n_dimensions - at) * sizeof(*plan->dimensions));
    plan->dimensions[at] = *dimension;
    plan->n_dimensions++;
}

static void describe(const struct plan *plan, struct plan_dimension *dimension)
{
    const struct survey_field *field = dimension->field;

    snprintf(dimension->comment, sizeof(dimension->comment), "%u different values, in %s of %s records%s",
             field->distinct, plan_figure(survey_field_valued(field)).text, plan_figure(plan->survey->objects).text,
             dimension->names_persons ? "; may name persons, and so does every result then" : "");
}

void plan_groups(struct plan *plan)
{
    const struct survey *survey = plan->survey;

    for (uint32_t i = 0; i < survey->n_fields; i++) {
        const struct survey_field *field = survey->fields[i];
        struct plan_dimension dimension = {.field = field};
        struct words words;
        uint32_t valued = survey_field_valued(field);
        if (!field->pointer || plan_is_taken(plan, field) || valued == field->n[SURVEY_OBJECT] ||
            valued * 50 < survey->objects)
            continue;
        plan_words(plan, field, &words);
        const char *why = survey_field_is_usable(survey, field) ? judge(field, &words)
                                                                : "a key that stands twice in a record, or holds NUL";
        if (why) {
            plan_leave(plan, field, why);
            continue;
        }
        dimension.name = plan_name_field(plan, field);
        dimension.names_persons = words_match(&words, STAFF);
        dimension.rank = rank_of(&words) - (field->distinct > 50 ? 30 : 0);
        describe(plan, &dimension);
        insert(plan, &dimension);
    }
}
