#include "command.h"
#include "init_sample.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Built from deploy/kaiku.yaml, see CMakeLists.txt. */
extern const char app_demo_config[];

struct call {
    const char *file; /* NULL: standard output */
    const char *topic, *brokers;
    char **properties; /* name, value, name, value ... */
    uint32_t n_properties;
};

/* ---- arguments ---- */

static int add_property(struct call *call, const char *text)
{
    const char *equals = strchr(text, '=');
    char **pair = &call->properties[2 * call->n_properties];

    if (!equals || equals == text)
        return app_usage(&app_init, "'--property' is NAME=VALUE, not '%s'", text);
    pair[0] = strndup(text, (size_t)(equals - text));
    pair[1] = strdup(equals + 1);
    call->n_properties++;
    if (!pair[0] || !pair[1])
        return APP_FAILED;
    if (strcmp(pair[0], "bootstrap.servers") == 0)
        return app_usage(&app_init, "'bootstrap.servers' is what '--brokers' says");
    return APP_DONE;
}

static int read_argument(struct call *call, int argc, char **argv, int *i)
{
    const struct {
        const char *name, **out;
    } texts[] = {{"--from-topic", &call->topic}, {"--brokers", &call->brokers}};
    const char *argument = argv[*i], *value;
    int missing = 0;

    for (size_t k = 0; k < sizeof(texts) / sizeof(*texts) && !missing; k++) {
        if (!(value = app_option(argc, argv, i, texts[k].name, &missing)))
            continue;
        *texts[k].out = value;
        return APP_DONE;
    }
    value = missing ? NULL : app_option(argc, argv, i, "--property", &missing);
    if (missing)
        return app_usage(&app_init, "'%s' needs a value", argument);
    if (value)
        return add_property(call, value);
    if (argument[0] == '-' && argument[1])
        return app_usage(&app_init, "unknown option '%s'", argument);
    if (call->file)
        return app_usage(&app_init, "one file only, '%s' is too many", argument);
    call->file = argument;
    return APP_DONE;
}

static int read_call(int argc, char **argv, struct call *call)
{
    int code = APP_DONE;

    call->properties = calloc(2 * (size_t)argc, sizeof(*call->properties));
    if (!call->properties)
        return APP_FAILED;
    for (int i = 1; i < argc && code == APP_DONE; i++)
        code = read_argument(call, argc, argv, &i);
    if (code == APP_DONE && !call->topic && (call->brokers || call->n_properties))
        return app_usage(&app_init, "'%s' needs '--from-topic'", call->brokers ? "--brokers" : "--property");
    if (call->file && strcmp(call->file, "-") == 0)
        call->file = NULL;
    return code;
}

static void release_call(struct call *call)
{
    for (uint32_t i = 0; i < 2 * call->n_properties; i++)
        free(call->properties[i]);
    free(call->properties);
}

static int fail(int code, const char *why)
{
    fprintf(stderr, "kaiku init: %s\n", why);
    return code;
}

/* ---- the file ---- */

static int refuse_file(const char *file)
{
    fprintf(stderr, "kaiku init: '%s' exists, and is not written over: name another file, or remove it\n", file);
    return APP_REFUSED;
}

static int write_failed(const char *file)
{
    fprintf(stderr, "kaiku init: cannot write '%s': %s\n", file, strerror(errno));
    return APP_FAILED;
}

static int write_file(const char *file, struct kaiku_text text)
{
    int fd = file ? open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : dup(STDOUT_FILENO);
    const char *name = file ? file : "standard output";

    if (fd < 0)
        return errno == EEXIST ? refuse_file(file) : write_failed(name);
    while (text.size > 0) {
        ssize_t n = write(fd, text.data, text.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int code = write_failed(name);
            close(fd);
            if (file)
                unlink(file);
            return code;
        }
        text = (struct kaiku_text){text.data + n, text.size - (size_t)n};
    }
    return close(fd) == 0 ? APP_DONE : write_failed(name);
}

/* ---- a look at a topic ---- */

