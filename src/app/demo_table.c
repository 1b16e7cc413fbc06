#include "demo_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "canvas.h"

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
    INDENT = 11,
};

/* Where the bars begin and end, in points of NPS, and how wide things are. */
struct layout {
    double low, high;
    int bar, course;
};

/* ---- numbers ---- */

const char *app_table_count(int64_t number, char *out)
{
    char digits[24];
    int size = snprintf(digits, sizeof(digits), "%" PRId64, number), at = 0;

    for (int i = 0; i < size; i++) {
        int left = size - i;

        if (i > 0 && left % 3 == 0 && digits[i - 1] != '-')
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

static const char *count_of(double number, char *out)
{
    if (isnan(number)) {
        out[0] = '\0';
        return out;
    }
    return app_table_count((int64_t)number, out);
}

static const char *duration_of(double seconds, char out[32])
{
    if (isnan(seconds))
        out[0] = '\0';
    else if (seconds < 9.95)
        snprintf(out, 32, "%.1f s", seconds);
    else if (seconds < 600)
        snprintf(out, 32, "%.0f s", seconds);
    else
        snprintf(out, 32, "%.0f min", seconds / 60);
    return out;
}

static enum app_colour colour_of(double nps)
{
    return isnan(nps) ? APP_DIM : nps >= 45 ? APP_GREEN : nps >= 30 ? APP_YELLOW : APP_RED;
}

/* ---- bars and courses ---- */

static void widen(struct layout *layout, const struct app_table_score *score)
{
    if (isnan(score->value))
        return;
    layout->low = fmin(layout->low, floor(score->low / 20) * 20);
    layout->high = fmax(layout->high, ceil(score->high / 20) * 20);
}

static struct layout lay_out(const struct app_table *table, int columns)
{
    struct layout layout = {.low = 0, .high = 60};
    int fixed = MARGIN + NAME_WIDTH + SCORE_WIDTH + ANSWERS_WIDTH + RATE_WIDTH + WAIT_WIDTH + 2 * GAP;
    int free = columns - fixed;

    for (int i = 0; i < table->n_channels; i++)
        widen(&layout, &table->channels[i].nps);
    widen(&layout, &table->all.nps);
    layout.course = free * 2 / 5;
    layout.course = layout.course < COURSE_LEAST  ? COURSE_LEAST
                    : layout.course > COURSE_MOST ? COURSE_MOST
                                                  : layout.course;
    layout.bar = free - layout.course;
    layout.bar = layout.bar < BAR_LEAST ? BAR_LEAST : layout.bar > BAR_MOST ? BAR_MOST : layout.bar;
    return layout;
}

static int cell_of(const struct layout *layout, double points)
{
    double part = (points - layout->low) / (layout->high - layout->low);
    int cell = (int)(part * layout->bar);

    return cell < 0 ? 0 : cell >= layout->bar ? layout->bar - 1 : cell;
}

static void put_bar(struct app_canvas *canvas, const struct layout *layout,
                    const struct app_table_score *score)
{
    bool known = !isnan(score->value);
    int from = known ? cell_of(layout, score->low) : -1;
    int to = known ? cell_of(layout, score->high) : -1;
    int at = known ? cell_of(layout, score->value) : -1;

    for (int i = 0; i < layout->bar; i++) {
        bool within = i >= from && i <= to;

        app_canvas_colour(canvas, within ? colour_of(score->value) : APP_DIM);
        app_canvas_put(canvas, i == at ? "●" : within ? "━" : "·");
    }
    app_canvas_colour(canvas, APP_PLAIN);
}

/* Each row on a scale of its own, at least ten points high: it shows the course, not the level. */
static void put_course(struct app_canvas *canvas, const struct app_table_row *row, int width)
{
    static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    int first = row->n_course > width ? row->n_course - width : 0;
    double low = INFINITY, high = -INFINITY;

    for (int i = first; i < row->n_course; i++) {
        low = fmin(low, row->course[i]);
        high = fmax(high, row->course[i]);
    }
    high = fmax(high, low + 10);
    app_canvas_repeat(canvas, " ", width - (row->n_course - first));
    app_canvas_colour(canvas, APP_CYAN);
    for (int i = first; i < row->n_course; i++) {
        double part = (row->course[i] - low) / (high - low);

        app_canvas_put(canvas, isnan(part) ? " " : levels[(int)(part * 7.999)]);
    }
    app_canvas_colour(canvas, APP_PLAIN);
}

/* ---- parts ---- */

static void put_title(struct app_canvas *canvas, const struct app_table *table)
{
    const char *subtitle = "  Kafka → kaiku → Redis, in one process";
    char right[96], count[32];

    snprintf(right, sizeof(right), "%s events/s   %02d:%02d",
             app_table_count((int64_t)(table->events_per_s + 0.5), count),
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
    const char *title = "95 % interval";
    char low[16], high[16];
    int left, middle;

    snprintf(low, sizeof(low), "%.0f", layout->low);
    snprintf(high, sizeof(high), "%.0f", layout->high);
    app_canvas_colour(canvas, APP_DIM);
    app_canvas_put(canvas, " channel");
    app_canvas_to(canvas, MARGIN + NAME_WIDTH);
    app_canvas_right(canvas, "NPS", SCORE_WIDTH);
    left = canvas->column + GAP;
    app_canvas_to(canvas, left);
    app_canvas_put(canvas, low);
    middle = left + (layout->bar - app_canvas_width(title)) / 2;
    if (middle > canvas->column && layout->bar >= app_canvas_width(title) + 8) {
        app_canvas_to(canvas, middle);
        app_canvas_put(canvas, title);
    }
    app_canvas_to(canvas, left + layout->bar - app_canvas_width(high));
    app_canvas_put(canvas, high);
    app_canvas_right(canvas, "answers", ANSWERS_WIDTH);
    app_canvas_right(canvas, "minutes", GAP + layout->course);
    app_canvas_right(canvas, "response", RATE_WIDTH);
    app_canvas_right(canvas, "wait", WAIT_WIDTH);
    app_canvas_line(canvas);
}

static void put_row(struct app_canvas *canvas, const struct layout *layout,
                    const struct app_table_row *row)
{
    char text[32];

    app_canvas_to(canvas, MARGIN);
    app_canvas_put(canvas, row->name);
    app_canvas_to(canvas, MARGIN + NAME_WIDTH);
    app_canvas_colour(canvas, colour_of(row->nps.value));
    snprintf(text, sizeof(text), "%+.0f", row->nps.value);
    app_canvas_right(canvas, isnan(row->nps.value) ? "" : text, SCORE_WIDTH);
    app_canvas_colour(canvas, APP_PLAIN);
    app_canvas_repeat(canvas, " ", GAP);
    put_bar(canvas, layout, &row->nps);
    app_canvas_right(canvas, count_of(row->answers, text), ANSWERS_WIDTH);
    app_canvas_repeat(canvas, " ", GAP);
    put_course(canvas, row, layout->course);
    snprintf(text, sizeof(text), "%.1f %%", row->response_rate);
    app_canvas_right(canvas, isnan(row->response_rate) ? "" : text, RATE_WIDTH);
    app_canvas_right(canvas, duration_of(row->wait_s, text), WAIT_WIDTH);
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

bool app_table_adds_up(const struct app_table_trust *trust)
{
    return trust->consumed == trust->counted + trust->retracted + trust->duplicate +
                                  trust->rejected + trust->ignored;
}

static void put_sum(struct app_canvas *canvas, const struct app_table_trust *trust)
{
    const struct {
        const char *before, *name;
        int64_t number;
    } parts[] = {
        {"", "consumed", trust->consumed},      {" = ", "counted", trust->counted},
        {" + ", "retracted", trust->retracted}, {" + ", "duplicates", trust->duplicate},
        {" + ", "rejected", trust->rejected},   {" + ", "ignored", trust->ignored},
    };
    bool adds_up = app_table_adds_up(trust);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char text[96], count[32];

        snprintf(text, sizeof(text), "%s%s %s", parts[i].before,
                 app_table_count(parts[i].number, count), parts[i].name);
        app_canvas_flow(canvas, text, INDENT);
    }
    app_canvas_colour(canvas, adds_up ? APP_GREEN : APP_RED);
    app_canvas_flow(canvas, adds_up ? "  ✓ adds up" : "  ✗ does not add up", INDENT);
    app_canvas_line(canvas);
}

static void put_trust(struct app_canvas *canvas, const struct app_table_trust *trust)
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
        char text[96], count[32];

        snprintf(text, sizeof(text), "%s%s %s", i > 0 ? "   " : "",
                 app_table_count(figures[i].number, count), figures[i].name);
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

static int count_lines(const struct kaiku_buffer *text)
{
    int n = 0;

    for (size_t i = 0; i < text->size; i++)
        n += text->data[i] == '\n';
    return n;
}

/* Copies at most `lines` lines; blank ones are the first to go. */
static void fit(const struct kaiku_buffer *text, int lines, struct kaiku_buffer *out)
{
    int over = lines > 0 ? count_lines(text) - lines : 0, left = lines > 0 ? lines : INT32_MAX;

    for (size_t at = 0; at < text->size && left > 0;) {
        const char *line = text->data + at;
        size_t size = (size_t)((const char *)memchr(line, '\n', text->size - at) - line) + 1;

        at += size;
        if (size == 1 && over > 0) {
            over--;
            continue;
        }
        kaiku_buffer_append(out, line, size);
        left--;
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
        fit(&whole, style->lines, out);
    kaiku_buffer_release(&whole);
}
