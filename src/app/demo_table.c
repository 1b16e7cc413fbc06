#include "demo_table.h"

#include <math.h>
#include <stdio.h>

#include "figures.h"
#include "marks.h"

enum {
    MARGIN = 1,
    NAME_WIDTH = 9,
    SCORE_WIDTH = 5,
    ANSWERS_WIDTH = 10,
    RATE_WIDTH = 9,
    WAIT_WIDTH = 8,
    GAP = 2,
    BAR_LEAST = 10,
    BAR_MOST = 60,
    COURSE_LEAST = 8,
    COURSE_MOST = 30,
    COURSE_POINTS = 10, /* a course is at least so high */
    INDENT = 11,
};

/* Bars in points of NPS, and how wide things are. */
struct layout {
    struct app_bar bar;
    int course;
};

static enum app_colour colour_of(double nps)
{
    return isnan(nps) ? APP_DIM : nps >= 45 ? APP_GREEN : nps >= 30 ? APP_YELLOW : APP_RED;
}

/* ---- bars and courses ---- */

static void widen(struct layout *layout, const struct app_table_score *score)
{
    if (isnan(score->value))
        return;
    layout->bar.low = fmin(layout->bar.low, floor(score->low / 20) * 20);
    layout->bar.high = fmax(layout->bar.high, ceil(score->high / 20) * 20);
}

static struct layout lay_out(const struct app_table *table, int columns)
{
    struct layout layout = {.bar = {.low = 0, .high = 60}};
    int fixed = MARGIN + NAME_WIDTH + SCORE_WIDTH + ANSWERS_WIDTH + RATE_WIDTH + WAIT_WIDTH + 2 * GAP;
    int free = columns - fixed;

    for (int i = 0; i < table->n_channels; i++)
        widen(&layout, &table->channels[i].nps);
    widen(&layout, &table->all.nps);
    layout.course = free * 2 / 5;
    layout.course = layout.course < COURSE_LEAST  ? COURSE_LEAST
                    : layout.course > COURSE_MOST ? COURSE_MOST
                                                  : layout.course;
    layout.bar.columns = free - layout.course;
    if (layout.bar.columns < BAR_LEAST)
        layout.bar.columns = BAR_LEAST;
    if (layout.bar.columns > BAR_MOST)
        layout.bar.columns = BAR_MOST;
    return layout;
}

/* ---- parts ---- */

static void put_title(struct app_canvas *canvas, const struct app_table *table)
{
    const char *subtitle = "  Kafka → kaiku → Redis, in one process";
    char right[96], count[APP_FIGURE_MAX];

    snprintf(right, sizeof(right), "%s events/s   %02d:%02d",
             app_figure_count((int64_t)(table->events_per_s + 0.5), count),
             (int)(table->seconds / 60), (int)(table->seconds % 60));
    app_canvas_colour(canvas, APP_BOLD);
    app_canvas_put(canvas, " kaiku demo");
    app_canvas_colour(canvas, APP_DIM);
    if (canvas->column + app_canvas_width(subtitle) + GAP + app_canvas_width(right) <= canvas->columns)
        app_canvas_put(canvas, subtitle);
    app_canvas_to(canvas, canvas->columns - app_canvas_width(right));
    app_canvas_colour(canvas, APP_PLAIN);
    app_canvas_put(canvas, right);
    app_canvas_line(canvas);
    app_canvas_line(canvas);
}

static void put_header(struct app_canvas *canvas, const struct layout *layout)
{
    app_canvas_colour(canvas, APP_DIM);
    app_canvas_put(canvas, " channel");
    app_canvas_to(canvas, MARGIN + NAME_WIDTH);
    app_canvas_right(canvas, "NPS", SCORE_WIDTH);
    app_canvas_repeat(canvas, " ", GAP);
    app_bar_put_scale(canvas, &layout->bar, "95 % interval");
    app_canvas_right(canvas, "answers", ANSWERS_WIDTH);
    app_canvas_right(canvas, "minutes", GAP + layout->course);
    app_canvas_right(canvas, "response", RATE_WIDTH);
    app_canvas_right(canvas, "wait", WAIT_WIDTH);
    app_canvas_line(canvas);
}

static void put_row(struct app_canvas *canvas, const struct layout *layout,
                    const struct app_table_row *row)
{
    char text[APP_FIGURE_MAX];

    app_canvas_to(canvas, MARGIN);
    app_canvas_put(canvas, row->name);
    app_canvas_to(canvas, MARGIN + NAME_WIDTH);
    app_canvas_colour(canvas, colour_of(row->nps.value));
    snprintf(text, sizeof(text), "%+.0f", row->nps.value);
    app_canvas_right(canvas, isnan(row->nps.value) ? "" : text, SCORE_WIDTH);
    app_canvas_colour(canvas, APP_PLAIN);
    app_canvas_repeat(canvas, " ", GAP);
    app_bar_put(canvas, &layout->bar, row->nps.value, row->nps.low, row->nps.high, colour_of(row->nps.value));
    app_canvas_right(canvas, app_figure_whole(row->answers, text), ANSWERS_WIDTH);
    app_canvas_repeat(canvas, " ", GAP);
    app_course_put(canvas, row->course, row->n_course, layout->course, COURSE_POINTS);
    snprintf(text, sizeof(text), "%.1f %%", row->response_rate);
    app_canvas_right(canvas, isnan(row->response_rate) ? "" : text, RATE_WIDTH);
    app_canvas_right(canvas, app_figure_duration(row->wait_s, text), WAIT_WIDTH);
    app_canvas_line(canvas);
}