/* What reaches Kafka now, read as any configuration: so ${...} and mistakes mean the same here. */
static int read_connection(const struct kaiku_proposal_options *options, struct kaiku_settings **out)
{
    struct kaiku_buffer text = {0};
    struct kaiku_mistakes mistakes = {0};

    kaiku_proposal_connection(options, &text);
    int status = text.failed ? KAIKU_NOMEM : kaiku_config_parse(kaiku_buffer_as_text(&text), out, &mistakes);
    for (uint32_t i = 0; i < mistakes.n; i++)
        fail(APP_USAGE, mistakes.items[i].message);
    if (status == KAIKU_NOMEM)
        fail(APP_FAILED, kaiku_status_text(status));
    kaiku_mistakes_release(&mistakes);
    if (text.data)
        explicit_bzero(text.data, text.capacity);
    kaiku_buffer_release(&text);
    return app_exit_of(status);
}

static int sample_topic(const struct kaiku_proposal_options *options, struct kaiku_sample *sample, uint32_t *partitions)
{
    struct kaiku_settings *settings = NULL;
    char error[256] = "";
    int code = read_connection(options, &settings);

    if (code != APP_DONE)
        return code;
    int status = app_init_sample(settings, sample, partitions, error);
    kaiku_settings_destroy(settings);
    if (status == KAIKU_STOPPED)
        return fail(APP_FAILED, "stopped before all was seen");
    return status == KAIKU_OK ? APP_DONE : fail(app_exit_of(status), error);
}

static int write_proposal(const struct call *call, const struct kaiku_proposal_options *options,
                          const struct kaiku_sample *sample)
{
    struct kaiku_buffer text = {0};
    const char *why;
    int code, status = kaiku_propose(sample, options, &text, &why);

    if (status == KAIKU_MISSING)
        code = fail(APP_REFUSED, why);
    else if (status != KAIKU_OK)
        code = fail(APP_FAILED, kaiku_status_text(status));
    else
        code = write_file(call->file, kaiku_buffer_as_text(&text));
    if (code == APP_DONE)
        fprintf(stderr, "kaiku init: looked at %u records of %u partitions; next, 'kaiku check %s'\n", sample->n,
                options->partitions, call->file ? call->file : "CONFIG");
    kaiku_buffer_release(&text);
    return code;
}

static int look_at_topic(const struct call *call)
{
    struct kaiku_proposal_options options = {
        .topic = call->topic,
        .brokers = call->brokers ? call->brokers : "localhost:9092",
        .properties = (const char *const *)call->properties,
        .n_properties = call->n_properties,
    };
    struct kaiku_sample sample = {0};

    app_signals_install();
    int code = sample_topic(&options, &sample, &options.partitions);
    if (code == APP_DONE)
        code = write_proposal(call, &options, &sample);
    kaiku_sample_release(&sample);
    return code;
}

static int run(int argc, char **argv)
{
    struct call call = {0};
    int code = read_call(argc, argv, &call);

    if (code == APP_DONE && call.file && access(call.file, F_OK) == 0)
        code = refuse_file(call.file);
    else if (code == APP_DONE && call.topic)
        code = look_at_topic(&call);
    else if (code == APP_DONE)
        code = write_file(call.file, kaiku_text_of(app_demo_config));
    release_call(&call);
    return code;
}

const struct app_command app_init = {
    .name = "init",
    .summary = "write a configuration, proposed from a look at a topic",
    .help = "usage: kaiku init [FILE] [--from-topic TOPIC [--brokers LIST] [--property NAME=VALUE]...]\n"
            "\n"
            "Writes a commented configuration to FILE, which must not exist, or to standard output. It asks\n"
            "nothing. With a topic it looks at the newest 1,000 records, spread over the partitions, and proposes\n"
            "where id, type and time stand, what to group by, which metrics of what kinds and scales there are,\n"
            "views, and an alert for low scores; comments say what was seen. Without one it writes the complete\n"
            "example that the demo runs. It changes nothing in Kafka and joins no consumer group.\n"
            "\n"
            "  --from-topic TOPIC     what to look at\n"
            "  --brokers LIST         HOST:PORT,... (localhost:9092)\n"
            "  --property NAME=VALUE  of librdkafka, for TLS and the like; ${NAME} and ${file:/path} are replaced\n"
            "                         as in the configuration, into which they are written\n"
            "\n"
            "example: kaiku init kaiku.yaml --from-topic feedback --brokers localhost:9092\n",
    .run = run,
};
