/* Names of dimensions and metrics: valid, and none in the way of another one's fields. */
#include "plan.h"

#include <stdio.h>

/* Words that say nothing without the key before, say nothing even with it, and keys that say nothing before others. */
#define GENERAL "value$ name$ id$ code$ label$ key$ text$ score$ rating$ answer$ result$ raw$ type$ status$"
#define EMPTY "value$ name$ raw$"
#define ENVELOPE "data$ payload$ body$ event$ record$ message$ fields$ answers$ responses$ properties$ attributes$ " \
                 "after$"

/* What is published behind a metric's name: see docs/redis.md. */
static const char *const suffixes[] = {
    "_lo", "_hi", "_n", "_mean", "_sd", "_promoters", "_passives", "_detractors", "_p50", "_p90", "_p95", "_p99",
    "_target", "_gap", "_needed", "_status",
};

/* Fields of kaiku's own, those of every feed, and what YAML takes for no text. */
static const char *const reserved[] = {"n", "from", "to", "updated", "id", "at", "topic", "partition", "offset",
                                       "value", "rank", "null", "true", "false", "yes", "no", "on", "off"};

static bool is_field_of(const char *name, const char *metric)
{
    size_t size = strlen(metric);

    if (strncmp(name, metric, size) != 0)
        return false;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
        if (strcmp(name + size, suffixes[i]) == 0)
            return true;
    return name[size] == '\0';
}

static bool clash(const char *a, const char *b)
{
    return is_field_of(a, b) || is_field_of(b, a);
}

static bool is_free(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
        if (clash(name, reserved[i]))
            return false;
    for (uint32_t i = 0; i < plan->n_dimensions; i++)
        if (clash(name, plan->dimensions[i].name.text))
            return false;
    for (uint32_t i = 0; i < plan->n_metrics; i++)
        if (clash(name, plan->metrics[i].name.text))
            return false;
    return true;
}

/* Puts words before what name holds; false where there is no room. */
static bool put_before(struct plan_name *name, const struct words *words)
{
    char text[WORDS_BYTES + sizeof(name->text) + 1] = "";
    size_t size = 0;

    for (uint32_t i = 0; i < words->n; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", i ? "_" : "", words_get(words, i));
    if (name->text[0])
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", size ? "_" : "", name->text);
    bool has_room = size <= KAIKU_MAX_NAME;
    if (!has_room && name->text[0])
        return false;
    snprintf(name->text, sizeof(name->text), "%.*s", KAIKU_MAX_NAME, text);
    for (size_t end = strlen(name->text); end > 0 && name->text[end - 1] == '_';)
        name->text[--end] = '\0';
    return has_room;
}

/* A name begins with a letter. */
static void mend(struct plan_name *name, const char *otherwise)
{
    char text[sizeof(name->text)];

    if (name->text[0] >= 'a' && name->text[0] <= 'z')
        return;
    snprintf(text, sizeof(text), "%s%s%.20s", otherwise, name->text[0] ? "_" : "", name->text);
    memcpy(name->text, text, sizeof(text));
}

static void number(const struct plan *plan, struct plan_name *name)
{
    char text[sizeof(name->text)];

    for (unsigned i = 2; !is_free(plan, name->text); i++) {
        if (i == 2)
            memcpy(text, name->text, sizeof(text));
        snprintf(name->text, sizeof(name->text), "%.26s_%u", text, i);
    }
}

static const struct survey_field *above(const struct plan *plan, const struct survey_field *field)
{
    return field->parent == SURVEY_NONE ? NULL : plan->survey->fields[field->parent];
}

static void split(const struct survey_field *field, struct words *words)
{
    words_split(words, (struct kaiku_text){field->key, field->key_size});
}

/* How many keys before it does a name need? 0; 1; -1: that one alone. */
static int keys_before(const struct plan *plan, const struct survey_field *field)
{
    const struct survey_field *parent = above(plan, field);
    struct words words, before;

    split(field, &words);
    if (!parent || (words.n > 0 && !(words.n == 1 && words_match(&words, GENERAL))))
        return 0;
    split(parent, &before);
    if (words.n > 0 && before.n == 1 && words_match(&before, ENVELOPE))
        return 0;
    return before.n > 0 && words_match(&words, EMPTY) ? -1 : 1;
}

struct plan_name plan_name_field(const struct plan *plan, const struct survey_field *field)
{
    struct plan_name name = {""};
    struct words words;
    int more = keys_before(plan, field);

    for (const struct survey_field *at = more < 0 ? above(plan, field) : field; at; at = above(plan, at), more--) {
        split(at, &words);
        if (!put_before(&name, &words) || (more <= 0 && name.text[0] && is_free(plan, name.text)))
            break;
    }
    mend(&name, "field");
    number(plan, &name);
    return name;
}

struct plan_name plan_name_text(const struct plan *plan, struct kaiku_text text, const char *otherwise)
{
    struct plan_name name = {""};
    struct words words;

    words_split(&words, text);
    put_before(&name, &words);
    mend(&name, otherwise);
    number(plan, &name);
    return name;
}

void plan_words(const struct plan *plan, const struct survey_field *field, struct words *words)
{
    split(field, words);
    while (above(plan, field) && (words->n == 0 || (words->n == 1 && words_match(words, "value$ raw$ n$ result$")))) {
        field = above(plan, field);
        split(field, words);
    }
}

struct plan_figure plan_figure(uint32_t n)
{
    struct plan_figure figure;

    if (n < 1000)
        snprintf(figure.text, sizeof(figure.text), "%u", n);
    else
        snprintf(figure.text, sizeof(figure.text), "%u,%03u", n / 1000 % 1000000, n % 1000);
    return figure;
}
