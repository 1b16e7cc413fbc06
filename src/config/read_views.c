/* views: by which dimensions and windows. */
#include "sections.h"
#include "windows.h"

enum {
    ROWS_MAX = 100000,
    ROWS_DEFAULT = 500,
};

enum grouping { EXACT, ROLLUP, CUBE, SETS };

static const char *const grouping_texts[] = {"exact", "rollup", "cube", "sets"};

/* Where dimension stands in the view's `by`, -1 where it does not. */
static int place_in_view(const struct kaiku_view *view, int dimension)
{
    for (uint32_t i = 0; i < view->n_by; i++)
        if (view->by[i] == (uint32_t)dimension)
            return (int)i;
    return -1;
}

/* False where not all of it could be read. */
static bool read_by(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                    struct kaiku_view *view)
{
    /* A view by nothing has the total only. */
    if (!kaiku_read_list(reader, node, "a list of dimensions", 0, KAIKU_MAX_BY))
        return false;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml *item = node->entries[i].value;
        int dimension = kaiku_find_dimension(reader, item);
        if (dimension < 0)
            continue;
        if (place_in_view(view, dimension) >= 0)
            kaiku_mistake(reader, item, "dimension %s stands twice",
                          kaiku_quote(item->written).text);
        else
            view->by[view->n_by++] = (uint32_t)dimension;
    }
    return view->n_by == node->n;
}

/* One list of `sets`; false where it is not usable. */
static bool read_set(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                     const struct kaiku_view *view, uint32_t *out)
{
    uint32_t set = 0, n = 0;

    if (node->kind != KAIKU_YAML_LIST) {
        kaiku_mistake_expects(reader, node, "a list of dimensions, [] for the total");
        return false;
    }
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml *item = node->entries[i].value;
        int dimension = kaiku_find_dimension(reader, item);
        if (dimension < 0)
            continue;
        int place = place_in_view(view, dimension);
        struct kaiku_quote name = kaiku_quote(item->written);
        if (place < 0) {
            kaiku_mistake(reader, item, "dimension %s is not in 'by' of view '%s'", name.text,
                          view->name);
            continue;
        }
        if (set & 1u << place) {
            kaiku_mistake(reader, item, "dimension %s stands twice", name.text);
            continue;
        }
        set |= 1u << place;
        n++;
    }
    *out = set;
    return n == node->n;
}

static void read_sets(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_view *view)
{
    if (!kaiku_read_list(reader, node, "a list of lists of dimensions", 1, KAIKU_MAX_GROUPINGS))
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        bool repeated = false;
        uint32_t set;
        if (!read_set(reader, node->entries[i].value, view, &set))
            continue;
        for (uint32_t j = 0; j < view->n_groupings; j++)
            repeated |= view->groupings[j] == set;
        if (repeated)
            kaiku_mistake(reader, node->entries[i].value,
                          "the same dimensions stand in 'sets' twice");
        else
            view->groupings[view->n_groupings++] = set;
    }
}

static void fill_groupings(struct kaiku_view *view, enum grouping grouping)
{
    uint32_t full = (1u << view->n_by) - 1;

    if (grouping == EXACT)
        view->groupings[view->n_groupings++] = full;
    for (uint32_t n = 0; grouping == ROLLUP && n <= view->n_by; n++)
        view->groupings[view->n_groupings++] = (1u << n) - 1;
    for (uint32_t set = 0; grouping == CUBE && set <= full; set++)
        view->groupings[view->n_groupings++] = set;
}

static void read_grouping(struct kaiku_reader *reader, const struct kaiku_yaml *node, bool has_by,
                          struct kaiku_view *view)
{
    const struct kaiku_yaml *grouping = kaiku_map_get(node, "grouping");
    const struct kaiku_yaml_entry *sets = kaiku_yaml_find(node, "sets");
    int choice = grouping ? kaiku_read_choice(reader, grouping, grouping_texts,
                                              KAIKU_LENGTH(grouping_texts))
                          : EXACT;

    if (choice < 0)
        return;
    if (choice == SETS && !sets)
        kaiku_mistake(reader, grouping, "grouping 'sets' needs the key 'sets'");
    if (choice != SETS && sets)
        kaiku_mistake(reader, sets->key, "'sets' needs 'grouping: sets'");
    if (!has_by)
        return;
    if (choice == SETS && sets)
        read_sets(reader, sets->value, view);
    fill_groupings(view, (enum grouping)choice);
}

static void check_name(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *name)
{
    for (uint32_t i = 0; i < reader->model->n_views; i++)
        if (strcmp(reader->model->views[i].name, name) == 0)
            kaiku_mistake(reader, node, "view %s stands twice", kaiku_quote(node->written).text);
}

static void read_view(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {
        "name",      "by",      "grouping", "sets",  "windows",
        "retention", "rolling", "min_n",    "where", "rows",
    };
    struct kaiku_model *model = reader->model;
    struct kaiku_view *view = &model->views[model->n_views];
    struct kaiku_view_node *known = &reader->views[model->n_views];
    const struct kaiku_yaml_entry *rolling;

    if (!kaiku_read_map(reader, node, "a view: a mapping with name, by and windows", keys,
                        KAIKU_LENGTH(keys)))
        return;
    const struct kaiku_yaml *name = kaiku_map_need(reader, node, "name");
    if (kaiku_read_name(reader, name, view->name))
        check_name(reader, name, view->name);
    model->n_views++;
    known->has_by = read_by(reader, kaiku_map_need(reader, node, "by"), view);
    read_grouping(reader, node, known->has_by, view);
    known->has_windows = kaiku_read_windows(reader, kaiku_map_need(reader, node, "windows"), view);
    if (known->has_windows)
        kaiku_read_retention(reader, kaiku_map_get(node, "retention"), view);
    rolling = kaiku_yaml_find(node, "rolling");
    if (rolling)
        kaiku_mistake(reader, rolling->key, "'rolling' is not supported yet");
    kaiku_read_integer(reader, kaiku_map_get(node, "min_n"), 0, INT32_MAX, &view->min_n);
    kaiku_read_where(reader, kaiku_map_get(node, "where"), &view->where);
    view->rows = ROWS_DEFAULT;
    kaiku_read_uint32(reader, kaiku_map_get(node, "rows"), 1, ROWS_MAX, &view->rows);
}

void kaiku_read_views(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    if (!kaiku_read_list(reader, node, "a list of views", 1, KAIKU_MAX_VIEWS))
        return;
    for (uint32_t i = 0; i < node->n; i++)
        read_view(reader, node->entries[i].value);
}
