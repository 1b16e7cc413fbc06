#include "command.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <base/log.h>

#include "contact.h"
#include "pace.h"
#include "progress.h"
#include "signals.h"
#include "sink.h"

enum { BATCH = 256, SLEEP_MS = 5 };

struct call {
    long long count, rate, seed, days, touchpoints;
    const char *start, *topic, *brokers;
    bool now;
    struct app_generator_options generator;
};

/* ---- arguments ---- */

/* Per cent to millionths. */
static int read_share(const char *text, uint32_t *out)
{
    char *end;
    double percent = strtod(text, &end);

    if (end == text || *end != '\0' || !(percent >= 0 && percent <= 100))
        return KAIKU_INVALID;
    *out = (uint32_t)lround(percent * APP_MILLION / 100);
    return KAIKU_OK;
}

/* 2026-01-05T00:00:00+02:00, whole minutes of offset; years in which all times are valid events. */
static int read_start(const char *text, struct app_generator_options *options)
{
    const int64_t earliest_s = INT64_C(63072000), latest_s = INT64_C(7226582400); /* 1972, 2199 */
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S%z", &tm);
    long offset_s = tm.tm_gmtoff;
    int64_t seconds;

    if (!end || *end != '\0' || offset_s % 60 != 0)
        return KAIKU_INVALID;
    seconds = timegm(&tm) - offset_s;
    if (seconds < earliest_s || seconds >= latest_s)
        return KAIKU_INVALID;
    options->start_ms = seconds * 1000;
    options->utc_offset_min = (int)(offset_s / 60);
    return KAIKU_OK;
}

/* One argument, or two; APP_DONE where it was understood. */
static int read_option(struct call *call, int argc, char **argv, int *i)
{
    const struct {
        const char *name;
        long long low, high, *out;
    } numbers[] = {
        {"--count", 0, INT64_C(1000000000000), &call->count},
        {"--rate", 0, 10000000, &call->rate},
        {"--seed", 0, INT64_MAX, &call->seed},
        {"--days", 1, 36500, &call->days},
        {"--touchpoints", 1, APP_TOUCHPOINTS_MAX, &call->touchpoints},
    };
    const struct {
        const char *name;
        uint32_t *out;
    } shares[] = {
        {"--late", &call->generator.late},
        {"--duplicates", &call->generator.duplicates},
        {"--retractions", &call->generator.retractions},
        {"--broken", &call->generator.broken},
    };
    const struct {
        const char *name, **out;
    } texts[] = {
        {"--start", &call->start}, {"--to", &call->topic}, {"--brokers", &call->brokers},
    };
    const char *argument = argv[*i], *value;
    int missing = 0;

    for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]) && !missing; k++) {
        if (!(value = app_option(argc, argv, i, numbers[k].name, &missing)))
            continue;
        if (app_number(value, numbers[k].low, numbers[k].high, numbers[k].out) != KAIKU_OK)
            return app_usage(&app_gen, "'%s' is a whole number from %lld to %lld, not '%s'",
                             numbers[k].name, numbers[k].low, numbers[k].high, value);
        return APP_DONE;
    }
    for (size_t k = 0; k < sizeof(shares) / sizeof(shares[0]) && !missing; k++) {
        if (!(value = app_option(argc, argv, i, shares[k].name, &missing)))
            continue;
        if (read_share(value, shares[k].out) != KAIKU_OK)
            return app_usage(&app_gen, "'%s' is a share in per cent, 0 to 100, not '%s'",
                             shares[k].name, value);
        return APP_DONE;
    }
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]) && !missing; k++) {
        if (!(value = app_option(argc, argv, i, texts[k].name, &missing)))
            continue;
        *texts[k].out = value;
        return APP_DONE;
    }
    if (missing)
        return app_usage(&app_gen, "'%s' needs a value", argument);
    if (strcmp(argument, "--now") != 0)
        return app_usage(&app_gen, "unknown argument '%s'", argument);
    call->now = true;
    return APP_DONE;
}

static int settle_time(struct call *call)
{
    struct app_generator_options *options = &call->generator;

    if (call->now && (call->start || call->days))
        return app_usage(&app_gen, "'--now' goes without '--start' and '--days'");
    if (call->days && !call->count)
        return app_usage(&app_gen, "'--days' needs a '--count' to spread");
    if (call->start && read_start(call->start, options) != KAIKU_OK)
        return app_usage(&app_gen,
                         "'--start' is a time like 2026-01-05T00:00:00+02:00, from 1972 to 2198, "
                         "not '%s'", call->start);
    if (call->now)
        options->per_day = 0;
    else if (call->days)
        options->per_day = (uint64_t)(call->count < call->days ? 1 : call->count / call->days);
    return APP_DONE;
}

