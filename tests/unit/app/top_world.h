/* A configuration, and rows as a table's entries give them, for the tests of `kaiku top`. */
#ifndef UNIT_APP_TOP_WORLD_H
#define UNIT_APP_TOP_WORLD_H

#include "top_choice.h"
#include "top_data.h"

#include <config/config.h>

#include <criterion/criterion.h>

static const char top_config[] =
    "kafka: {topics: [t], properties: {bootstrap.servers: x, group.id: k}}\n"
    "redis: {url: redis://localhost:6379/0}\n"
    "event: {dimensions: {channel: /c, touchpoint: /t, team: /m}}\n"
    "metrics:\n"
    "  - {name: nps, kind: nps, field: /nps}\n"
    "  - {name: csat, kind: top_box, field: /csat, scale: 1..5, top: 4..5}\n"
    "  - {name: ces, kind: mean, field: /ces, scale: 1..7}\n"
    "  - {name: wait_s, kind: quantiles, field: /w, unit: s}\n"
    "  - {name: answered, kind: count}\n"
    "  - {name: cost, kind: sum, field: /cost, unit: EUR}\n"
    "views:\n"
    "  - {name: contact, by: [channel, touchpoint], grouping: cube, windows: [1m, 1h, day, month]}\n"
    "  - {name: teams, by: [team], windows: [1h]}\n"
    "targets:\n"
    "  - {view: contact, member: '*|_all', metric: nps, window: day, goal: 40}\n";

static struct kaiku_settings *top_settings;
static struct app_top_choice choice;
static struct app_top_table table;

static inline void set_up_top(void)
{
    struct kaiku_mistakes mistakes;
    const struct app_top_names names = {0};
    const char *wrong, *what;
    int status = kaiku_config_parse(kaiku_text_of(top_config), &top_settings, &mistakes);

    cr_assert_eq(status, KAIKU_OK, "%s", mistakes.n > 0 ? mistakes.items[0].message : "");
    kaiku_mistakes_release(&mistakes);
    cr_assert_eq(app_top_choice_init(&choice, &top_settings->model, &names, &wrong, &what), KAIKU_OK);
    choice.page = 100;
}

static inline void tear_down_top(void)
{
    app_top_table_release(&table);
    kaiku_settings_destroy(top_settings);
}

/* words: names and values in turn, apart by single blanks. Borrowed until the next call. */
static inline struct kaiku_pairs pairs_of(const char *words)
{
    static struct kaiku_text items[64];
    static char copy[1024];
    uint32_t n = 0;

    snprintf(copy, sizeof(copy), "%s", words);
    for (char *rest = copy, *word; (word = strsep(&rest, " "));)
        items[n++] = kaiku_text_of(word);
    return (struct kaiku_pairs){.items = items, .n = n / 2};
}

static inline struct app_top_row *make_row(uint32_t grouping, const char *words)
{
    struct app_top_row *row =
        app_top_row_create(&top_settings->model, app_top_view(&choice), grouping, pairs_of(words));

    cr_assert_not_null(row);
    return row;
}

static inline void add_row(const char *words)
{
    cr_assert_eq(app_top_table_add(&table, make_row(choice.grouping, words)), KAIKU_OK);
}

static inline enum app_top_effect press(const char *text)
{
    struct app_key key = {.kind = APP_KEY_TEXT};

    memcpy(key.text, text, strlen(text) + 1);
    return app_top_choice_key(&choice, &key, table.n);
}

static inline enum app_top_effect press_key(enum app_key_kind kind)
{
    struct app_key key = {.kind = kind};

    return app_top_choice_key(&choice, &key, table.n);
}

#endif
