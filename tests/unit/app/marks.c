#include "marks.h"

#include <criterion/criterion.h>
#include <math.h>

static struct kaiku_buffer out;
static struct app_canvas canvas;

static void setup(void)
{
    canvas = (struct app_canvas){.out = &out, .columns = 80};
}

static void teardown(void)
{
    kaiku_buffer_release(&out);
}

TestSuite(marks, .init = setup, .fini = teardown);

static const char *bar(double value, double low, double high)
{
    const struct app_bar scale = {0, 100, 10};

    setup();
    kaiku_buffer_clear(&out);
    app_bar_put(&canvas, &scale, value, low, high, APP_GREEN);
    return kaiku_buffer_cstring(&out);
}

static const char *course(const double *values, int n, int columns, double least)
{
    setup();
    kaiku_buffer_clear(&out);
    app_course_put(&canvas, values, n, columns, least);
    return kaiku_buffer_cstring(&out);
}

Test(marks, draw_an_interval_on_its_scale)
{
    cr_expect_str_eq(bar(55, 30, 70), "···━━●━━··");
    cr_expect_str_eq(bar(100, 100, 100), "·········●");
    cr_expect_str_eq(bar(5, -40, 140), "●━━━━━━━━━");
    cr_expect_str_eq(bar(55, NAN, NAN), "·····●····");
    cr_expect_str_eq(bar(NAN, NAN, NAN), "··········");
}

Test(marks, name_the_ends_of_a_scale)
{
    const struct app_bar wide = {-100, 100, 24}, narrow = {0, 0.5, 10};

    app_bar_put_scale(&canvas, &wide, "95 % interval");
    app_canvas_line(&canvas);
    app_bar_put_scale(&canvas, &narrow, "95 % interval");
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "-100 95 % interval   100\n0      0.5");
}

Test(marks, draw_a_course_on_a_scale_of_its_own)
{
    const double values[] = {10, NAN, 20, 30, 45};

    cr_expect_str_eq(course(values, 5, 6, 0), " ▁ ▃▅█");
    cr_expect_str_eq(course(values, 5, 2, 0), "▁█");
    cr_expect_str_eq(course(values, 5, 5, 350), "▁ ▁▁▁");
    cr_expect_str_eq(course(values, 1, 2, 0), " ▁");
    cr_expect_str_eq(course(NULL, 0, 3, 0), "   ");
}
