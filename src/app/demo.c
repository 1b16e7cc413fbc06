#include "command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <base/clock.h>
#include <base/log.h>

#include "demo_feed.h"
#include "demo_view.h"
#include "figures.h"
#include "private_stack.h"
#include "serve.h"
#include "signals.h"
#include "terminal.h"

enum {
    PARTITIONS = 8,
    RATE = 2000,
    REFRESH_MS = 333,
    REPORT_MS = 2000,
    SECONDS_WITHOUT_TERMINAL = 20,
    PLAIN_COLUMNS = 110,
    ERROR_SIZE = 512,
};

struct demo {
    long long rate, seconds; /* seconds 0: without end */
    struct app_private_stack stack;
    struct kaiku_monitor *monitor;
    struct kaiku_http *http;
    struct app_demo_feed *feed;
    struct app_table table;
    char footer[192], messages[128];
    int64_t began_ms;
    /* for the rate */
    int64_t counted_ms;
    uint64_t counted_events;
};

/* ---- looking ---- */

static void read_rate(struct demo *demo)
{
    struct app_pipeline_figures figures;
    int64_t now_ms = kaiku_clock_monotonic_ms(), elapsed_ms = now_ms - demo->counted_ms;

    if (elapsed_ms < 1000)
        return;
    app_pipeline_read_figures(demo->stack.pipeline, &figures);
    demo->table.events_per_s =
        (double)(figures.events - demo->counted_events) * 1000 / (double)elapsed_ms;
    demo->counted_ms = now_ms;
    demo->counted_events = figures.events;
}

/* Redis may be slow for once: the pipeline decides whether it is away. */
static void look(struct demo *demo)
{
    const struct app_private_stack *stack = &demo->stack;
    struct app_table *table = &demo->table;

    table->note = NULL;
    if (app_demo_view_read(stack->reader, stack->settings->redis.prefix, table) != KAIKU_OK)
        table->note = kaiku_view_reader_error(stack->reader);
    else if (table->trust.consumed == 0)
        table->note = "Kafka gives out the partitions: this takes some seconds";
    table->seconds = (kaiku_clock_monotonic_ms() - demo->began_ms) / 1000;
    read_rate(demo);
}

static bool is_over(const struct demo *demo)
{
    return app_signals_stop() ||
           (demo->seconds > 0 &&
            kaiku_clock_monotonic_ms() - demo->began_ms >= demo->seconds * 1000);
}

static void print_table(struct demo *demo, int columns)
{
    struct app_table_style style = {.columns = columns};
    struct kaiku_buffer text = {0};

    app_table_render(&demo->table, &style, &text);
    fwrite(text.data, 1, text.size, stdout);
    kaiku_buffer_release(&text);
}

static void draw_table(struct demo *demo, struct app_terminal *terminal)
{
    struct app_table_style style = {.colours = app_terminal_colours()};
    struct kaiku_buffer text = {0};

    app_terminal_size(&style.columns, &style.lines);
    style.columns--; /* the last column stays free: terminals differ in what they do beyond it */
    app_table_render(&demo->table, &style, &text);
    app_terminal_draw(terminal, kaiku_buffer_as_text(&text));
    kaiku_buffer_release(&text);
}

static bool is_quit_asked_for(struct app_terminal *terminal)
{
    struct app_key key;

    while (app_terminal_key(terminal, 0, &key))
        if (key.text[0] == 'q')
            return true;
    return false;
}

/* Until q, a signal, the time is over, or the pipeline ends. */
static void watch_on_terminal(struct demo *demo)
{
    struct app_terminal terminal;

    app_terminal_take(&terminal, demo->messages);
    while (!is_over(demo)) {
        look(demo);
        draw_table(demo, &terminal);
        if (is_quit_asked_for(&terminal) ||
            app_pipeline_wait(demo->stack.pipeline, REFRESH_MS))
            break;
    }
    app_terminal_release(&terminal);
}

static void print_line(const struct demo *demo)
{
    const struct app_table *table = &demo->table;
    char consumed[APP_FIGURE_MAX], counted[APP_FIGURE_MAX];

    printf("%3lld s  %.0f events/s, %s consumed, %s counted, %lld behind the log",
           (long long)table->seconds, table->events_per_s,
           app_figure_count(table->trust.consumed, consumed),
           app_figure_count(table->trust.counted, counted), (long long)table->trust.lag);
    if (!isnan(table->all.nps.value))
        printf(", NPS %+.1f (%.1f..%.1f)", table->all.nps.value, table->all.nps.low,
               table->all.nps.high);
    printf("\n");
    fflush(stdout);
}

static void watch_in_lines(struct demo *demo)
{
    printf("the page: http://127.0.0.1:%u/\n", kaiku_http_port(demo->http));
    fflush(stdout);
    while (!is_over(demo) && !app_pipeline_wait(demo->stack.pipeline, REPORT_MS)) {
        look(demo);
        print_line(demo);
    }
}

/* ---- life ---- */

