/* metrics: what is counted. */
#include "reader.h"
#include "sections.h"

#include <stdlib.h>

enum {
    KINDS = KAIKU_RATIO + 1,
    SCALE_STEPS_MAX = 101,
    SCALE_BOUND = 1000000,
    DECIMALS_MAX = 6,
    DECIMALS_DEFAULT = 2,
    TYPE_MAX = 128, /* bytes */
    UNIT_MAX = 64,
};

#define KIND_BIT(kind) (UINT32_C(1) << (kind))

/* Keys that not every kind has. */
static const struct kind_key {
    const char *key;
    uint32_t kinds;
    bool required;
} kind_keys[] = {
    {"field", ~(KIND_BIT(KAIKU_COUNT) | KIND_BIT(KAIKU_RATIO)), true},
    {"type", ~KIND_BIT(KAIKU_RATIO), false},
    {"scale", KIND_BIT(KAIKU_TOP_BOX) | KIND_BIT(KAIKU_MEAN), true},
    {"top", KIND_BIT(KAIKU_TOP_BOX), true},
    {"when", KIND_BIT(KAIKU_RATE), false},
    {"in", KIND_BIT(KAIKU_RATE), false},
    {"decimals", KIND_BIT(KAIKU_SUM), false},
    {"of", KIND_BIT(KAIKU_RATIO), true},
    {"over", KIND_BIT(KAIKU_RATIO), true},
};

static void check_keys(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       enum kaiku_kind kind)
{
    for (size_t i = 0; i < KAIKU_LENGTH(kind_keys); i++) {
        const struct kaiku_yaml_entry *entry = kaiku_yaml_find(node, kind_keys[i].key);
        bool is_allowed = kind_keys[i].kinds & KIND_BIT(kind);
        if (entry && !is_allowed)
            kaiku_mistake(reader, entry->key, "a metric of kind '%s' has no '%s'",
                          kaiku_kind_text(kind), kind_keys[i].key);
        if (!entry && is_allowed && kind_keys[i].required)
            kaiku_mistake(reader, node, "missing key '%s', which a metric of kind '%s' needs",
                          kind_keys[i].key, kaiku_kind_text(kind));
    }
}

static bool read_kind(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      enum kaiku_kind *out)
{
    const char *kinds[KINDS];

    for (int i = 0; i < KINDS; i++)
        kinds[i] = kaiku_kind_text((enum kaiku_kind)i);
    int kind = kaiku_read_choice(reader, node, kinds, KINDS);
    if (kind < 0)
        return false;
    *out = (enum kaiku_kind)kind;
    return true;
}

static void read_type(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t *out)
{
    struct kaiku_model *model = reader->model;
    char *type = kaiku_reader_copy(reader, KAIKU_TEXT("response"));
    uint32_t i = 0;

    kaiku_read_text(reader, node, "a type of events", TYPE_MAX, &type);
    if (!type)
        return;
    while (i < model->n_types && strcmp(model->types[i], type) != 0)
        i++;
    if (i < model->n_types)
        free(type);
    else
        model->types[model->n_types++] = type; /* at most one for each metric */
    *out = i;
}

static bool read_range(struct kaiku_reader *reader, const struct kaiku_yaml *node, int32_t *low,
                       int32_t *high)
{
    int64_t first, last;

    if (!kaiku_read_scalar(reader, node, "LOW..HIGH, such as 1..5"))
        return false;
    if (kaiku_range_read(node->text, &first, &last)) {
        kaiku_mistake_expects(reader, node, "LOW..HIGH, such as 1..5");
        return false;
    }
    if (first > last) {
        kaiku_mistake(reader, node, "%s begins above its end", kaiku_quote(node->written).text);
        return false;
    }
    if (first < -SCALE_BOUND || last > SCALE_BOUND) {
        kaiku_mistake(reader, node, "%s goes beyond +-%d", kaiku_quote(node->written).text,
                      SCALE_BOUND);
        return false;
    }
    *low = (int32_t)first;
    *high = (int32_t)last;
    return true;
}

static void read_scale(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       struct kaiku_metric *metric)
{
    const struct kaiku_yaml *scale = kaiku_map_get(node, "scale");
    const struct kaiku_yaml *top = kaiku_map_get(node, "top");
    bool has_scale = read_range(reader, scale, &metric->low, &metric->high);

    if (has_scale && metric->low == metric->high)
        kaiku_mistake(reader, scale, "a scale needs at least two steps");
    if (has_scale && metric->high - metric->low >= SCALE_STEPS_MAX)
        kaiku_mistake(reader, scale, "a scale has at most %d steps, not %d", SCALE_STEPS_MAX,
                      metric->high - metric->low + 1);
    if (metric->kind != KAIKU_TOP_BOX ||
        !read_range(reader, top, &metric->top_low, &metric->top_high))
        return;
    if (has_scale && (metric->top_low < metric->low || metric->top_high > metric->high))
        kaiku_mistake(reader, top, "top %s is not within the scale %s",
                      kaiku_quote(top->written).text, kaiku_quote(scale->written).text);
}

