#include "top_screen.h"

#include <model/member.h>

#include <stdio.h>
#include <time.h>

#include "top_table.h"

enum {
    AIRY_LINES = 16, /* from so many lines on, blank ones stand between the parts */
    OLD_MS = 60000,  /* figures that were written longer ago are pointed out */
};

/* ---- the first lines ---- */

static size_t start_text(enum kaiku_window_unit unit, const struct tm *local, char *out, size_t size)
{
    switch (unit) {
    case KAIKU_DAY:
        return strftime(out, size, " of %a %d %b %Y", local);
    case KAIKU_MONTH:
        return strftime(out, size, " of %b %Y", local);
    case KAIKU_YEAR:
        return strftime(out, size, " of %Y", local);
    case KAIKU_FIXED:
        return strftime(out, size, " from %d %b %H:%M:%S", local);
    default:
        return strftime(out, size, " from %a %d %b %Y", local);
    }
}

static void window_text(const struct kaiku_window *window, int64_t from_ms, char *out, size_t size)
{
    time_t from = (time_t)(from_ms / 1000);
    size_t at = (size_t)snprintf(out, size, "%s", window->name);
    struct tm local;

    localtime_r(&from, &local);
    if (from_ms > 0)
        start_text(window->unit, &local, out + at, size - at);
}

static void put_named(struct app_canvas *canvas, const char *name, const char *value)
{
    app_canvas_colour(canvas, APP_DIM);
    app_canvas_put(canvas, name);
    app_canvas_colour(canvas, APP_BOLD);
    app_canvas_put(canvas, value);
}

/* Which of the rows these are, and that they stand still. */
static const char *position_text(const struct top_drawing *drawing, char *out, size_t size)
{
    const struct app_top_choice *choice = drawing->choice;
    uint32_t n = drawing->screen->n_rows, all = drawing->screen->data->table.n;
    int at = 0;

    out[0] = '\0';
    if (choice->filter[0])
        at = snprintf(out, size, "%u of %u", n, all);
    else if (n > choice->page)
        at = snprintf(out, size, "%u–%u of %u", choice->first + 1,
                      choice->first + choice->page < n ? choice->first + choice->page : n, n);
    if (choice->is_paused)
        snprintf(out + at, size - (size_t)at, "%spaused", at > 0 ? "   " : "");
    return out;
}

static void put_clock(struct app_canvas *canvas, int64_t now_ms)
{
    time_t now = (time_t)(now_ms / 1000);
    struct tm local;
    char clock[16];

    localtime_r(&now, &local);
    strftime(clock, sizeof(clock), "%H:%M:%S", &local);
    if (canvas->column + APP_TOP_GAP + app_canvas_width(clock) > canvas->columns)
        return;
    app_canvas_to(canvas, canvas->columns - app_canvas_width(clock));
    app_canvas_colour(canvas, APP_PLAIN);
    app_canvas_put(canvas, clock);
}

static void put_title(struct top_drawing *drawing, bool has_clock)
{
    const struct app_top_choice *choice = drawing->choice;
    struct app_canvas *canvas = &drawing->canvas;
    struct kaiku_buffer set = {0};
    char window[96];

    window_text(app_top_window(choice), drawing->screen->data->from_ms, window, sizeof(window));
    kaiku_member_set(&set, drawing->model, app_top_view(choice), choice->grouping);
    app_canvas_colour(canvas, APP_BOLD);
    app_canvas_put(canvas, " kaiku top");
    put_named(canvas, "   ", app_top_view(choice)->name);
    put_named(canvas, choice->grouping ? " by " : " ", choice->grouping ? kaiku_buffer_cstring(&set) : "in total");
    put_named(canvas, "   ", window);
    kaiku_buffer_release(&set);
    if (has_clock)
        put_clock(canvas, drawing->screen->now_ms);
    app_canvas_line(canvas);
}

/* What the chosen metric is, or why there are no new figures. */
static const char *subtitle_text(const struct top_drawing *drawing, char *out, size_t size)
{
    const struct app_top_screen *screen = drawing->screen;
    char age[APP_FIGURE_MAX];

    if (!screen->away)
        snprintf(out, size, " %s: %s", drawing->model->metrics[drawing->choice->metric].name, screen->data->rule);
    else if (screen->data->read_ms)
        snprintf(out, size, " these figures are %s old: %s",
                 app_figure_age(screen->now_ms - screen->data->read_ms, age), screen->away);
    else
        snprintf(out, size, " no figures yet: %s", screen->away);
    return out;
}

