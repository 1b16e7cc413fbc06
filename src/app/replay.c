#include "command.h"
#include "inputs.h"
#include "job.h"

static int run(int argc, char **argv)
{
    struct app_inputs inputs;
    int code = app_inputs_read(&app_replay, argc, argv, &inputs);
    if (code == APP_DONE && inputs.n == 0)
        code = app_usage(&app_replay, "which files?");
    if (code == APP_DONE) {
        struct app_job job = {
            .config = inputs.config,
            .options = {.files = inputs.files, .n_files = inputs.n, .until_end = true},
        };
        code = app_job_run(&job);
    }
    app_inputs_release(&inputs);
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
