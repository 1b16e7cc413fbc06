/* Metrics: which fields are answers and measurements, and of what kind? */
#include "plan.h"

#include <stdio.h>

#define SECONDS "s$ sec$ secs$ second$ seconds$"
#define MILLISECONDS "ms$ msec$ millis$ millisecond$ milliseconds$"
#define MINUTES "min$ mins$ minute$ minutes$"
#define HOURS "h$ hr$ hrs$ hour$ hours$"
#define IDENTITY "id$ ids$ uuid guid key$ code$ number$ nr$ no$ num$ zip$ zipcode postal postcode phone mobile " \
                 "msisdn index$ idx$ version seq sequence offset$ partition$ year$ month$ day$ hash lat$ lon$ lng$ " \
                 "latitude longitude"

static const char *const yes_words[] = {"yes", "Yes", "YES", "y", "Y", "true", "True", "TRUE", "ja", "Ja", "kyllä"};
static const char *const no_words[] = {"no", "No", "NO", "n", "N", "false", "False", "FALSE", "nein", "nej",
                                       "Nej", "ei"};

/* Whole numbers within a scale nearly always; says how many are not. */
static bool fits(const struct survey_field *field, int32_t low, int32_t high)
{
    return is_nearly_all(survey_field_within(field, low, high), field->n[SURVEY_NUMBER]);
}

static uint32_t steps_used(const struct survey_field *field, int32_t low, int32_t high)
{
    uint32_t n = 0;

    for (int32_t step = low; step <= high; step++)
        n += field->steps[step - SURVEY_FIRST_STEP] > 0;
    return n;
}

static void set_scale(struct plan_metric *metric, enum kaiku_kind kind, int32_t low, int32_t high, int32_t top)
{
    metric->kind = kind;
    metric->low = low;
    metric->high = high;
    metric->top = top;
}

/* The narrowest usual scale that holds nearly all. */
static bool set_usual_scale(const struct survey_field *field, enum kaiku_kind kind, struct plan_metric *metric)
{
    static const int32_t scales[][3] = {
        {1, 5, 4}, {1, 7, 6}, {1, 10, 9}, {0, 5, 4}, {0, 10, 9}, {0, 100, 80}, {-5, 5, 3}, {-50, 50, 25},
    };

    for (size_t i = 0; i < sizeof(scales) / sizeof(*scales); i++) {
        if (!fits(field, scales[i][0], scales[i][1]))
            continue;
        set_scale(metric, kind, scales[i][0], scales[i][1], scales[i][2]);
        return true;
    }
    return false;
}

/* Scores, by name and by what they are. */
static bool judge_score(const struct survey_field *field, const struct words *words, struct plan_metric *metric)
{
    if (words_match(words, "nps recommend promoter ltr$ likelihood") && fits(field, 0, 10)) {
        set_scale(metric, KAIKU_NPS, 0, 10, 0);
        return true;
    }
    if (words_match(words, "ces$ effort ease$ easy easiness"))
        return fits(field, 1, 7) ? (set_scale(metric, KAIKU_MEAN, 1, 7, 0), true)
                                 : set_usual_scale(field, KAIKU_MEAN, metric);
    if (words_match(words, "csat satisf star$ stars$ happy happiness smiley tyytyv"))
        return set_usual_scale(field, KAIKU_TOP_BOX, metric);
    if (words_match(words, "sentiment mood emotion"))
        return set_usual_scale(field, KAIKU_MEAN, metric);
    if (!words_match(words, "score scores rating answer grade question feedback q1$ q2$ q3$ q4$ q5$"))
        return false;
    if (fits(field, 0, 10) && survey_field_within(field, 0, 0) > 0 && steps_used(field, 0, 10) >= 8) {
        set_scale(metric, KAIKU_NPS, 0, 10, 0);
        return true;
    }
    return set_usual_scale(field, fits(field, 1, 5) ? KAIKU_TOP_BOX : KAIKU_MEAN, metric);
}

static const char *unit_of_duration(const struct words *words)
{
    return words_end_with(words, MILLISECONDS) ? "ms"
           : words_end_with(words, SECONDS)    ? "s"
           : words_end_with(words, MINUTES)    ? "min"
           : words_end_with(words, HOURS)      ? "h"
                                               : NULL;
}

static const char *unit_of_amount(const struct words *words)
{
    static const char *const units[][2] = {{"eur$ euro$ euros$", "EUR"}, {"usd$ dollars$", "USD"}, {"gbp$", "GBP"},
                                           {"sek$", "SEK"}, {"nok$", "NOK"}, {"dkk$", "DKK"}, {"chf$", "CHF"}};

    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (words_match(words, units[i][0]))
            return units[i][1];
    return NULL;
}

/* Measurements. */
static bool judge_quantity(const struct survey_field *field, const struct words *words, struct plan_metric *metric)
{
    uint32_t numbers = field->n[SURVEY_NUMBER];
    bool is_duration = unit_of_duration(words) ||
                       words_match(words, "wait hold handl durat latency elapsed delay aht$ asa$ wrap talk time$");

    if (is_duration && is_nearly_all(numbers - field->negative - field->large, numbers)) {
        metric->kind = KAIKU_QUANTILES;
        metric->unit = unit_of_duration(words);
        return true;
    }
    bool is_count = words_match(words, "count items quantity qty$ attempts transfers messages retries pages visits");
    bool is_amount = unit_of_amount(words) ||
                     words_match(words, "amount price cost total revenue refund fee$ fees$ discount balance spend "
                                        "paid");
    if (is_duration || (!is_count && !is_amount) || field->decimals > 6)
        return false;
    metric->kind = KAIKU_SUM;
    metric->decimals = is_count ? 0 : field->decimals > 2 ? field->decimals : 2;
    metric->unit = unit_of_amount(words);
    return !is_count || is_nearly_all(field->whole, numbers);
}

