#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <base/clock.h>
#include <base/log.h>

#include "pipeline.h"
#include "reload.h"
#include "signals.h"
#include "terminal.h"
#include "top_order.h"
#include "top_screen.h"

enum { REFRESH_MS = 2000, CLOCK_MS = 1000 };

struct top {
    struct kaiku_settings *settings;
    struct kaiku_view_reader *reader;
    struct app_top_choice choice;
    struct app_top_data data;
    int status;       /* of the last reading */
    uint32_t n_rows;  /* that pass the filter */
    int64_t due_ms;   /* when to read again; 0: at once, paused or not */
};

/* ---- reading ---- */

/* Rows on the screen, and the total below them. */
static int read_courses(struct top *top)
{
    const struct app_top_choice *choice = &top->choice;
    struct app_top_row *rows[APP_TOP_COURSES];
    uint32_t n = 0;

    if (top->data.total)
        rows[n++] = top->data.total;
    for (uint32_t i = choice->first; i < top->n_rows && i - choice->first < choice->page && n < APP_TOP_COURSES; i++)
        rows[n++] = top->data.table.rows[i];
    return app_top_read_courses(&top->data, top->reader, top->settings->redis.prefix, choice, rows, n);
}

static void arrange(struct top *top)
{
    top->n_rows = app_top_arrange(&top->data.table, &top->choice);
    app_top_choice_limit(&top->choice, top->n_rows);
}

static void read_all(struct top *top)
{
    top->status = app_top_read(&top->data, top->reader, top->settings->redis.prefix, &top->choice);
    arrange(top);
    top->due_ms = kaiku_clock_monotonic_ms() + REFRESH_MS;
}

/* What is on the screen is what courses are wanted of, so this comes behind the order. */
static void refresh(struct top *top)
{
    if (top->choice.is_paused && top->due_ms > 0)
        return;
    if (kaiku_clock_monotonic_ms() >= top->due_ms)
        read_all(top);
    if (top->status == KAIKU_OK)
        top->status = read_courses(top);
}

/* ---- showing ---- */

static struct app_top_screen screen_of(const struct top *top)
{
    return (struct app_top_screen){
        .choice = &top->choice,
        .data = &top->data,
        .n_rows = top->n_rows,
        .away = top->status == KAIKU_OK ? NULL : kaiku_view_reader_error(top->reader),
        .now_ms = kaiku_clock_wall_ms(),
    };
}

static void draw(struct top *top, struct app_terminal *terminal)
{
    struct app_top_style style = {.colours = app_terminal_colours()};
    struct app_top_screen screen = screen_of(top);
    struct kaiku_buffer text = {0};

    app_terminal_size(&style.columns, &style.lines);
    style.columns--; /* the last column stays free: terminals differ in what they do beyond it */
    app_top_render(&screen, &style, &text);
    app_terminal_draw(terminal, kaiku_buffer_as_text(&text));
    kaiku_buffer_release(&text);
}

static void fit_page(struct top *top)
{
    struct app_top_screen screen = screen_of(top);
    int columns, lines;

    app_terminal_size(&columns, &lines);
    top->choice.page = app_top_page(&screen, lines);
    app_top_choice_limit(&top->choice, top->n_rows);
}

/* All keys that are there; false: q. */
static bool take_keys(struct top *top, struct app_terminal *terminal)
{
    struct app_key key;
    int timeout_ms = CLOCK_MS;

    while (app_terminal_key(terminal, timeout_ms, &key)) {
        enum app_top_effect effect = app_top_choice_key(&top->choice, &key, top->n_rows);

        if (effect == APP_TOP_QUIT)
            return false;
        if (effect == APP_TOP_READ) {
            app_top_data_forget(&top->data);
            top->due_ms = 0;
        }
        arrange(top);
        timeout_ms = 0;
    }
    return true;
}

