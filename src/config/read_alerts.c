/* alerts: events that are listed one by one. */
#include "sections.h"

#include <stdlib.h>

enum {
    KEEP_MAX = 10000000,
    KEEP_DEFAULT = 10000,
    CARRY_MAX = 64,
};

/* "nps <= 6" */
static void read_when(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_alert *alert)
{
    if (!kaiku_read_scalar(reader, node, "METRIC OP NUMBER, such as nps <= 6"))
        return;
    struct kaiku_text text = kaiku_text_trim(node->text);
    size_t size = 0;
    while (size < text.size && !strchr(" \t<>=", text.data[size]))
        size++;
    struct kaiku_text rest = kaiku_text_trim((struct kaiku_text){text.data + size,
                                                                 text.size - size});
    if (size == 0 || rest.size == 0) {
        kaiku_mistake_expects(reader, node, "METRIC OP NUMBER, such as nps <= 6");
        return;
    }
    kaiku_read_condition(reader, node, rest, &alert->when);
    int metric = kaiku_find_metric(reader, node, (struct kaiku_text){text.data, size});
    if (metric < 0)
        return;
    enum kaiku_kind kind = reader->model->metrics[metric].kind;
    if (reader->metrics[metric].has_kind && (kind == KAIKU_UNIQUE || kind == KAIKU_RATIO))
        kaiku_mistake(reader, node,
                      "a metric of kind '%s' has no value in a single event, so it cannot "
                      "alert", kaiku_kind_text(kind));
    alert->metric = (uint32_t)metric;
}

/* One item of `carry`: a dimension, id, or NAME: /pointer. */
static bool read_carried(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                         struct kaiku_carry *out)
{
    if (node->kind == KAIKU_YAML_MAP) {
        if (node->n != 1) {
            kaiku_mistake(reader, node, "expects one NAME: /pointer, not %u", node->n);
            return false;
        }
        out->from = KAIKU_CARRY_POINTER;
        return !node->entries[0].key->failed &&
               kaiku_read_name(reader, node->entries[0].key, out->name) &&
               kaiku_read_pointer(reader, node->entries[0].value, &out->index);
    }
    if (!kaiku_read_scalar(reader, node, "a dimension, id or NAME: /pointer"))
        return false;
    if (kaiku_text_equal(node->text, KAIKU_TEXT("id"))) {
        out->from = KAIKU_CARRY_ID;
        memcpy(out->name, "id", sizeof("id"));
        return true;
    }
    int dimension = kaiku_find_dimension(reader, node);
    if (dimension < 0)
        return false;
    out->from = KAIKU_CARRY_DIMENSION;
    out->index = (uint32_t)dimension;
    memcpy(out->name, reader->model->dimensions[dimension].name, sizeof(out->name));
    return true;
}

/* Every field of an entry needs a name of its own. */
static void check_carried(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          const struct kaiku_alert *alert, const char *name)
{
    static const char *const own[] = {"at", "topic", "partition", "offset", "value"};

    for (size_t i = 0; i < KAIKU_LENGTH(own); i++)
        if (strcmp(name, own[i]) == 0)
            kaiku_mistake(reader, node, "'%s' is a field that every entry has already", name);
    for (uint32_t i = 0; i < alert->n_carry; i++)
        if (strcmp(alert->carry[i].name, name) == 0)
            kaiku_mistake(reader, node, "'%s' stands twice in 'carry'", name);
}

static void read_carry(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       struct kaiku_alert *alert)
{
    if (!kaiku_read_list(reader, node, "a list of dimensions, id or NAME: /pointer", 0, CARRY_MAX))
        return;
    alert->carry = kaiku_reader_allocate(reader, node->n, sizeof(*alert->carry));
    if (!alert->carry)
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        struct kaiku_carry *carry = &alert->carry[alert->n_carry];
        if (!read_carried(reader, node->entries[i].value, carry))
            continue;
        check_carried(reader, node->entries[i].value, alert, carry->name);
        alert->n_carry++;
    }
}

static void read_per(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const choices[] = {"event", "window"};

    if (node && kaiku_read_choice(reader, node, choices, KAIKU_LENGTH(choices)) == 1)
        kaiku_mistake(reader, node, "'per: window' is not supported yet");
}

static void check_name(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *name)
{
    for (uint32_t i = 0; i < reader->model->n_alerts; i++)
        if (strcmp(reader->model->alerts[i].name, name) == 0)
            kaiku_mistake(reader, node, "alert %s stands twice", kaiku_quote(node->written).text);
}

static void read_alert(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"name", "per", "when", "where", "carry", "keep"};
    struct kaiku_model *model = reader->model;
    struct kaiku_alert *alert = &model->alerts[model->n_alerts];

    if (!kaiku_read_map(reader, node, "an alert: a mapping with name and when", keys,
                        KAIKU_LENGTH(keys)))
        return;
    const struct kaiku_yaml *name = kaiku_map_need(reader, node, "name");
    if (kaiku_read_name(reader, name, alert->name))
        check_name(reader, name, alert->name);
    model->n_alerts++;
    read_per(reader, kaiku_map_get(node, "per"));
    read_when(reader, kaiku_map_need(reader, node, "when"), alert);
    kaiku_read_where(reader, kaiku_map_get(node, "where"), &alert->where);
    read_carry(reader, kaiku_map_get(node, "carry"), alert);
    alert->keep = KEEP_DEFAULT;
    kaiku_read_uint32(reader, kaiku_map_get(node, "keep"), 1, KEEP_MAX, &alert->keep);
}

void kaiku_read_alerts(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    if (!kaiku_read_list(reader, node, "a list of alerts", 0, KAIKU_MAX_ALERTS))
        return;
    for (uint32_t i = 0; i < node->n; i++)
        read_alert(reader, node->entries[i].value);
}
