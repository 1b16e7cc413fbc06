#include "command.h"
#include "job.h"

static int run(int argc, char **argv)
{
    const char *path;
    bool until_end;
    int code = app_config_argument(&app_run, argc, argv, "--until-end", &path, &until_end);
    if (code != APP_DONE)
        return code;
    struct app_job job = {
        .config = path, .reloads = !until_end, .options = {.until_end = until_end, .waits = true}};
    return app_job_run(&job);
}

const struct app_command app_run = {
    .name = "run",
    .summary = "read Kafka, keep the aggregates in Redis, until a signal",
    .help = "usage: kaiku run CONFIG [--until-end]\n"
            "\n"
            "Reads the topics of the configuration with several threads and keeps exact live aggregates in\n"
            "Redis. May be killed at any moment and started again, and may run several times: nothing is\n"
            "lost, nothing counted twice. SIGINT and SIGTERM end it with a last commit and exit code 0.\n"
            "SIGHUP has it read the configuration again: targets, alerts, min_n, rows, publish, limits, log\n"
            "and the API's token change between two commits; with any other change all stays as it was.\n"
            "\n"
            "  --until-end   stop once everything that stood in the topics at start is committed and its\n"
            "                views are written\n"
            "\n"
            "example: kaiku run /etc/kaiku.yaml\n",
    .run = run,
};
