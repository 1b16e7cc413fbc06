/* Whole files: the example that users copy, defaults, order of mistakes, files that cannot be
 * read. */
#include "check.h"

#include <base/log.h>
#include <unistd.h>

#define DAY_MS INT64_C(86400000)

static struct kaiku_settings *read_example(void)
{
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;

    int status = kaiku_config_read(KAIKU_EXAMPLE, &settings, &mistakes);
    cr_assert_eq(status, KAIKU_OK, "%s", mistakes.n ? mistakes.items[0].message : "");
    cr_assert_eq(mistakes.n, 0);
    kaiku_mistakes_release(&mistakes);
    return settings;
}

Test(config, example_settings)
{
    struct kaiku_settings *s = read_example();

    cr_assert_eq(s->n_topics, 1);
    cr_expect_str_eq(s->topics[0], "feedback");
    cr_assert_eq(s->n_properties, 2);
    cr_expect_str_eq(s->properties[0], "bootstrap.servers");
    cr_expect_str_eq(s->properties[1], "localhost:9092");
    cr_expect_str_eq(s->properties[2], "group.id");
    cr_expect_str_eq(s->properties[3], "kaiku");
    cr_expect_str_eq(s->redis.host, "localhost");
    cr_expect_eq(s->redis.port, 6379);
    cr_expect_eq(s->redis.database, 0);
    cr_expect_str_eq(s->model.time_zone, "Europe/Helsinki");
    kaiku_settings_destroy(s);
}

Test(config, example_event)
{
    static const char *const dimensions[] = {"channel", "touchpoint", "team", "agent", "reason"};
    struct kaiku_settings *s = read_example();
    struct kaiku_model *m = &s->model;

    cr_assert_eq(m->n_id, 1);
    cr_expect_str_eq(m->pointers[m->id[0]], "/id");
    cr_expect_str_eq(m->pointers[m->type], "/type");
    cr_expect_str_eq(m->pointers[m->op], "/op");
    cr_expect_str_eq(m->pointers[m->time], "/time");
    cr_assert_eq(m->n_dimensions, 5);
    for (uint32_t i = 0; i < 5; i++) {
        cr_expect_str_eq(m->dimensions[i].name, dimensions[i]);
        cr_expect_str_eq(m->pointers[m->dimensions[i].pointer] + 1, dimensions[i]);
        cr_expect_eq(m->dimensions[i].max_values, 10000);
    }
    /* 4 + 5, nps csat ces resolved wait_s handle_s, comment_ref */
    cr_expect_eq(m->n_pointers, 16);
    kaiku_settings_destroy(s);
}

Test(config, example_metrics)
{
    static const struct {
        const char *name, *pointer, *type;
        enum kaiku_kind kind;
    } expected[] = {
        {"nps", "/nps", "response", KAIKU_NPS},
        {"csat", "/csat", "response", KAIKU_TOP_BOX},
        {"ces", "/ces", "response", KAIKU_MEAN},
        {"resolved", "/resolved", "response", KAIKU_RATE},
        {"in_time", "/wait_s", "response", KAIKU_RATE},
        {"wait_s", "/wait_s", "response", KAIKU_QUANTILES},
        {"handle_s", "/handle_s", "response", KAIKU_QUANTILES},
        {"invited", NULL, "invitation", KAIKU_COUNT},
        {"answered", NULL, "response", KAIKU_COUNT},
        {"response_rate", NULL, NULL, KAIKU_RATIO},
    };
    struct kaiku_settings *s = read_example();
    struct kaiku_model *m = &s->model;

    cr_assert_eq(m->n_metrics, 10);
    for (uint32_t i = 0; i < 10; i++) {
        const struct kaiku_metric *metric = &m->metrics[i];
        cr_expect_str_eq(metric->name, expected[i].name);
        cr_expect_eq(metric->kind, expected[i].kind, "%s", metric->name);
        if (expected[i].pointer)
            cr_expect_str_eq(m->pointers[metric->pointer], expected[i].pointer);
        else
            cr_expect_eq(metric->pointer, -1);
        if (expected[i].type)
            cr_expect_str_eq(m->types[metric->type], expected[i].type);
    }
    cr_expect_eq(m->n_types, 2);
    cr_expect(m->metrics[0].low == 0 && m->metrics[0].high == 10);
    cr_expect(m->metrics[1].low == 1 && m->metrics[1].high == 5);
    cr_expect(m->metrics[1].top_low == 4 && m->metrics[1].top_high == 5);
    cr_expect(m->metrics[2].low == 1 && m->metrics[2].high == 7);
    cr_expect_not(m->metrics[3].has_when);
    cr_assert(m->metrics[4].has_when);
    cr_expect_eq(m->metrics[4].when.relation, KAIKU_LE);
    cr_expect_str_eq(m->metrics[4].when.text, "<= 20");
    cr_expect_eq(kaiku_decimal_floor(&m->metrics[4].when.limit, 0), 20);
    cr_expect_str_eq(m->metrics[5].unit, "s");
    cr_expect_null(m->metrics[4].unit);
    cr_expect(m->metrics[9].of == 8 && m->metrics[9].over == 7);
    cr_expect_eq(m->n_wide, 2, "the layout is assigned");
    cr_expect_eq(strlen(m->digest), 32, "the digest is filled in");
    kaiku_settings_destroy(s);
}

