#include "canvas.h"

#include <criterion/criterion.h>

static struct kaiku_buffer out;
static struct app_canvas canvas;

static void setup(void)
{
    canvas = (struct app_canvas){.out = &out, .columns = 10};
}

static void teardown(void)
{
    kaiku_buffer_release(&out);
}

TestSuite(canvas, .init = setup, .fini = teardown);

Test(canvas, cuts_at_its_last_column)
{
    app_canvas_put(&canvas, "123456789電話");
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "123456789");
    cr_expect_eq(canvas.column, 9);
}

Test(canvas, aligns_wide_characters)
{
    app_canvas_right(&canvas, "電話", 6);
    app_canvas_left(&canvas, KAIKU_TEXT("é"), 3);
    app_canvas_put(&canvas, "|");
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "  電話é  |");
}

Test(canvas, says_where_it_cut_a_value)
{
    app_canvas_left(&canvas, KAIKU_TEXT("abcdefgh"), 4);
    app_canvas_left(&canvas, KAIKU_TEXT("電話番"), 4);
    app_canvas_put(&canvas, "|");
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "abc…電… |");
}

Test(canvas, leaves_out_what_controls_a_terminal)
{
    app_canvas_put(&canvas, "a\033[2J\u202eb\n\xc2\x9b""c");
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "a[2Jbc");
    cr_expect_eq(canvas.column, 6);
}

Test(canvas, drops_blank_lines_first)
{
    struct kaiku_buffer text = {0};

    kaiku_buffer_string(&text, "a\n\nb\n\nc\n");
    app_canvas_fit(&text, 4, &out);
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "a\nb\n\nc\n");
    kaiku_buffer_clear(&out);
    app_canvas_fit(&text, 2, &out);
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "a\nb\n");
    kaiku_buffer_clear(&out);
    app_canvas_fit(&text, 0, &out);
    cr_expect_eq(out.size, text.size);
    kaiku_buffer_release(&text);
}