static int read_call(int argc, char **argv, struct call *call)
{
    struct app_generator_options *options = &call->generator;
    int code = APP_DONE;

    for (int i = 1; i < argc && code == APP_DONE; i++)
        code = read_option(call, argc, argv, &i);
    if (code != APP_DONE)
        return code;
    options->seed = (uint64_t)call->seed;
    options->touchpoints = (uint32_t)call->touchpoints;
    if (options->late + options->duplicates + options->retractions + options->broken > APP_MILLION)
        return app_usage(&app_gen, "the shares are more than 100 per cent together");
    if (call->brokers && !call->topic)
        return app_usage(&app_gen, "'--brokers' needs '--to TOPIC'");
    return settle_time(call);
}

/* ---- events ---- */

static int send_some(const struct call *call, struct app_generator *generator,
                     struct app_sink *sink, struct app_pace *pace, uint64_t n)
{
    struct app_generated event;
    int status = KAIKU_OK;

    if (call->now)
        app_generator_set_time(generator, kaiku_clock_wall_ms());
    for (uint64_t i = 0; i < n && status == KAIKU_OK; i++) {
        app_generator_next(generator, &event);
        status = app_sink_send(sink, &event);
        pace->done += status == KAIKU_OK;
    }
    return status;
}

static int send_all(const struct call *call, struct app_generator *generator, struct app_sink *sink)
{
    uint64_t count = call->count ? (uint64_t)call->count : UINT64_MAX;
    bool shows = call->topic || !isatty(STDOUT_FILENO); /* not among the events themselves */
    struct app_progress progress;
    struct app_pace pace;
    int status = KAIKU_OK;

    app_progress_init(&progress, "events", (uint64_t)call->count);
    app_pace_init(&pace, (uint64_t)call->rate);
    while (pace.done < count && status == KAIKU_OK && !app_signals_stop()) {
        uint64_t left = count - pace.done;
        uint64_t due = app_pace_due(&pace, left < BATCH ? left : BATCH);

        if (due > 0) {
            status = send_some(call, generator, sink, &pace, due);
        } else {
            status = call->topic ? KAIKU_OK : app_sink_flush(sink);
            poll(NULL, 0, SLEEP_MS);
        }
        if (shows)
            app_progress_show(&progress, pace.done);
    }
    if (status == KAIKU_OK)
        status = app_sink_flush(sink);
    app_progress_end(&progress);
    return status;
}

static int run(int argc, char **argv)
{
    struct call call = {.count = 1000, .seed = 1, .touchpoints = APP_TOUCHPOINTS_NAMED};
    struct app_generator *generator = NULL;
    struct app_sink sink;
    int status, code;

    app_generator_defaults(&call.generator);
    code = read_call(argc, argv, &call);
    if (code != APP_DONE)
        return code;

    app_signals_install();
    app_sink_init_lines(&sink, STDOUT_FILENO);
    status = app_generator_create(&call.generator, &generator);
    if (status == KAIKU_OK && call.topic)
        status = app_sink_init_topic(&sink, call.brokers ? call.brokers : "localhost:9092",
                                     call.topic);
    if (status == KAIKU_OK)
        status = send_all(&call, generator, &sink);
    if (app_exit_of(status) != APP_DONE)
        kaiku_error("cannot write events: %s",
                    sink.error[0] ? sink.error : kaiku_status_text(status));
    app_sink_release(&sink);
    app_generator_destroy(generator);
    return app_exit_of(status);
}

const struct app_command app_gen = {
    .name = "gen",
    .summary = "realistic feedback events, to try things with",
    .help = "usage: kaiku gen [OPTION]...\n"
            "\n"
            "Writes feedback events in the default mapping (docs/events.md), one JSON object a line: answers of\n"
            "a contact center with eight channels, ten teams and two hundred agents, and the invitations to\n"
            "give them, by a daily curve, with late, duplicate, retracted and broken ones among them. The same\n"
            "options give the same bytes, but for --now.\n"
            "\n"
            "  --count N         events, 0 without end (1000)\n"
            "  --rate N          a second, 0 as fast as possible (0)\n"
            "  --seed N          of the random numbers (1)\n"
            "  --start TIME      when the first one happens; its offset is that of the local clock\n"
            "                    (2026-01-05T00:00:00Z)\n"
            "  --days N          spread the count over about N days (else: 2000000 a day)\n"
            "  --now             events happen now instead\n"
            "  --touchpoints N   how many different ones (20)\n"
            "  --late PERCENT    happened minutes to hours before they are sent (1)\n"
            "  --duplicates PERCENT   sent again (0.5)\n"
            "  --retractions PERCENT  take an earlier event back (0.2)\n"
            "  --broken PERCENT  cut, of wrong types, impossible times, off the scale (0.1)\n"
            "  --to TOPIC        send to this Kafka topic instead of standard output; a retraction goes to\n"
            "                    the partition of its event, and the record's timestamp is the event's time\n"
            "  --brokers LIST    HOST:PORT,... (localhost:9092)\n"
            "\n"
            "example: kaiku gen --count 100000 --days 7 > week.ndjson\n",
    .run = run,
};
