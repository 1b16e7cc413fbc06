#include "model_fixture.h"

#include <model/digest.h>
#include <model/layout.h>

#include <stdio.h>
#include <stdlib.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

char *kaiku_fixture_string(const char *string)
{
    return must(strdup(string));
}

struct kaiku_text kaiku_fixture_text(const char *string)
{
    return kaiku_text_of(kaiku_fixture_string(string));
}

/* The index of string in a growing list, added where it is new. */
static uint32_t intern(char ***strings, uint32_t *n, const char *string)
{
    for (uint32_t i = 0; i < *n; i++)
        if (strcmp((*strings)[i], string) == 0)
            return i;
    *strings = must(realloc(*strings, (*n + 1) * sizeof(**strings)));
    (*strings)[*n] = kaiku_fixture_string(string);
    return (*n)++;
}

uint32_t kaiku_fixture_pointer(struct kaiku_model *model, const char *pointer)
{
    return intern(&model->pointers, &model->n_pointers, pointer);
}

uint32_t kaiku_fixture_type(struct kaiku_model *model, const char *type)
{
    return intern(&model->types, &model->n_types, type);
}

uint32_t kaiku_fixture_metric(const struct kaiku_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->n_metrics; i++)
        if (strcmp(model->metrics[i].name, name) == 0)
            return i;
    abort();
}

uint32_t kaiku_fixture_dimension(const struct kaiku_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->n_dimensions; i++)
        if (strcmp(model->dimensions[i].name, name) == 0)
            return i;
    abort();
}

uint32_t kaiku_fixture_view(const struct kaiku_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->n_views; i++)
        if (strcmp(model->views[i].name, name) == 0)
            return i;
    abort();
}

struct kaiku_condition kaiku_fixture_condition(const char *text)
{
    static const struct {
        char sign[3];
        enum kaiku_relation relation;
    } relations[] = {
        {"<=", KAIKU_LE}, {">=", KAIKU_GE}, {"==", KAIKU_EQ}, {"<", KAIKU_LT}, {">", KAIKU_GT},
    };
    struct kaiku_condition condition = {.text = kaiku_fixture_string(text)};

    for (size_t i = 0; i < sizeof(relations) / sizeof(*relations); i++) {
        size_t size = strlen(relations[i].sign);
        const char *limit = condition.text + size;
        if (strncmp(condition.text, relations[i].sign, size) != 0)
            continue;
        condition.relation = relations[i].relation;
        limit += strspn(limit, " ");
        if (kaiku_decimal_read(kaiku_text_of(limit), &condition.limit) == KAIKU_OK)
            return condition;
    }
    abort();
}

static void name_it(char out[KAIKU_MAX_NAME + 1], const char *name)
{
    snprintf(out, KAIKU_MAX_NAME + 1, "%s", name);
}

static void add_dimensions(struct kaiku_model *model)
{
    static const char *const names[] = {"channel", "touchpoint", "team", "agent", "reason"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct kaiku_dimension *dimension = &model->dimensions[model->n_dimensions++];
        char pointer[KAIKU_MAX_NAME + 2];

        name_it(dimension->name, names[i]);
        snprintf(pointer, sizeof(pointer), "/%s", names[i]);
        dimension->pointer = kaiku_fixture_pointer(model, pointer);
        dimension->max_values = 10000;
    }
}

static struct kaiku_metric *add_metric(struct kaiku_model *model, const char *name,
                                       enum kaiku_kind kind, const char *pointer)
{
    struct kaiku_metric *metric = &model->metrics[model->n_metrics++];

    name_it(metric->name, name);
    metric->kind = kind;
    metric->pointer = pointer ? (int32_t)kaiku_fixture_pointer(model, pointer) : -1;
    metric->type = kind == KAIKU_RATIO ? 0 : kaiku_fixture_type(model, "response");
    return metric;
}

static void set_scale(struct kaiku_metric *metric, int32_t low, int32_t high)
{
    metric->low = low;
    metric->high = high;
}

static void add_metrics(struct kaiku_model *model)
{
    struct kaiku_metric *metric;

    set_scale(add_metric(model, "nps", KAIKU_NPS, "/nps"), 0, 10);
    metric = add_metric(model, "csat", KAIKU_TOP_BOX, "/csat");
    set_scale(metric, 1, 5);
    metric->top_low = 4;
    metric->top_high = 5;
    set_scale(add_metric(model, "ces", KAIKU_MEAN, "/ces"), 1, 7);
    add_metric(model, "resolved", KAIKU_RATE, "/resolved");
    metric = add_metric(model, "in_time", KAIKU_RATE, "/wait_s");
    metric->has_when = true;
    metric->when = kaiku_fixture_condition("<= 20");
    add_metric(model, "wait_s", KAIKU_QUANTILES, "/wait_s")->unit = kaiku_fixture_string("s");
    add_metric(model, "handle_s", KAIKU_QUANTILES, "/handle_s")->unit = kaiku_fixture_string("s");
    add_metric(model, "invited", KAIKU_COUNT, NULL)->type = kaiku_fixture_type(model, "invitation");
    add_metric(model, "answered", KAIKU_COUNT, NULL);
    metric = add_metric(model, "response_rate", KAIKU_RATIO, NULL);
    metric->of = kaiku_fixture_metric(model, "answered");
    metric->over = kaiku_fixture_metric(model, "invited");
}

