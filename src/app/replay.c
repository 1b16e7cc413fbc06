#include "command.h"
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_input(struct kaiku_file_input *inputs, uint32_t *n, const char *path, const char *name)
{
    char *topic;
    if (asprintf(&topic, "file:%s", name) < 0)
        return KAIKU_NOMEM;
    inputs[(*n)++] = (struct kaiku_file_input){.path = path, .topic = topic};
    return KAIKU_OK;
}

struct replay_call {
    const char *config;
    struct kaiku_file_input *inputs;
    uint32_t n;
};

static int check_inputs(const struct replay_call *call)
{
    for (uint32_t i = 0; i < call->n; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(call->inputs[i].topic, call->inputs[k].topic) == 0)
                return app_usage(&app_replay, "'%s' is named twice", call->inputs[i].topic + 5);
    return APP_DONE;
}

static int read_call(int argc, char **argv, struct replay_call *call)
{
    const char *name = NULL;
    int missing = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = app_option(argc, argv, &i, "--name", &missing);
        bool is_stdin = strcmp(argv[i], "-") == 0;
        if (missing)
            return app_usage(&app_replay, "'--name' needs a name");
        if (value)
            name = value;
        else if (argv[i][0] == '-' && !is_stdin)
            return app_usage(&app_replay, "unknown option '%s'", argv[i]);
        else if (!call->config && !is_stdin)
            call->config = argv[i];
        else if (add_input(call->inputs, &call->n, argv[i], argv[i]) != KAIKU_OK)
            return APP_FAILED;
    }
    if (!call->config || call->n == 0)
        return app_usage(&app_replay, "which configuration, and which files?");
    for (uint32_t i = 0; i < call->n; i++) {
        if (strcmp(call->inputs[i].path, "-") != 0)
            continue;
        if (!name)
            return app_usage(&app_replay, "'-' needs '--name', which its position is kept under");
        free((char *)call->inputs[i].topic);
        if (asprintf((char **)&call->inputs[i].topic, "file:%s", name) < 0)
            return APP_FAILED;
    }
    return check_inputs(call);
}

static int run(int argc, char **argv)
{
    struct replay_call call = {.inputs = calloc((size_t)argc, sizeof *call.inputs)};
    struct kaiku_settings *settings = NULL;
    if (!call.inputs)
        return APP_FAILED;
    int code = read_call(argc, argv, &call);
    if (code == APP_DONE)
        code = app_settings_read(call.config, &settings);
    if (code == APP_DONE) {
        struct app_pipeline_options options = {
            .settings = settings, .files = call.inputs, .n_files = call.n, .until_end = true};
        code = app_job_run(&options);
    }
    for (uint32_t i = 0; i < call.n; i++)
        free((char *)call.inputs[i].topic);
    free(call.inputs);
    kaiku_settings_destroy(settings);
    return code;
}

const struct app_command app_replay = {
    .name = "replay",
    .summary = "the same pipeline from NDJSON files",
    .help = "usage: kaiku replay CONFIG FILE... [--name NAME]\n"
            "\n"
            "Reads files of one event a line through the same pipeline as 'run'. '.gz' and '.zst' are\n"
            "decompressed, '-' is standard input and needs --name. Each file is a partition of its own\n"
            "(topic 'file:PATH' as given, offset = line number from 0) whose position is kept: running it\n"
            "twice counts nothing twice. A record's timestamp is the event's own time.\n"
            "\n"
            "  --name NAME   what the position of standard input is kept under\n"
            "\n"
            "example: kaiku gen --count 100000 | kaiku replay kaiku.yaml - --name first\n",
    .run = run,
};