static void read_rate(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_metric *metric)
{
    const struct kaiku_yaml *when = kaiku_map_get(node, "when");
    const struct kaiku_yaml_entry *among = kaiku_yaml_find(node, "in");

    if (when && among)
        kaiku_mistake(reader, among->key, "a rate has 'when' (numbers) or 'in' (texts), not both");
    if (kaiku_read_scalar(reader, when, "a condition such as <= 20"))
        metric->has_when = kaiku_read_condition(reader, when, when->text, &metric->when);
    if (among)
        kaiku_read_values(reader, among->value, &metric->among, &metric->n_among);
}

static void read_kind_keys(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                           struct kaiku_metric *metric)
{
    uint32_t pointer;

    check_keys(reader, node, metric->kind);
    if (metric->kind != KAIKU_COUNT && metric->kind != KAIKU_RATIO &&
        kaiku_read_pointer(reader, kaiku_map_get(node, "field"), &pointer))
        metric->pointer = (int32_t)pointer;
    if (metric->kind != KAIKU_RATIO)
        read_type(reader, kaiku_map_get(node, "type"), &metric->type);
    if (metric->kind == KAIKU_NPS)
        metric->high = 10;
    if (metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_MEAN)
        read_scale(reader, node, metric);
    if (metric->kind == KAIKU_RATE)
        read_rate(reader, node, metric);
    if (metric->kind == KAIKU_SUM)
        kaiku_read_uint32(reader, kaiku_map_get(node, "decimals"), 0, DECIMALS_MAX,
                          &metric->decimals);
}

/* Tells a second metric of that name. */
static void check_name(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *name)
{
    for (uint32_t i = 0; i < reader->model->n_metrics; i++)
        if (strcmp(reader->model->metrics[i].name, name) == 0)
            kaiku_mistake(reader, node, "metric %s stands twice, first in line %u",
                          kaiku_quote(node->written).text, reader->metrics[i].node->line);
}

static void read_metric(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"name", "kind", "field",    "type", "unit", "scale",
                                       "top",  "when", "decimals", "of",   "over", "in"};
    struct kaiku_model *model = reader->model;
    struct kaiku_metric *metric = &model->metrics[model->n_metrics];
    struct kaiku_metric_node *known = &reader->metrics[model->n_metrics];
    const struct kaiku_yaml *name;

    if (!kaiku_read_map(reader, node, "a metric: a mapping with name and kind", keys,
                        KAIKU_LENGTH(keys)))
        return;
    name = kaiku_map_need(reader, node, "name");
    if (kaiku_read_name(reader, name, metric->name))
        check_name(reader, name, metric->name);
    metric->pointer = -1;
    metric->decimals = DECIMALS_DEFAULT;
    known->node = node;
    model->n_metrics++;
    kaiku_read_text(reader, kaiku_map_get(node, "unit"), "a unit", UNIT_MAX, &metric->unit);
    known->has_kind = read_kind(reader, kaiku_map_need(reader, node, "kind"), &metric->kind);
    if (known->has_kind)
        read_kind_keys(reader, node, metric);
}

static void resolve_count(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t *out)
{
    if (!kaiku_read_scalar(reader, node, "the name of a metric of kind 'count'"))
        return;
    int index = kaiku_find_metric(reader, node, node->text);
    if (index < 0)
        return;
    if (reader->metrics[index].has_kind && reader->model->metrics[index].kind != KAIKU_COUNT)
        kaiku_mistake(reader, node,
                      "a ratio is of two metrics of kind 'count', but %s is of kind '%s'",
                      kaiku_quote(node->written).text,
                      kaiku_kind_text(reader->model->metrics[index].kind));
    *out = (uint32_t)index;
}

void kaiku_read_metrics(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    struct kaiku_model *model = reader->model;

    if (!kaiku_read_list(reader, node, "a list of metrics", 1, KAIKU_MAX_METRICS))
        return;
    for (uint32_t i = 0; i < node->n; i++)
        read_metric(reader, node->entries[i].value);
    for (uint32_t i = 0; i < model->n_metrics; i++) {
        struct kaiku_metric *metric = &model->metrics[i];
        if (!reader->metrics[i].has_kind || metric->kind != KAIKU_RATIO)
            continue;
        resolve_count(reader, kaiku_map_get(reader->metrics[i].node, "of"), &metric->of);
        resolve_count(reader, kaiku_map_get(reader->metrics[i].node, "over"), &metric->over);
    }
}

int kaiku_find_metric(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_text name)
{
    const struct kaiku_model *model = reader->model;
    struct kaiku_suggestion suggestion = kaiku_suggestion_for(name);

    for (uint32_t i = 0; i < model->n_metrics; i++) {
        if (kaiku_text_equal(name, kaiku_text_of(model->metrics[i].name)))
            return (int)i;
        kaiku_suggestion_offer(&suggestion, model->metrics[i].name);
    }
    kaiku_mistake_unknown(reader, node, "metric", &suggestion);
    return -1;
}