static void add_window(struct kaiku_view *view, const char *name, enum kaiku_window_unit unit,
                       int64_t length_ms, int64_t retention_ms)
{
    struct kaiku_window *window = &view->windows[view->n_windows++];

    snprintf(window->name, sizeof(window->name), "%s", name);
    window->unit = unit;
    window->length_ms = length_ms;
    window->retention_ms = retention_ms;
}

static void add_target(struct kaiku_model *model, struct kaiku_view *view, const char *metric,
                       uint32_t window, const char *const *parts, int64_t goal)
{
    struct kaiku_target *target;

    view->targets = must(realloc(view->targets, (view->n_targets + 1) * sizeof(*view->targets)));
    target = &view->targets[view->n_targets++];
    *target = (struct kaiku_target){
        .metric = kaiku_fixture_metric(model, metric),
        .window = window,
        .goal = {.micro = goal * 1000000},
    };
    for (uint32_t i = 0; i < view->n_by; i++)
        target->parts[i] = kaiku_fixture_text(parts[i]);
}

static void add_contact(struct kaiku_model *model)
{
    static const char *const phone[] = {"phone", "_all"};
    struct kaiku_view *view = &model->views[model->n_views++];

    name_it(view->name, "contact");
    view->rows = 500;
    view->by[view->n_by++] = kaiku_fixture_dimension(model, "channel");
    view->by[view->n_by++] = kaiku_fixture_dimension(model, "touchpoint");
    for (uint32_t grouping = 0; grouping < 4; grouping++)
        view->groupings[view->n_groupings++] = grouping;
    add_window(view, "1m", KAIKU_FIXED, MINUTE_MS, DAY_MS);
    add_window(view, "1h", KAIKU_FIXED, HOUR_MS, 30 * DAY_MS);
    add_window(view, "day", KAIKU_DAY, 0, 800 * DAY_MS);
    add_window(view, "month", KAIKU_MONTH, 0, 3700 * DAY_MS);
    add_target(model, view, "nps", 3, phone, 40);
}

static void add_people(struct kaiku_model *model)
{
    static const char *const phone[] = {"_all", "*", "phone"};
    static const char *const chat[] = {"_all", "*", "chat"};
    struct kaiku_view *view = &model->views[model->n_views++];

    name_it(view->name, "people");
    view->rows = 500;
    view->by[view->n_by++] = kaiku_fixture_dimension(model, "team");
    view->by[view->n_by++] = kaiku_fixture_dimension(model, "agent");
    view->by[view->n_by++] = kaiku_fixture_dimension(model, "channel");
    view->groupings[view->n_groupings++] = 1; /* team */
    view->groupings[view->n_groupings++] = 3; /* team, agent */
    view->groupings[view->n_groupings++] = 6; /* agent, channel */
    add_window(view, "day", KAIKU_DAY, 0, 800 * DAY_MS);
    add_window(view, "month", KAIKU_MONTH, 0, 3700 * DAY_MS);
    add_target(model, view, "nps", 1, phone, 35);
    add_target(model, view, "nps", 1, chat, 45);
}

static void carry(struct kaiku_alert *alert, const char *name, enum kaiku_carry_from from,
                  uint32_t index)
{
    struct kaiku_carry *item;

    alert->carry = must(realloc(alert->carry, (alert->n_carry + 1) * sizeof(*alert->carry)));
    item = &alert->carry[alert->n_carry++];
    name_it(item->name, name);
    item->from = from;
    item->index = index;
}

static struct kaiku_alert *add_alert(struct kaiku_model *model, const char *name, const char *when)
{
    static const char *const dimensions[] = {"channel", "touchpoint", "agent"};
    struct kaiku_alert *alert = &model->alerts[model->n_alerts++];

    name_it(alert->name, name);
    alert->metric = kaiku_fixture_metric(model, "nps");
    alert->when = kaiku_fixture_condition(when);
    alert->keep = 10000;
    carry(alert, "id", KAIKU_CARRY_ID, 0);
    for (size_t i = 0; i < sizeof(dimensions) / sizeof(*dimensions); i++)
        carry(alert, dimensions[i], KAIKU_CARRY_DIMENSION,
              kaiku_fixture_dimension(model, dimensions[i]));
    return alert;
}

struct kaiku_model *kaiku_fixture_contact(void)
{
    struct kaiku_model *model = must(calloc(1, sizeof(*model)));

    model->id[model->n_id++] = kaiku_fixture_pointer(model, "/id");
    model->type = kaiku_fixture_pointer(model, "/type");
    model->op = kaiku_fixture_pointer(model, "/op");
    model->time = kaiku_fixture_pointer(model, "/time");
    model->max_bytes = 65536;
    model->max_ahead_ms = 10000;
    model->max_age_ms = 400 * DAY_MS;
    model->late_after_ms = MINUTE_MS;
    model->time_zone = kaiku_fixture_string("Europe/Helsinki");
    model->dedup_span = 100000;
    model->shards = 64;
    add_dimensions(model);
    add_metrics(model);
    add_contact(model);
    add_people(model);
    carry(add_alert(model, "detractor", "<= 6"), "comment_ref", KAIKU_CARRY_POINTER,
          kaiku_fixture_pointer(model, "/comment_ref"));
    add_alert(model, "promoter", ">= 9");

    kaiku_layout_assign(model);
    if (kaiku_digest_model(model) != KAIKU_OK)
        abort();
    return model;
}

void kaiku_fixture_destroy(struct kaiku_model *model)
{
    kaiku_model_release(model);
    free(model);
}
