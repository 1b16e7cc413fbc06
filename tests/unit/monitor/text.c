#include <monitor/monitor.h>

#include <criterion/criterion.h>

#include <math.h>

static struct kaiku_monitor *monitor;
static struct kaiku_buffer text;

static void start(void)
{
    cr_assert_eq(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &monitor), KAIKU_OK);
}

static void stop(void)
{
    kaiku_buffer_release(&text);
    kaiku_monitor_destroy(monitor);
}

TestSuite(text, .init = start, .fini = stop);

static void check(const char *expected)
{
    kaiku_buffer_clear(&text);
    kaiku_monitor_metrics(monitor, &text);
    cr_assert_eq(strncmp(kaiku_buffer_cstring(&text), expected, strlen(expected)), 0, "%s", text.data);
}

Test(text, names_what_it_is)
{
    static const struct kaiku_monitor_family counter = {"a_total", "All of them.", NULL, true};
    static const struct kaiku_monitor_family gauge = {"b", "Now.", NULL, false};

    kaiku_monitor_value(monitor, &counter, NULL);
    kaiku_monitor_set(kaiku_monitor_value(monitor, &gauge, NULL), -1);
    check("# HELP a_total All of them.\n# TYPE a_total counter\na_total 0\n"
          "# HELP b Now.\n# TYPE b gauge\nb -1\n");
}

Test(text, lets_no_text_forge_a_line)
{
    static const struct kaiku_monitor_family family = {"a", "back\\slash \"and\"\nmore", "path", false};

    kaiku_monitor_set(kaiku_monitor_value(monitor, &family, "C:\\\"x\"\n\xc3\xa4"), 1);
    check("# HELP a back\\\\slash \"and\"\\nmore\n# TYPE a gauge\n"
          "a{path=\"C:\\\\\\\"x\\\"\\n\xc3\xa4\"} 1\n");
}

Test(text, whole_numbers_keep_all_their_digits)
{
    static const struct kaiku_monitor_family family = {"a", "A.", "of", false};

    kaiku_monitor_set(kaiku_monitor_value(monitor, &family, "whole"), 9007199254740991.0);
    kaiku_monitor_set(kaiku_monitor_value(monitor, &family, "part"), 0.1 + 0.2);
    kaiku_monitor_set(kaiku_monitor_value(monitor, &family, "large"), 1e300);
    kaiku_monitor_set(kaiku_monitor_value(monitor, &family, "most"), -INFINITY);
    check("# HELP a A.\n# TYPE a gauge\na{of=\"whole\"} 9007199254740991\na{of=\"part\"} 0.3\na{of=\"large\"} 1e+300\n"
          "a{of=\"most\"} -Inf\n");
}
