/* event: where things stand in a record. */
#include "reader.h"
#include "sections.h"

#include <stdlib.h>

enum { MAX_BYTES_MAX = 64 << 20, MAX_VALUES_MAX = 10000000, MAX_VALUES_DEFAULT = 10000 };

/* A pointer, or its default where node is NULL. */
static void read_place(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       const char *otherwise, uint32_t *out)
{
    struct kaiku_text text = kaiku_text_of(otherwise);
    const struct kaiku_yaml standard = {.kind = KAIKU_YAML_SCALAR, .written = text, .text = text};

    kaiku_read_pointer(reader, node ? node : &standard, out);
}

static void read_id(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    struct kaiku_model *model = reader->model;

    if (!node || node->kind != KAIKU_YAML_LIST) {
        model->n_id = 1;
        read_place(reader, node, "/id", &model->id[0]);
        return;
    }
    if (!kaiku_read_list(reader, node, "a pointer or a list of pointers", 1, KAIKU_MAX_ID_PARTS))
        return;
    for (uint32_t i = 0; i < node->n; i++)
        kaiku_read_pointer(reader, node->entries[i].value, &model->id[model->n_id++]);
}

static void read_max_bytes(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    const char *what = "a number of bytes from 1 to 64MiB, such as 64KiB";
    int64_t value;

    if (!kaiku_read_scalar(reader, node, what))
        return;
    if (kaiku_size_read(node->text, &value) || value < 1 || value > MAX_BYTES_MAX)
        kaiku_mistake_expects(reader, node, "%s", what);
    else
        reader->model->max_bytes = (uint32_t)value;
}

static void read_dimension(struct kaiku_reader *reader, const struct kaiku_yaml_entry *entry)
{
    static const char *const keys[] = {"field", "max_values"};
    struct kaiku_model *model = reader->model;
    struct kaiku_dimension *dimension = &model->dimensions[model->n_dimensions];
    const struct kaiku_yaml *value = entry->value;

    if (!kaiku_read_name(reader, entry->key, dimension->name))
        return;
    dimension->max_values = MAX_VALUES_DEFAULT;
    reader->dimension_keys[model->n_dimensions++] = entry->key;
    if (value->kind != KAIKU_YAML_MAP) {
        kaiku_read_pointer(reader, value, &dimension->pointer);
        return;
    }
    kaiku_read_map(reader, value, "a dimension", keys, KAIKU_LENGTH(keys));
    kaiku_read_pointer(reader, kaiku_map_need(reader, value, "field"), &dimension->pointer);
    kaiku_read_uint32(reader, kaiku_map_get(value, "max_values"), 1, MAX_VALUES_MAX,
                      &dimension->max_values);
}

static void read_dimensions(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    if (!kaiku_read_open_map(reader, node, "a mapping from names of dimensions to JSON Pointers"))
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        if (node->entries[i].key->failed)
            continue;
        if (reader->model->n_dimensions == KAIKU_MAX_DIMENSIONS) {
            kaiku_mistake(reader, node->entries[i].key, "more than %d dimensions",
                          KAIKU_MAX_DIMENSIONS);
            return;
        }
        read_dimension(reader, &node->entries[i]);
    }
}

void kaiku_read_event(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {
        "id",        "type",      "op",      "time",       "dimensions",
        "max_bytes", "max_ahead", "max_age", "late_after",
    };
    static const struct kaiku_yaml nothing = {.kind = KAIKU_YAML_MAP};
    struct kaiku_model *model = reader->model;

    model->max_bytes = 64 << 10;
    model->max_ahead_ms = 10 * KAIKU_SECOND_MS;
    model->max_age_ms = 400 * KAIKU_DAY_MS;
    model->late_after_ms = KAIKU_MINUTE_MS;
    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        node = &nothing;
    read_id(reader, kaiku_map_get(node, "id"));
    read_place(reader, kaiku_map_get(node, "type"), "/type", &model->type);
    read_place(reader, kaiku_map_get(node, "op"), "/op", &model->op);
    read_place(reader, kaiku_map_get(node, "time"), "/time", &model->time);
    read_dimensions(reader, kaiku_map_get(node, "dimensions"));
    read_max_bytes(reader, kaiku_map_get(node, "max_bytes"));
    kaiku_read_duration(reader, kaiku_map_get(node, "max_ahead"), 0, KAIKU_DURATION_MAX_MS,
                        &model->max_ahead_ms);
    kaiku_read_duration(reader, kaiku_map_get(node, "max_age"), 0, KAIKU_DURATION_MAX_MS,
                        &model->max_age_ms);
    kaiku_read_duration(reader, kaiku_map_get(node, "late_after"), 0, KAIKU_DURATION_MAX_MS,
                        &model->late_after_ms);
}

int kaiku_find_dimension(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    const struct kaiku_model *model = reader->model;

    if (!kaiku_read_scalar(reader, node, "the name of a dimension"))
        return -1;
    struct kaiku_suggestion suggestion = kaiku_suggestion_for(node->text);
    for (uint32_t i = 0; i < model->n_dimensions; i++) {
        if (kaiku_text_equal(node->text, kaiku_text_of(model->dimensions[i].name)))
            return (int)i;
        kaiku_suggestion_offer(&suggestion, model->dimensions[i].name);
    }
    kaiku_mistake_unknown(reader, node, "dimension", &suggestion);
    return -1;
}