static void put_subtitle(struct top_drawing *drawing)
{
    struct app_canvas *canvas = &drawing->canvas;
    char position[96], text[700];
    int room, width;

    position_text(drawing, position, sizeof(position));
    subtitle_text(drawing, text, sizeof(text));
    room = canvas->columns - (position[0] ? app_canvas_width(position) + APP_TOP_GAP : 0);
    width = app_canvas_width(text);
    app_canvas_colour(canvas, drawing->screen->away ? APP_RED : APP_DIM);
    app_canvas_left(canvas, kaiku_text_of(text), width < room ? width : room);
    if (position[0]) {
        app_canvas_colour(canvas, drawing->choice->is_paused ? APP_YELLOW : APP_PLAIN);
        app_canvas_to(canvas, canvas->columns - app_canvas_width(position));
        app_canvas_put(canvas, position);
    }
    app_canvas_line(canvas);
}

/* ---- the table ---- */

static void put_nothing(struct top_drawing *drawing)
{
    const struct app_top_screen *screen = drawing->screen;
    struct app_canvas *canvas = &drawing->canvas;

    app_canvas_colour(canvas, APP_DIM);
    if (screen->data->table.n > 0)
        app_canvas_format(canvas, " no member holds '%s'", drawing->choice->filter);
    else if (screen->data->read_ms)
        app_canvas_put(canvas, " nothing stands in this table yet");
    app_canvas_line(canvas);
}

/* Rows of this page; those of the total's table are the total. */
static void put_table(struct top_drawing *drawing)
{
    const struct app_top_screen *screen = drawing->screen;
    const struct app_top_choice *choice = drawing->choice;

    top_table_put_headings(drawing);
    for (uint32_t i = choice->first; i < screen->n_rows && i - choice->first < choice->page; i++)
        top_table_put_row(drawing, screen->data->table.rows[i], NULL);
    if (screen->n_rows == 0 && !(choice->grouping == 0 && screen->data->total))
        put_nothing(drawing);
    if (screen->data->total)
        top_table_put_row(drawing, screen->data->total, "all");
}

/* ---- help ---- */

static void put_help(struct top_drawing *drawing)
{
    static const char *const lines[] = {
        "← →  s S    the column that sorts           r    turn its order",
        "↑ ↓  j k    scroll, also with PgUp, PgDn, Home and End",
        "v V         view: next, previous            w W  window",
        "g G         which dimensions make a row     m M  the metric shown in detail",
        "/           only members that hold all the words; Esc shows all",
        "space       pause and go on                 q    quit",
        "",
        "+45.2 +44..+46   the score and its 95 % interval: two scores whose intervals overlap",
        "                 may well be the same",
        "p90              of durations: nine in ten are shorter",
        "✓ ▼ ▲ ·          target met, missed (too low, too high), too few answers to say",
        "needs 12         best possible answers in a row until the target is met",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        app_canvas_format(&drawing->canvas, lines[i][0] ? "   %s" : "%s", lines[i]);
        app_canvas_line(&drawing->canvas);
    }
}

/* ---- the last lines ---- */

static void put_trust_figure(struct app_canvas *canvas, enum app_colour colour, const char *number, const char *what)
{
    char text[96];

    snprintf(text, sizeof(text), "%s%s%s", canvas->column > 8 ? "   " : "", number, what);
    if (canvas->column + app_canvas_width(text) > canvas->columns)
        return;
    app_canvas_colour(canvas, colour);
    app_canvas_put(canvas, text);
}

