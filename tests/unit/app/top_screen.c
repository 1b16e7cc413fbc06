#include "top_screen.h"
#include "top_world.h"

#include "canvas.h"
#include "colours.h"
#include "top_order.h"

static struct app_top_data data;
static struct app_top_screen screen;
static struct kaiku_buffer out;

#define NOW_MS INT64_C(1767614520000) /* 2026-01-05 12:02:00 UTC */

static void set_up(void)
{
    setenv("TZ", "UTC", 1);
    set_up_top();
    add_row("channel phone n 1200 nps 42 nps_lo 38 nps_hi 47 nps_status met nps_target 40 nps_needed 0 csat 81.5 "
            "csat_lo 80 csat_hi 83");
    add_row("channel 電話 n 300 nps -20 nps_lo -30 nps_hi -10 nps_status below nps_target 40 nps_needed 12");
    add_row("channel sms n 0 nps nan nps_lo nan nps_hi nan nps_status no_data nps_target 40 nps_needed nan");
    data.table = table;
    data.total = make_row(0, "n 1500 nps 30 nps_lo 28 nps_hi 32 nps_status none");
    data.from_ms = INT64_C(1767571200) * 1000;
    snprintf(data.rule, sizeof(data.rule), "promoters minus detractors");
    data.trust = (struct app_trust){
        .consumed = 1600, .counted = 1500, .rejected = 100, .lag = 7,
        .high_ms = NOW_MS - 5000, .updated_ms = NOW_MS - 1000,
    };
    data.read_ms = NOW_MS;
    screen = (struct app_top_screen){
        .choice = &choice, .data = &data, .n_rows = 3, .now_ms = NOW_MS,
    };
}

static void tear_down(void)
{
    kaiku_buffer_release(&out);
    app_top_row_destroy(data.total);
    tear_down_top();
}

TestSuite(top_screen, .init = set_up, .fini = tear_down);

static const char *render(int columns, int lines, bool colours)
{
    const struct app_top_style style = {columns, lines, colours};

    choice.page = app_top_page(&screen, lines);
    kaiku_buffer_clear(&out);
    app_top_render(&screen, &style, &out);
    return kaiku_buffer_cstring(&out);
}

static void expect(int columns, int lines, const char *text)
{
    cr_expect_not_null(strstr(render(columns, lines, false), text), "no '%s' in\n%s", text, out.data);
}

Test(top_screen, shows_rows)
{
    expect(100, 24, "\n phone     1,200  +42.0 +38..+47 ✓  ");
    expect(100, 24, "\n 電話        300  -20.0 -30..-10 ▼  ");
    expect(100, 24, " 40, needs 12 ");
    expect(100, 24, "\n sms           0                 ·  ");
    expect(100, 24, "\n all       1,500  +30.0 +28..+32    ");
    expect(100, 24, "81.5 % 80..83");
}

Test(top_screen, says_what_is_chosen)
{
    expect(100, 24, " kaiku top   contact by channel   day of Mon 05 Jan 2026 ");
    expect(100, 24, " 12:02:00\n nps: promoters minus detractors\n");
    expect(100, 24, " n↓");
    choice.sort = (struct app_top_sort){APP_TOP_BY_METRIC, 0, true};
    expect(100, 24, " nps↑");
    choice.is_paused = true;
    expect(100, 24, " paused\n");
    choice.window = 3;
    expect(100, 24, "   month of Jan 2026");
}

Test(top_screen, stays_within_any_terminal)
{
    for (int columns = 10; columns < 200; columns += 7) {
        for (int lines = 3; lines < 50; lines += 3) {
            char *text = strdup(render(columns, lines, true)), *rest = text, *line;
            int n = 0;

            cr_assert(kaiku_text_is_utf8(kaiku_buffer_as_text(&out)));
            strip(text);
            while ((line = strsep(&rest, "\n")) && rest) {
                cr_assert_leq(app_canvas_width(line), columns, "%s", line);
                n++;
            }
            cr_assert_leq(n, lines);
            cr_assert(lines < 8 || n == lines, "%d of %d", n, lines);
            free(text);
        }
    }
}

Test(top_screen, scrolls)
{
    choice.first = 1;
    cr_expect_eq(app_top_page(&screen, 8), 2);
    render(100, 8, false);
    cr_expect_null(strstr(out.data, "phone"));
    cr_expect_not_null(strstr(out.data, "sms"));
    cr_expect_not_null(strstr(out.data, " 2–3 of 3\n"), "%s", out.data);
    cr_expect_eq(app_top_page(&screen, 2), 1);
}

Test(top_screen, says_how_old_figures_are_while_redis_is_away)
{
    screen.away = "cannot connect to redis: refused";
    screen.now_ms += 75000;
    expect(100, 24, "\n these figures are 75 s old: cannot connect to redis: refused\n");
    data.read_ms = 0;
    expect(100, 24, "\n no figures yet: cannot connect to redis: refused\n");
    choice.is_paused = true;
    expect(40, 24, "\n no figures yet: cannot connect…  paused\n");
}

Test(top_screen, says_whether_to_believe_it)
{
    expect(130, 24, " trust  7 behind the log   ✓ adds up   5 s since the newest event   100 rejected   "
                    "1 s since it was written\n");
    data.trust.counted--;
    expect(130, 24, "✗ does not add up");
    data.trust = (struct app_trust){0};
    expect(130, 24, " trust  nothing was counted under this prefix yet\n");
}

Test(top_screen, tells_about_keys_as_far_as_there_is_room)
{
    expect(100, 24, " q quit  ? help  / filter  ← → sort  r turn  v view  w window  g set  m metric  space pause\n");
    expect(30, 24, "\n q quit  ? help  / filter\n");
    choice.mode = APP_TOP_HELP;
    expect(100, 24, "the column that sorts");
    choice.mode = APP_TOP_FILTER;
    strcpy(choice.filter, "pho");
    expect(100, 24, "\n filter: pho ");
}

Test(top_screen, says_why_there_are_no_rows)
{
    strcpy(choice.filter, "nobody");
    screen.n_rows = 0;
    expect(100, 24, " no member holds 'nobody'\n");
    expect(100, 24, " 0 of 3\n");
    data.table.n = 0;
    expect(100, 24, " nothing stands in this table yet\n");
    data.table.n = 3;
}

Test(top_screen, prints_all_of_it_without_a_terminal)
{
    render(0, 0, false);
    cr_expect_null(strchr(out.data, '\033'));
    cr_expect_null(strstr(out.data, "q quit"));
    cr_expect_null(strstr(out.data, "12:02"));
    expect(0, 0, "answered");
    expect(0, 0, "cost");
}

Test(top_screen, colours_targets)
{
    cr_expect_not_null(strstr(render(100, 24, true), "\033[0;32m+42.0"), "%s", out.data);
    cr_expect_not_null(strstr(out.data, "\033[0;31m-20.0"));
}

Test(top_screen, shows_courses_of_members)
{
    data.courses[0] = (struct app_top_course){.member = (char[]){"phone|_all"}, .n = 3};
    data.courses[0].values[APP_TOP_COURSE - 3] = 10;
    data.courses[0].values[APP_TOP_COURSE - 2] = 30;
    data.courses[0].values[APP_TOP_COURSE - 1] = 50;
    data.n_courses = 1;
    expect(80, 24, " ▁▄█ ");
    expect(80, 24, " by 1h ");
}
