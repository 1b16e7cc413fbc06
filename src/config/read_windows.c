/* views[].windows and views[].retention. */
#include "windows.h"

static const struct {
    const char *name;
    enum kaiku_window_unit unit;
} calendar_windows[] = {
    {"day", KAIKU_DAY},         {"week", KAIKU_WEEK}, {"month", KAIKU_MONTH},
    {"quarter", KAIKU_QUARTER}, {"year", KAIKU_YEAR},
};

/* How long a window is kept where nothing else is configured. */
static int64_t default_retention_ms(const struct kaiku_window *window)
{
    if (window->unit == KAIKU_DAY)
        return 800 * KAIKU_DAY_MS;
    if (window->unit != KAIKU_FIXED)
        return 3700 * KAIKU_DAY_MS;
    return window->length_ms >= KAIKU_HOUR_MS ? 30 * KAIKU_DAY_MS : KAIKU_DAY_MS;
}

static bool read_window(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                        struct kaiku_window *out)
{
    const char *what =
        "a length that divides a day, such as 5m, or day, week, month, quarter, year";

    if (!kaiku_read_scalar(reader, node, what))
        return false;
    out->unit = KAIKU_FIXED;
    for (size_t i = 0; i < KAIKU_LENGTH(calendar_windows); i++)
        if (kaiku_text_equal(node->text, kaiku_text_of(calendar_windows[i].name)))
            out->unit = calendar_windows[i].unit;
    bool is_fixed = out->unit == KAIKU_FIXED;
    if (node->text.size >= sizeof(out->name) ||
        (is_fixed && kaiku_duration_read(node->text, &out->length_ms))) {
        kaiku_mistake_expects(reader, node, "%s", what);
        return false;
    }
    if (is_fixed && (out->length_ms == 0 || KAIKU_DAY_MS % out->length_ms != 0)) {
        kaiku_mistake(reader, node, "a window of %s does not divide a day",
                      kaiku_quote(node->written).text);
        return false;
    }
    memcpy(out->name, node->text.data, node->text.size);
    out->name[node->text.size] = '\0';
    out->retention_ms = default_retention_ms(out);
    return true;
}

bool kaiku_read_windows(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                        struct kaiku_view *view)
{
    if (!kaiku_read_list(reader, node, "a list of windows such as [5m, 1h, day]", 1,
                         KAIKU_MAX_WINDOWS))
        return false;
    for (uint32_t i = 0; i < node->n; i++) {
        struct kaiku_window *window = &view->windows[view->n_windows];
        if (!read_window(reader, node->entries[i].value, window))
            continue;
        for (uint32_t j = 0; j < view->n_windows; j++)
            if (strcmp(view->windows[j].name, window->name) == 0)
                kaiku_mistake(reader, node->entries[i].value, "window '%s' stands twice",
                              window->name);
        view->n_windows++;
    }
    return view->n_windows == node->n;
}

int kaiku_find_window(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      const struct kaiku_view *view)
{
    struct kaiku_suggestion suggestion = kaiku_suggestion_for(node->text);

    for (uint32_t i = 0; i < view->n_windows; i++) {
        if (kaiku_text_equal(node->text, kaiku_text_of(view->windows[i].name)))
            return (int)i;
        kaiku_suggestion_offer(&suggestion, view->windows[i].name);
    }
    kaiku_mistake(reader, node, "view '%s' has no window %s, did you mean '%s'?", view->name,
                  kaiku_quote(node->written).text, suggestion.best);
    return -1;
}

void kaiku_read_retention(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          struct kaiku_view *view)
{
    if (!kaiku_read_open_map(reader, node, "a mapping from windows to durations, such as {1m: 7d}"))
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml_entry *entry = &node->entries[i];
        int window = entry->key->failed ? -1 : kaiku_find_window(reader, entry->key, view);
        if (window >= 0)
            kaiku_read_duration(reader, entry->value, KAIKU_DAY_MS, KAIKU_DURATION_MAX_MS,
                                &view->windows[window].retention_ms);
    }
}
