#include "demo_table.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "canvas.h"
#include "colours.h"

static struct app_table table;
static struct kaiku_buffer out;

static struct app_table_row row(const char *name, double nps, double margin)
{
    struct app_table_row made = {
        .nps = {nps, nps - margin, nps + margin},
        .answers = 12345,
        .response_rate = 38.12,
        .wait_s = 41.4,
        .course = {10, NAN, 20, 30},
        .n_course = 4,
    };

    snprintf(made.name, sizeof(made.name), "%s", name);
    return made;
}

static void setup(void)
{
    static const char *const names[] = {"app", "branch", "chat", "email",
                                        "phone", "sms", "social", "web"};

    table = (struct app_table){
        .n_channels = 8, .n_teams = 10, .footer = "q ends it", .seconds = 125,
    };
    for (int i = 0; i < 8; i++)
        table.channels[i] = row(names[i], 10 * i - 20, 5);
    for (int i = 0; i < 10; i++)
        table.teams[i] = row("a team", 50 - i, 3);
    table.all = row("all", 38, 1);
    snprintf(table.detractor, sizeof(table.detractor), "09:31:12  score 3  phone  billing  a-1042");
    table.trust = (struct app_trust){
        .consumed = 1000110, .counted = 1000000, .retracted = 10, .duplicate = 80, .rejected = 20,
    };
    table.events_per_s = 2000.4;
}

static void teardown(void)
{
    kaiku_buffer_release(&out);
}

TestSuite(demo_table, .init = setup, .fini = teardown);

static const char *render(int columns, int lines, bool colours)
{
    struct app_table_style style = {columns, lines, colours};

    kaiku_buffer_clear(&out);
    app_table_render(&table, &style, &out);
    return kaiku_buffer_cstring(&out);
}

Test(demo_table, stays_within_any_screen)
{
    for (int columns = 20; columns < 200; columns += 7) {
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
            free(text);
        }
    }
}

Test(demo_table, fits_a_usual_terminal_whole)
{
    const char *text = render(79, 24, false);

    cr_assert_not_null(strstr(text, " adds up"));
    cr_assert_not_null(strstr(text, "q ends it"));
    cr_assert_not_null(strstr(text, "detractor 09:31:12"));
}

Test(demo_table, shows_a_row)
{
    table.n_channels = 1;
    table.channels[0] = row("phone", 30, 10);
    cr_assert_not_null(
        strstr(render(79, 0, false),
               "\n phone      +30  ······━━━━●━━━······    12,345           ▁ ▄█   38.1 %    41 s\n"),
        "%s", out.data);
}

Test(demo_table, widens_the_scale_for_all_intervals)
{
    table.channels[0] = row("phone", -70, 15);
    cr_assert_not_null(strstr(render(110, 0, false), "NPS  -100 "));
}

Test(demo_table, leaves_unknown_values_blank)
{
    table.n_channels = 1;
    table.channels[0] = (struct app_table_row){
        .name = "sms",
        .nps = {NAN, NAN, NAN},
        .answers = NAN,
        .response_rate = NAN,
        .wait_s = NAN,
    };
    render(79, 0, false);
    cr_assert_null(strstr(out.data, "nan"));
    cr_assert_not_null(strstr(out.data, "\n sms             ····················  "));
}

Test(demo_table, says_whether_the_figures_add_up)
{
    cr_assert_not_null(strstr(render(140, 0, false), "✓ adds up"));
    table.trust.ignored = 1;
    cr_assert_not_null(strstr(render(140, 0, false), "✗ does not add up"));
}

Test(demo_table, colours_only_where_wanted)
{
    cr_assert_null(strchr(render(110, 0, false), '\033'));
    cr_assert_not_null(strstr(render(110, 0, true), "\033[0;32m"));
}

Test(demo_table, shows_a_note_instead_of_an_empty_table)
{
    table.note = "wait";
    render(80, 0, false);
    cr_assert_not_null(strstr(out.data, " wait\n"));
    cr_assert_null(strstr(out.data, "phone"));
}

Test(demo_table, lets_no_control_characters_through)
{
    snprintf(table.detractor, sizeof(table.detractor), "a\033[2Jb\nc");
    cr_assert_not_null(strstr(render(80, 0, false), "a[2Jbc\n"));
}