static void expect_window(const struct kaiku_window *window, const char *name,
                          enum kaiku_window_unit unit, int64_t length_ms, int64_t retention_days)
{
    cr_expect_str_eq(window->name, name);
    cr_expect_eq(window->unit, unit);
    if (unit == KAIKU_FIXED)
        cr_expect_eq(window->length_ms, length_ms);
    cr_expect_eq(window->retention_ms, retention_days * DAY_MS);
}

Test(config, example_views)
{
    struct kaiku_settings *s = read_example();
    const struct kaiku_view *contact = &s->model.views[0], *people = &s->model.views[1];

    cr_assert_eq(s->model.n_views, 2);
    cr_expect_str_eq(contact->name, "contact");
    cr_expect(contact->n_by == 2 && contact->by[0] == 0 && contact->by[1] == 1);
    cr_assert_eq(contact->n_groupings, 4);
    for (uint32_t i = 0; i < 4; i++)
        cr_expect_eq(contact->groupings[i], i);
    cr_assert_eq(contact->n_windows, 4);
    expect_window(&contact->windows[0], "1m", KAIKU_FIXED, 60000, 1);
    expect_window(&contact->windows[1], "1h", KAIKU_FIXED, 3600000, 30);
    expect_window(&contact->windows[2], "day", KAIKU_DAY, 0, 800);
    expect_window(&contact->windows[3], "month", KAIKU_MONTH, 0, 3700);
    cr_expect(contact->min_n == 0 && contact->rows == 500 && contact->where.n == 0);

    cr_expect_str_eq(people->name, "people");
    cr_expect(people->n_by == 3 && people->by[0] == 2 && people->by[1] == 3 && people->by[2] == 0);
    cr_assert_eq(people->n_groupings, 3);
    cr_expect_eq(people->groupings[0], 1);
    cr_expect_eq(people->groupings[1], 3);
    cr_expect_eq(people->groupings[2], 6);
    kaiku_settings_destroy(s);
}

Test(config, example_targets_and_alerts)
{
    struct kaiku_settings *s = read_example();
    const struct kaiku_view *people = &s->model.views[1];
    const struct kaiku_target *target = &people->targets[1];
    const struct kaiku_alert *alert = &s->model.alerts[0];

    cr_expect_eq(s->model.views[0].n_targets, 1);
    cr_expect_eq(s->model.views[0].targets[0].window, 3);
    cr_assert_eq(people->n_targets, 2);
    cr_expect(target->metric == 0 && target->window == 1);
    cr_expect(target->goal.micro == 45000000 && !target->goal.at_most);
    cr_expect(kaiku_text_equal(target->parts[0], KAIKU_TEXT("_all")));
    cr_expect(kaiku_text_equal(target->parts[1], KAIKU_TEXT("*")));
    cr_expect(kaiku_text_equal(target->parts[2], KAIKU_TEXT("chat")));

    cr_assert_eq(s->model.n_alerts, 2);
    cr_expect_str_eq(alert->name, "detractor");
    cr_expect(alert->metric == 0 && alert->when.relation == KAIKU_LE && alert->keep == 10000);
    cr_expect_str_eq(alert->when.text, "<= 6");
    cr_assert_eq(alert->n_carry, 5);
    cr_expect_eq(alert->carry[0].from, KAIKU_CARRY_ID);
    cr_expect_str_eq(alert->carry[0].name, "id");
    cr_expect_eq(alert->carry[3].from, KAIKU_CARRY_DIMENSION);
    cr_expect_eq(alert->carry[3].index, 3);
    cr_expect_str_eq(alert->carry[3].name, "agent");
    cr_expect_eq(alert->carry[4].from, KAIKU_CARRY_POINTER);
    cr_expect_str_eq(s->model.pointers[alert->carry[4].index], "/comment_ref");
    cr_expect_str_eq(alert->carry[4].name, "comment_ref");
    cr_expect_eq(s->model.alerts[1].when.relation, KAIKU_GE);
    kaiku_settings_destroy(s);
}

