#include <monitor/monitor.h>

#include <criterion/criterion.h>

static const struct kaiku_monitor_family
    events = {"events_total", "Events.", "result", true},
    lag = {"lag", "Lag.", NULL, false},
    took = {"took_seconds", "How long it took.", NULL, false};
static const double bounds[] = {0.5, 1};

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

TestSuite(figures, .init = start, .fini = stop);

/* The exposition holds this line. */
static bool shows(const char *line)
{
    kaiku_buffer_clear(&text);
    kaiku_buffer_char(&text, '\n');
    kaiku_monitor_metrics(monitor, &text);
    return strstr(kaiku_buffer_cstring(&text), line) != NULL;
}

Test(figures, counters_begin_at_nothing_and_add_up)
{
    struct kaiku_monitor_value *value = kaiku_monitor_value(monitor, &events, "counted");

    cr_assert(shows("\nevents_total{result=\"counted\"} 0\n"), "%s", text.data);
    kaiku_monitor_add(value, 2);
    kaiku_monitor_add(value, 3);
    cr_assert(shows("\nevents_total{result=\"counted\"} 5\n"), "%s", text.data);
}

Test(figures, gauges_are_unknown_until_they_are_set)
{
    struct kaiku_monitor_value *value = kaiku_monitor_value(monitor, &lag, NULL);

    cr_assert(shows("\nlag NaN\n"), "%s", text.data);
    kaiku_monitor_set(value, 7);
    kaiku_monitor_set(value, 4);
    cr_assert(shows("\nlag 4\n"), "%s", text.data);
}

Test(figures, what_is_registered_again_is_the_same)
{
    kaiku_monitor_add(kaiku_monitor_value(monitor, &events, "counted"), 2);
    kaiku_monitor_add(kaiku_monitor_value(monitor, &events, "rejected"), 5);
    kaiku_monitor_add(kaiku_monitor_value(monitor, &events, "counted"), 1);
    cr_assert_eq(kaiku_monitor_value(monitor, &lag, NULL), kaiku_monitor_value(monitor, &lag, NULL));
    cr_assert(shows("\nevents_total{result=\"counted\"} 3\nevents_total{result=\"rejected\"} 5\n#"), "%s", text.data);
}

Test(figures, values_stand_with_their_family_whenever_they_came)
{
    kaiku_monitor_value(monitor, &events, "counted");
    kaiku_monitor_value(monitor, &lag, NULL);
    kaiku_monitor_value(monitor, &events, "rejected");
    cr_assert(shows("\nevents_total{result=\"counted\"} 0\nevents_total{result=\"rejected\"} 0\n# HELP lag "), "%s",
              text.data);
}

Test(figures, buckets_hold_what_is_at_most_their_bound)
{
    struct kaiku_monitor_histogram *histogram = kaiku_monitor_histogram(monitor, &took, bounds, 2);

    kaiku_monitor_observe(histogram, 0.5, 1);
    kaiku_monitor_observe(histogram, 0.75, 3);
    kaiku_monitor_observe(histogram, 8, 1);
    cr_assert(shows("\ntook_seconds_bucket{le=\"0.5\"} 1\n"
                    "took_seconds_bucket{le=\"1\"} 4\n"
                    "took_seconds_bucket{le=\"+Inf\"} 5\n"
                    "took_seconds_sum 10.75\n"
                    "took_seconds_count 5\n"),
              "%s", text.data);
    cr_assert_eq(kaiku_monitor_histogram(monitor, &took, bounds, 2), histogram);
}

Test(figures, without_a_monitor_nothing_is_written)
{
    kaiku_monitor_set(kaiku_monitor_value(NULL, &lag, NULL), 1);
    kaiku_monitor_add(kaiku_monitor_value(NULL, &events, "counted"), 1);
    kaiku_monitor_observe(kaiku_monitor_histogram(NULL, &took, bounds, 2), 1, 1);
    cr_assert_not(shows("lag"), "%s", text.data);
}
