/* Names of published fields: do any collide? docs/redis.md lists them for each kind. */
#include "fields.h"
#include "sections.h"

#include <model/rule.h>

#include <stdio.h>

enum { FIELDS_MAX = 4 + KAIKU_MAX_METRICS * KAIKU_MAX_SUFFIXES };

struct field {
    char name[KAIKU_MAX_NAME + sizeof("_detractors")];
    const char *metric; /* NULL: kaiku's own */
    bool in_rows;
};

struct fields {
    struct field items[FIELDS_MAX];
    uint32_t n;
};

static const struct field *find(const struct fields *fields, const char *name)
{
    for (uint32_t i = 0; i < fields->n; i++)
        if (strcmp(fields->items[i].name, name) == 0)
            return &fields->items[i];
    return NULL;
}

static void add_own(struct fields *fields)
{
    static const struct field own[] = {{"n", NULL, true},
                                       {"from", NULL, false},
                                       {"to", NULL, false},
                                       {"updated", NULL, false}};

    memcpy(fields->items, own, sizeof(own));
    fields->n = KAIKU_LENGTH(own);
}

/* Adds the fields of a metric; the first that is taken is told. Whether a metric has a target may change at any
 * time, its name may not: so the fields of targets are taken in any case. */
static void add_metric(struct kaiku_reader *reader, struct fields *fields, uint32_t index)
{
    const struct kaiku_metric *metric = &reader->model->metrics[index];
    const struct kaiku_yaml *name = kaiku_map_get(reader->metrics[index].node, "name");
    bool is_told = false;

    for (const char *const *suffix = kaiku_kind_suffixes(metric->kind); *suffix; suffix++) {
        struct field *field = &fields->items[fields->n];
        snprintf(field->name, sizeof(field->name), "%s%s", metric->name, *suffix);
        field->metric = metric->name;
        field->in_rows = true;
        const struct field *taken = find(fields, field->name);
        fields->n++;
        /* A name that stands twice was told already. */
        if (!taken || is_told || (taken->metric && strcmp(taken->metric, metric->name) == 0))
            continue;
        is_told = true;
        if (taken->metric)
            kaiku_mistake(reader, name,
                          "field '%s' of metric '%s' is a field of metric '%s' already",
                          field->name, metric->name, taken->metric);
        else
            kaiku_mistake(reader, name, "field '%s' of metric '%s' is one of kaiku's own",
                          field->name, metric->name);
    }
}

/* Rows begin with one column for each dimension. */
static void check_dimension(struct kaiku_reader *reader, const struct fields *fields,
                            uint32_t index)
{
    const char *name = reader->model->dimensions[index].name;
    const struct field *taken = find(fields, name);

    if (!taken || !taken->in_rows)
        return;
    if (taken->metric)
        kaiku_mistake(reader, reader->dimension_keys[index],
                      "dimension '%s' is also a field of metric '%s'", name, taken->metric);
    else
        kaiku_mistake(reader, reader->dimension_keys[index],
                      "dimension '%s' is also a field of kaiku's own", name);
}

void kaiku_check_fields(struct kaiku_reader *reader)
{
    struct fields fields;

    add_own(&fields);
    for (uint32_t i = 0; i < reader->model->n_metrics; i++)
        if (reader->metrics[i].has_kind && reader->model->metrics[i].name[0])
            add_metric(reader, &fields, i);
    for (uint32_t i = 0; i < reader->model->n_dimensions; i++)
        check_dimension(reader, &fields, i);
}

static bool has_target(const struct kaiku_view *view, uint32_t window, uint32_t metric)
{
    for (uint32_t i = 0; i < view->n_targets; i++)
        if (view->targets[i].window == window && view->targets[i].metric == metric)
            return true;
    return false;
}

uint32_t kaiku_fields_count(const struct kaiku_model *model, const struct kaiku_view *view,
                            uint32_t window)
{
    uint32_t n = 1; /* n */

    for (uint32_t i = 0; i < model->n_metrics; i++) {
        enum kaiku_kind kind = model->metrics[i].kind;
        for (const char *const *suffix = kaiku_kind_suffixes(kind); *suffix; suffix++)
            n++;
        if (kaiku_kind_has_targets(kind) && !has_target(view, window, i))
            n -= KAIKU_TARGET_SUFFIXES;
    }
    return n;
}