static bool judge_number(const struct survey_field *field, const struct words *words, struct plan_metric *metric)
{
    if (field->n[SURVEY_NUMBER] == 0 || words_end_with(words, IDENTITY))
        return false;
    if (judge_score(field, words, metric) || judge_quantity(field, words, metric))
        return true;
    bool is_flag = fits(field, 0, 1) && steps_used(field, 0, 1) == 2;
    if (is_flag)
        metric->kind = KAIKU_RATE;
    return is_flag;
}

static bool is_among(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* yes and no, or feelings: which of the texts count as true? */
static bool judge_text(const struct survey_field *field, const struct words *words, struct plan_metric *metric)
{
    static const char *const bad[] = {"negative", "Negative", "NEGATIVE", "anger", "angry", "fear", "sad", "sadness",
                                      "frustrated", "frustration", "upset", "disgust", "disappointed"};
    bool feels = words_match(words, "sentiment mood emotion feeling");
    uint32_t known = 0;

    if (field->distinct != field->n_values || field->n_values > SURVEY_VALUES - 1)
        return false;
    for (uint32_t i = 0; i < field->n_values; i++) {
        const char *text = field->values[i].text;
        bool is_yes = feels ? is_among(text, bad, sizeof(bad) / sizeof(*bad))
                            : is_among(text, yes_words, sizeof(yes_words) / sizeof(*yes_words));
        known += is_yes || is_among(text, no_words, sizeof(no_words) / sizeof(*no_words));
        metric->yes |= is_yes ? 1u << i : 0;
    }
    metric->kind = KAIKU_RATE;
    metric->has_values = true;
    return metric->yes != 0 && (feels || (known == field->n_values && known == 2));
}

/* ---- what was seen ---- */

static void describe(const struct plan *plan, struct plan_metric *metric)
{
    const struct survey_field *field = metric->field;
    const struct survey_type *type = &plan->survey->types[metric->type];
    uint32_t right = metric->has_values ? field->n[SURVEY_TEXT] : field->n[SURVEY_NUMBER];
    char range[48] = "", others[64] = "";
    bool is_scale = metric->kind == KAIKU_NPS || metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_MEAN;

    if (metric->kind == KAIKU_RATE && !metric->has_values)
        right = field->n[SURVEY_TRUE] + field->n[SURVEY_FALSE] + survey_field_within(field, 0, 1);
    else if (is_scale)
        right = survey_field_within(field, metric->low, metric->high);
    if (is_scale || metric->kind == KAIKU_QUANTILES || metric->kind == KAIKU_SUM)
        snprintf(range, sizeof(range), ", %.10g..%.10g", field->least, field->most);
    if (right < survey_field_valued(field))
        snprintf(others, sizeof(others), "; %s that do not fit are dropped",
                 plan_figure(survey_field_valued(field) - right).text);
    snprintf(metric->comment, sizeof(metric->comment), "in %s of %s %s%s%s%s",
             plan_figure(field->of_type[metric->type]).text, plan_figure(type->n).text,
             plan->survey->n_types > 1 ? "events of its type" : "records", range, others,
             metric->kind == KAIKU_QUANTILES && !metric->unit ? "; unit: say it" : "");
}

static uint32_t type_of(const struct survey *survey, const struct survey_field *field)
{
    uint32_t best = 0;

    for (uint32_t t = 1; t < survey->n_types; t++)
        if (field->of_type[t] > field->of_type[best])
            best = t;
    return best;
}

static bool judge(const struct plan *plan, const struct survey_field *field, struct plan_metric *metric)
{
    uint32_t valued = survey_field_valued(field);
    struct words words;

    plan_words(plan, field, &words);
    if (is_nearly_all(field->n[SURVEY_TRUE] + field->n[SURVEY_FALSE], valued)) {
        metric->kind = KAIKU_RATE;
        return true;
    }
    if (is_nearly_all(field->n[SURVEY_NUMBER], valued))
        return judge_number(field, &words, metric);
    return is_nearly_all(field->n[SURVEY_TEXT] - field->empty, valued) && judge_text(field, &words, metric);
}

void plan_measures(struct plan *plan)
{
    const struct survey *survey = plan->survey;

    for (uint32_t i = 0; i < survey->n_fields; i++) {
        const struct survey_field *field = survey->fields[i];
        struct plan_metric metric = {.field = field, .type = type_of(survey, field)};
        uint32_t valued = survey_field_valued(field);
        bool is_rare = valued * 50 < survey->objects || (valued == 1 && survey->objects >= 20);
        if (!survey_field_is_usable(survey, field) || is_rare || plan_is_taken(plan, field) ||
            !judge(plan, field, &metric))
            continue;
        if (plan->n_metrics == PLAN_METRICS) {
            plan_leave(plan, field, "more metrics than are proposed");
            continue;
        }
        metric.name = plan_name_field(plan, field);
        describe(plan, &metric);
        plan->metrics[plan->n_metrics++] = metric;
    }
}