static void watch(struct top *top)
{
    struct app_terminal terminal;

    app_signals_install();
    app_terminal_take(&terminal, NULL);
    do {
        fit_page(top);
        refresh(top);
        fit_page(top);
        draw(top, &terminal);
    } while (!app_signals_stop() && take_keys(top, &terminal));
    app_terminal_release(&terminal);
}

/* Once, all of it. */
static int print(struct top *top)
{
    struct app_top_style style = {0};
    struct app_top_screen screen;
    struct kaiku_buffer text = {0};

    top->choice.page = UINT32_MAX;
    refresh(top);
    if (top->status != KAIKU_OK) {
        kaiku_error("%s", kaiku_view_reader_error(top->reader));
        return app_exit_of(top->status);
    }
    screen = screen_of(top);
    app_top_render(&screen, &style, &text);
    fwrite(text.data, 1, text.size, stdout);
    kaiku_buffer_release(&text);
    return APP_DONE;
}

/* ---- life ---- */

static int show(const char *config, const struct app_top_names *names)
{
    struct top top = {0};
    struct kaiku_store_options options;
    const char *wrong, *what;
    int code = app_settings_read(config, &top.settings);

    if (code != APP_DONE)
        return code;
    options = app_store_options(top.settings);
    if (app_top_choice_init(&top.choice, &top.settings->model, names, &wrong, &what) != KAIKU_OK)
        code = app_usage(&app_top, "no %s '%s' is configured", what, wrong);
    else if (kaiku_view_reader_create(&options, &top.reader) != KAIKU_OK)
        code = APP_FAILED;
    if (code == APP_DONE) {
        /* Windows start, and the clock goes, as in the configured time zone. */
        setenv("TZ", top.settings->model.time_zone, 1);
        tzset();
        if (app_terminal_usable())
            watch(&top);
        else
            code = print(&top);
    }
    app_top_data_forget(&top.data);
    kaiku_view_reader_destroy(top.reader);
    kaiku_settings_destroy(top.settings);
    return code;
}

static int run(int argc, char **argv)
{
    struct app_top_names names = {0};
    const struct {
        const char *option;
        const char **name;
    } options[] = {
        {"--view", &names.view},
        {"--window", &names.window},
        {"--set", &names.set},
        {"--metric", &names.metric},
    };
    const char *config = NULL;

    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i], *value = NULL;
        int missing = 0;

        for (size_t o = 0; o < sizeof(options) / sizeof(*options) && !value && !missing; o++)
            if ((value = app_option(argc, argv, &i, options[o].option, &missing)))
                *options[o].name = value;
        if (missing)
            return app_usage(&app_top, "'%s' needs a value", argument);
        if (!value && argument[0] == '-')
            return app_usage(&app_top, "unknown option '%s'", argument);
        if (!value && config)
            return app_usage(&app_top, "one configuration only, '%s' is too many", argument);
        if (!value)
            config = argument;
    }
    return config ? show(config, &names) : app_usage(&app_top, "which configuration?");
}

const struct app_command app_top = {
    .name = "top",
    .summary = "what stands in Redis, as a live table",
    .help = "usage: kaiku top CONFIG [--view NAME] [--window NAME] [--set A+B] [--metric NAME]\n"
            "\n"
            "Shows a table of Redis live in the terminal: members with their answers, scores, 95 % intervals,\n"
            "course and targets, and the figures that say whether to believe them. Keys sort, filter and choose\n"
            "another view, window, set of dimensions or metric; ? lists them. It only reads, so a user of Redis\n"
            "who may do no more will do. Where standard output is no terminal, it prints the table once.\n"
            "\n"
            "  --view NAME     begin with this view (the first one)\n"
            "  --window NAME   this window (the first from a day on)\n"
            "  --set A+B       members of these dimensions, '' for the total (the first one)\n"
            "  --metric NAME   this metric in detail (the first one)\n"
            "\n"
            "example: kaiku top /etc/kaiku.yaml --view people --window month --set team\n",
    .run = run,
};