static void put_label(struct app_canvas *canvas, const char *label)
{
    app_canvas_colour(canvas, APP_DIM);
    app_canvas_to(canvas, MARGIN);
    app_canvas_put(canvas, label);
    app_canvas_to(canvas, INDENT);
    app_canvas_colour(canvas, APP_PLAIN);
}

/* The first and the last few, with their intervals: no rank where they overlap. */
static void put_teams(struct app_canvas *canvas, const struct app_table *table)
{
    int shown = canvas->columns >= 120 ? 5 : 3;

    if (table->n_teams < 2 * shown)
        return;
    app_canvas_line(canvas);
    for (int side = 0; side < 2; side++) {
        put_label(canvas, side == 0 ? "highest" : "lowest");
        for (int i = 0; i < shown; i++) {
            const struct app_table_row *team =
                &table->teams[side == 0 ? i : table->n_teams - shown + i];
            char text[96];

            snprintf(text, sizeof(text), "%s%s %+.0f (%.0f..%.0f)", i > 0 ? "   " : "", team->name,
                     team->nps.value, team->nps.low, team->nps.high);
            app_canvas_flow(canvas, text, INDENT);
        }
        app_canvas_line(canvas);
    }
}

static void put_detractor(struct app_canvas *canvas, const struct app_table *table)
{
    if (!table->detractor[0])
        return;
    app_canvas_line(canvas);
    put_label(canvas, "detractor");
    app_canvas_put(canvas, table->detractor);
    app_canvas_line(canvas);
}

static void put_sum(struct app_canvas *canvas, const struct app_trust *trust)
{
    const struct {
        const char *before, *name;
        int64_t number;
    } parts[] = {
        {"", "consumed", trust->consumed},      {" = ", "counted", trust->counted},
        {" + ", "retracted", trust->retracted}, {" + ", "duplicates", trust->duplicate},
        {" + ", "rejected", trust->rejected},   {" + ", "ignored", trust->ignored},
    };
    bool adds_up = app_trust_adds_up(trust);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char text[96], count[APP_FIGURE_MAX];

        snprintf(text, sizeof(text), "%s%s %s", parts[i].before,
                 app_figure_count(parts[i].number, count), parts[i].name);
        app_canvas_flow(canvas, text, INDENT);
    }
    app_canvas_colour(canvas, adds_up ? APP_GREEN : APP_RED);
    app_canvas_flow(canvas, adds_up ? "  ✓ adds up" : "  ✗ does not add up", INDENT);
    app_canvas_line(canvas);
}

static void put_trust(struct app_canvas *canvas, const struct app_trust *trust)
{
    const struct {
        const char *name;
        int64_t number;
    } figures[] = {
        {"behind the log", trust->lag},
        {"late", trust->late},
        {"answers dropped", trust->bad_answers},
        {"commits", trust->commits},
    };

    app_canvas_line(canvas);
    put_label(canvas, "trust");
    put_sum(canvas, trust);
    app_canvas_to(canvas, INDENT);
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        char text[96], count[APP_FIGURE_MAX];

        snprintf(text, sizeof(text), "%s%s %s", i > 0 ? "   " : "",
                 app_figure_count(figures[i].number, count), figures[i].name);
        app_canvas_flow(canvas, text, INDENT);
    }
    app_canvas_line(canvas);
}

/* ---- the whole ---- */

static void put_all(struct app_canvas *canvas, const struct app_table *table)
{
    struct layout layout = lay_out(table, canvas->columns);

    put_title(canvas, table);
    if (table->note) {
        app_canvas_format(canvas, " %s", table->note);
        app_canvas_line(canvas);
    } else {
        put_header(canvas, &layout);
        for (int i = 0; i < table->n_channels; i++)
            put_row(canvas, &layout, &table->channels[i]);
        put_row(canvas, &layout, &table->all);
        put_teams(canvas, table);
        put_detractor(canvas, table);
        put_trust(canvas, &table->trust);
    }
    if (table->footer) {
        app_canvas_line(canvas);
        app_canvas_colour(canvas, APP_DIM);
        app_canvas_format(canvas, " %s", table->footer);
        app_canvas_line(canvas);
    }
}

void app_table_render(const struct app_table *table, const struct app_table_style *style,
                      struct kaiku_buffer *out)
{
    struct kaiku_buffer whole = {0};
    struct app_canvas canvas = {
        .out = &whole,
        .columns = style->columns,
        .colours = style->colours,
    };

    put_all(&canvas, table);
    if (whole.failed)
        out->failed = true;
    else
        app_canvas_fit(&whole, style->lines, out);
    kaiku_buffer_release(&whole);
}