/* The history stands in the log before the pipeline begins: there is something to catch up with. */
static int start(struct demo *demo, char *error)
{
    struct app_private_stack *stack = &demo->stack;
    int status = app_private_stack_init(stack, PARTITIONS, error);

    if (status == KAIKU_OK)
        status = app_demo_feed_create(stack->brokers, APP_PRIVATE_STACK_TOPIC, &demo->feed, error);
    if (status == KAIKU_OK)
        status = kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &demo->monitor);
    if (status == KAIKU_OK)
        status = app_private_stack_start(stack, demo->monitor);
    if (status == KAIKU_OK)
        status = app_serve_locally(stack->settings, demo->monitor, &demo->http, error);
    if (status == KAIKU_OK)
        status = app_demo_feed_start(demo->feed, (uint64_t)demo->rate);
    return status;
}

static int stop(struct demo *demo, char *error)
{
    int status = KAIKU_OK, ended;

    if (demo->feed)
        status = app_demo_feed_stop(demo->feed, error);
    if (demo->stack.pipeline) {
        ended = app_private_stack_stop(&demo->stack);
        status = status != KAIKU_OK ? status : ended;
        look(demo);
    }
    return status;
}

static void release(struct demo *demo)
{
    app_demo_feed_destroy(demo->feed);
    kaiku_http_destroy(demo->http);
    app_private_stack_release(&demo->stack);
    kaiku_monitor_destroy(demo->monitor);
}

static void print_next_steps(void)
{
    printf("\n"
           "Next, with Kafka and Redis of your own:\n"
           "  1. kaiku init kaiku.yaml --from-topic TOPIC --brokers HOST:PORT   proposes a configuration\n"
           "  2. kaiku check kaiku.yaml     says what was understood\n"
           "  3. kaiku run kaiku.yaml       and point Grafana at Redis: README.md\n"
           "No events yet? kaiku gen --now --rate 100 --count 0 --to feedback\n");
}

/* What went to standard error while the screen was taken. */
static void print_messages(const struct demo *demo)
{
    FILE *messages = fopen(demo->messages, "re");
    char line[1024];

    while (messages && fgets(line, sizeof(line), messages))
        fputs(line, stderr);
    if (messages)
        fclose(messages);
}

static void watch(struct demo *demo, bool live)
{
    snprintf(demo->messages, sizeof(demo->messages), "%s/messages", demo->stack.redis.directory);
    snprintf(demo->footer, sizeof(demo->footer),
             "q ends it   http://127.0.0.1:%u/   redis-cli -s %s HGETALL kaiku:trust",
             kaiku_http_port(demo->http), demo->stack.redis.socket);
    demo->table.footer = demo->footer;
    if (live)
        watch_on_terminal(demo);
    else
        watch_in_lines(demo);
    demo->table.footer = NULL;
}

static int run_demo(struct demo *demo, bool live)
{
    char error[ERROR_SIZE] = "";
    int status, ended;

    app_signals_install();
    kaiku_log_configure(KAIKU_LOG_WARNING, false);
    demo->began_ms = demo->counted_ms = kaiku_clock_monotonic_ms();
    status = start(demo, error);
    if (status == KAIKU_OK)
        watch(demo, live);
    ended = stop(demo, error);
    status = status != KAIKU_OK ? status : ended;
    if (status != KAIKU_OK) {
        print_messages(demo);
        kaiku_error("the demo ended: %s", error[0] ? error : kaiku_status_text(status));
    }
    release(demo);
    return status;
}

static int run(int argc, char **argv)
{
    bool live = app_terminal_usable();
    struct demo demo = {.rate = RATE, .seconds = live ? 0 : SECONDS_WITHOUT_TERMINAL};
    int columns = PLAIN_COLUMNS, lines, missing = 0, status;

    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i], *value;

        if ((value = app_option(argc, argv, &i, "--rate", &missing))) {
            if (app_number(value, 1, 100000, &demo.rate) != KAIKU_OK)
                return app_usage(&app_demo, "'--rate' is a whole number from 1 to 100000");
        } else if (!missing && (value = app_option(argc, argv, &i, "--seconds", &missing))) {
            if (app_number(value, 0, 1000000, &demo.seconds) != KAIKU_OK)
                return app_usage(&app_demo, "'--seconds' is a whole number from 0 to 1000000");
        } else {
            return app_usage(&app_demo, missing ? "'%s' needs a value" : "unknown argument '%s'",
                             argument);
        }
    }
    status = run_demo(&demo, live);
    if (status == KAIKU_OK) {
        if (live)
            app_terminal_size(&columns, &lines);
        print_table(&demo, columns);
        print_next_steps();
    }
    return app_exit_of(status);
}

const struct app_command app_demo = {
    .name = "demo",
    .summary = "everything on this machine, with nothing to set up",
    .help = "usage: kaiku demo [--seconds N] [--rate N]\n"
            "\n"
            "Starts a Kafka cluster inside this process and a redis-server of its own, sends half an hour of\n"
            "feedback and then live events, aggregates them by the configuration deploy/kaiku.yaml, and shows\n"
            "what stands in Redis as a live table. Nothing is left behind. Needs redis-server 7.0 or newer.\n"
            "Without a terminal it prints a line every two seconds and ends after 20 seconds.\n"
            "\n"
            "  --seconds N   end after so long, 0: at q, Ctrl-C or a signal (0 on a terminal)\n"
            "  --rate N      events a second (2000)\n"
            "\n"
            "example: kaiku demo --rate 20000\n",
    .run = run,
};
