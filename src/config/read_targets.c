/* targets: what members should reach. */
#include "sections.h"
#include "windows.h"

#include <model/rule.h>

#include <stdlib.h>

enum {
    TARGETS_MAX = 10000,
    GOAL_MAX = 1000000, /* kaiku_target_evaluate stays exact below 2^53 */
    MILLIONTHS = 6,     /* decimals of a goal */
};

static struct kaiku_view *find_view(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    struct kaiku_model *model = reader->model;

    if (!kaiku_read_scalar(reader, node, "the name of a view"))
        return NULL;
    struct kaiku_suggestion suggestion = kaiku_suggestion_for(node->text);
    for (uint32_t i = 0; i < model->n_views; i++) {
        if (kaiku_text_equal(node->text, kaiku_text_of(model->views[i].name)))
            return &model->views[i];
        kaiku_suggestion_offer(&suggestion, model->views[i].name);
    }
    kaiku_mistake_unknown(reader, node, "view", &suggestion);
    return NULL;
}

static void read_metric(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t *out)
{
    if (!kaiku_read_scalar(reader, node, "the name of a metric"))
        return;
    int metric = kaiku_find_metric(reader, node, node->text);
    if (metric < 0)
        return;
    enum kaiku_kind kind = reader->model->metrics[metric].kind;
    if (reader->metrics[metric].has_kind && !kaiku_kind_has_targets(kind))
        kaiku_mistake(reader, node,
                      "a metric of kind '%s' takes no target, only nps, top_box, mean, "
                      "rate and ratio do", kaiku_kind_text(kind));
    *out = (uint32_t)metric;
}

static void read_goal_number(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                             int64_t *micro)
{
    struct kaiku_decimal number;

    if (!kaiku_read_scalar(reader, node, "a number or {at_most: NUMBER}"))
        return;
    if (kaiku_decimal_read(node->text, &number) ||
        !kaiku_decimal_scaled(&number, MILLIONTHS, micro) ||
        llabs(*micro) > GOAL_MAX * INT64_C(1000000))
        kaiku_mistake_expects(reader, node, "a number within +-%d with at most %d decimals",
                              GOAL_MAX, MILLIONTHS);
}

static void read_goal(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_goal *goal)
{
    static const char *const keys[] = {"at_most"};

    if (!node || node->kind != KAIKU_YAML_MAP) {
        read_goal_number(reader, node, &goal->micro);
        return;
    }
    goal->at_most = true;
    kaiku_read_map(reader, node, "a number or {at_most: NUMBER}", keys, KAIKU_LENGTH(keys));
    read_goal_number(reader, kaiku_map_need(reader, node, "at_most"), &goal->micro);
}

/* A new target behind the view's others; NULL when out of memory. */
static struct kaiku_target *add_target(struct kaiku_reader *reader, struct kaiku_view *view)
{
    struct kaiku_target *targets = reallocarray(view->targets, view->n_targets + 1,
                                                sizeof(*targets));

    if (!targets) {
        reader->out_of_memory = true;
        return NULL;
    }
    view->targets = targets;
    targets[view->n_targets] = (struct kaiku_target){0};
    return &targets[view->n_targets++];
}

/* Splits at '|' into parts, of which a member of the view has `expected`. */
static void split_member(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                         uint32_t expected,
                        struct kaiku_text parts[KAIKU_MAX_BY])
{
    struct kaiku_text rest = node->text;
    uint32_t n = 0;

    for (bool more = true; more; n++) {
        const char *bar = rest.size ? memchr(rest.data, '|', rest.size) : NULL;
        struct kaiku_text part = {rest.data, bar ? (size_t)(bar - rest.data) : rest.size};
        if (n < expected)
            parts[n] = (struct kaiku_text){kaiku_reader_copy(reader, part), part.size};
        more = bar != NULL;
        rest = more ? (struct kaiku_text){bar + 1, rest.size - part.size - 1} : rest;
    }
    if (n != expected)
        kaiku_mistake(reader, node, "member %s has %u %s, but the view has %u %s",
                      kaiku_quote(node->written).text, n, n == 1 ? "part" : "parts", expected,
                      expected == 1 ? "dimension" : "dimensions");
}

static void read_member(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                         const struct kaiku_view *view, struct kaiku_target *target)
{
    if (!kaiku_read_scalar(reader, node, "a member such as 'phone|_all' or 'phone|*'"))
        return;
    if (view->n_by > 0)
        split_member(reader, node, view->n_by, target->parts);
    else if (!kaiku_text_equal(node->text, KAIKU_TEXT("_all")))
        kaiku_mistake_expects(reader, node, "'_all', the only member of a view by nothing");
}

static void read_place(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       const struct kaiku_view *view, struct kaiku_target *target)
{
    const struct kaiku_view_node *known = &reader->views[view - reader->model->views];
    const struct kaiku_yaml *member = kaiku_map_need(reader, node, "member");
    const struct kaiku_yaml *window = kaiku_map_need(reader, node, "window");

    if (known->has_windows && kaiku_read_scalar(reader, window, "the name of a window"))
        target->window = (uint32_t)kaiku_find_window(reader, window, view);
    if (known->has_by)
        read_member(reader, member, view, target);
}

static void read_target(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"view", "member", "metric", "window", "goal"};
    struct kaiku_target ignored = {0}, *target = &ignored;

    if (!kaiku_read_map(reader, node,
                        "a target: a mapping with view, member, metric, window and goal",
                        keys, KAIKU_LENGTH(keys)))
        return;
    struct kaiku_view *view = find_view(reader, kaiku_map_need(reader, node, "view"));
    if (view) {
        target = add_target(reader, view);
        if (!target)
            return;
        read_place(reader, node, view, target);
    }
    read_metric(reader, kaiku_map_need(reader, node, "metric"), &target->metric);
    read_goal(reader, kaiku_map_need(reader, node, "goal"), &target->goal);
}

void kaiku_read_targets(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    if (!kaiku_read_list(reader, node, "a list of targets", 0, TARGETS_MAX))
        return;
    for (uint32_t i = 0; i < node->n; i++)
        read_target(reader, node->entries[i].value);
}