Test(config, defaults)
{
    struct kaiku_settings *s = settings_of(BEFORE_LINE_5);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    cr_expect_not(s->start_at_end);
    cr_expect_eq(s->workers, (uint32_t)cores);
    cr_expect_eq(s->n_properties, 0);
    cr_expect_str_eq(s->redis.host, "localhost");
    cr_expect_eq(s->redis.port, 6379);
    cr_expect_not(s->redis.tls);
    cr_expect_null(s->redis.user);
    cr_expect_null(s->redis.password);
    cr_expect_str_eq(s->redis.prefix, "kaiku");
    cr_expect_eq(s->redis.timeout_ms, 2000);
    cr_expect_eq(s->model.shards, 64);
    cr_expect_eq(s->commit_every_ms, 500);
    cr_expect_eq(s->views_every_ms, 1000);
    cr_expect_str_eq(s->model.time_zone, "UTC");
    cr_expect_eq(s->model.max_bytes, 65536);
    cr_expect_eq(s->model.max_ahead_ms, 10000);
    cr_expect_eq(s->model.max_age_ms, 400 * DAY_MS);
    cr_expect_eq(s->model.late_after_ms, 60000);
    cr_expect_eq(s->model.dedup_span, 100000);
    cr_expect_eq(s->limit_cells, 1000000);
    cr_expect_null(s->reject_topic);
    cr_expect_null(s->http_host);
    cr_expect_eq(s->log_level, KAIKU_LOG_INFO);
    cr_expect_not(s->log_json);
    kaiku_settings_destroy(s);
}

Test(config, mistakes_come_in_the_order_of_the_file)
{
    expect_mistakes("alerts: [{name: a, when: nps < 7}]\n"
                    "views: 5\n"
                    "workers: many\n"
                    "kafka: {topics: [x], start: never}\n"
                    "metrics: [{name: nps, kind: nps, field: nps}]\n"
                    "evnt: {}\n",
                    "x:2:8: expects a list of views, not '5'\n"
                    "x:3:10: expects a whole number from 1 to 256, not 'many'\n"
                    "x:4:29: expects 'earliest' or 'end', not 'never'\n"
                    "x:5:41: expects a JSON Pointer such as /channel, not 'nps'\n"
                    "x:6:1: unknown key 'evnt', did you mean 'event'?\n");
}

Test(config, what_must_be_there)
{
    expect_mistakes("log: {}\n", "x:1:1: missing key 'kafka'\n"
                                 "x:1:1: missing key 'metrics'\n"
                                 "x:1:1: missing key 'views'\n");
    expect_mistakes("",
                    "x:1:1: expects a mapping with kafka, event, metrics and views, not nothing\n");
    expect_mistakes("- a\n",
                    "x:1:1: expects a mapping with kafka, event, metrics and views, not a list\n");
}

Test(config, a_file_that_cannot_be_read)
{
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;

    cr_expect_eq(kaiku_config_read("no/such/file.yaml", &settings, &mistakes), KAIKU_IO);
    cr_expect_null(settings);
    cr_assert_eq(mistakes.n, 1);
    cr_expect_eq(mistakes.items[0].line, 0);
    cr_expect_str_eq(mistakes.items[0].message, "cannot read it: No such file or directory");
    kaiku_mistakes_release(&mistakes);
    cr_expect_eq(kaiku_config_read("/", &settings, &mistakes), KAIKU_IO);
    kaiku_mistakes_release(&mistakes);
}

Test(config, a_file_that_is_too_large)
{
    size_t size = (1 << 20) + 1;
    char *text = malloc(size);
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;

    cr_assert_not_null(text);
    memset(text, '#', size);
    cr_expect_eq(kaiku_config_parse((struct kaiku_text){text, size}, &settings, &mistakes),
                 KAIKU_CONFIG);
    cr_assert_eq(mistakes.n, 1);
    cr_expect_str_eq(mistakes.items[0].message, "larger than 1048576 bytes");
    kaiku_mistakes_release(&mistakes);
    free(text);
}