static void put_trust(struct top_drawing *drawing)
{
    const struct app_trust *trust = &drawing->screen->data->trust;
    struct app_canvas *canvas = &drawing->canvas;
    int64_t age_ms = drawing->screen->now_ms - trust->updated_ms;
    bool adds_up = app_trust_adds_up(trust);
    char text[APP_FIGURE_MAX];

    app_canvas_colour(canvas, APP_DIM);
    app_canvas_put(canvas, " trust  ");
    if (trust->updated_ms == 0) {
        put_trust_figure(canvas, APP_PLAIN, "", "nothing was counted under this prefix yet");
    } else {
        put_trust_figure(canvas, APP_PLAIN, app_figure_count(trust->lag, text), " behind the log");
        put_trust_figure(canvas, adds_up ? APP_GREEN : APP_RED, adds_up ? "✓" : "✗",
                         adds_up ? " adds up" : " does not add up");
        if (trust->high_ms > 0)
            put_trust_figure(canvas, APP_PLAIN, app_figure_age(drawing->screen->now_ms - trust->high_ms, text),
                             " since the newest event");
        put_trust_figure(canvas, APP_PLAIN, app_figure_count(trust->rejected, text), " rejected");
        put_trust_figure(canvas, age_ms > OLD_MS ? APP_YELLOW : APP_PLAIN, app_figure_age(age_ms, text),
                         " since it was written");
    }
    app_canvas_line(canvas);
}

static void put_keys(struct top_drawing *drawing)
{
    static const char *const keys[][2] = {
        {"q", "quit"}, {"?", "help"},   {"/", "filter"}, {"← →", "sort"},    {"r", "turn"},
        {"v", "view"}, {"w", "window"}, {"g", "set"},    {"m", "metric"}, {"space", "pause"},
    };
    struct app_canvas *canvas = &drawing->canvas;

    if (drawing->choice->mode == APP_TOP_FILTER) {
        app_canvas_format(canvas, " filter: %s", drawing->choice->filter);
        app_canvas_colour(canvas, APP_REVERSE);
        app_canvas_put(canvas, " ");
        app_canvas_colour(canvas, APP_DIM);
        app_canvas_put(canvas, "   Enter keeps it, Esc shows all");
    } else {
        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
            if (canvas->column + 4 + app_canvas_width(keys[i][0]) + app_canvas_width(keys[i][1]) > canvas->columns)
                break;
            app_canvas_colour(canvas, APP_BOLD);
            app_canvas_format(canvas, "%s%s", i > 0 ? "  " : " ", keys[i][0]);
            app_canvas_colour(canvas, APP_DIM);
            app_canvas_format(canvas, " %s", keys[i][1]);
        }
    }
    app_canvas_line(canvas);
}

/* ---- the whole ---- */

/* Lines beside the rows: title, subtitle, headings, total, trust, keys; and blank ones. */
static int other_lines(const struct app_top_screen *screen, int lines)
{
    return 5 + (screen->data->total ? 1 : 0) + (lines >= AIRY_LINES ? 2 : 0);
}

uint32_t app_top_page(const struct app_top_screen *screen, int lines)
{
    int room = lines - other_lines(screen, lines);

    return lines == 0 ? UINT32_MAX : room < 1 ? 1 : (uint32_t)room;
}

static int lines_of(const struct kaiku_buffer *text)
{
    int n = 0;

    for (size_t i = 0; i < text->size; i++)
        n += text->data[i] == '\n';
    return n;
}

static void put_all(struct top_drawing *drawing, int lines)
{
    bool is_airy = lines == 0 || lines >= AIRY_LINES;
    struct app_canvas *canvas = &drawing->canvas;

    put_title(drawing, lines > 0);
    put_subtitle(drawing);
    if (is_airy)
        app_canvas_line(canvas);
    if (drawing->choice->mode == APP_TOP_HELP)
        put_help(drawing);
    else
        put_table(drawing);
    if (is_airy)
        app_canvas_line(canvas);
    while (lines_of(canvas->out) < lines - 2)
        app_canvas_line(canvas);
    put_trust(drawing);
    if (lines > 0)
        put_keys(drawing);
}

void app_top_render(const struct app_top_screen *screen, const struct app_top_style *style, struct kaiku_buffer *out)
{
    struct kaiku_buffer whole = {0};
    struct top_drawing drawing = {
        .screen = screen,
        .choice = screen->choice,
        .model = screen->choice->model,
        .canvas = {.out = &whole, .columns = style->columns ? style->columns : INT16_MAX, .colours = style->colours},
    };

    app_top_layout_make(&drawing.layout, screen->choice, &screen->data->table, screen->data->total, style->columns);
    put_all(&drawing, style->lines);
    if (whole.failed)
        out->failed = true;
    else
        app_canvas_fit(&whole, style->lines, out);
    kaiku_buffer_release(&whole);
}
