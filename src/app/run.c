#include "command.h"
#include "job.h"

#include <string.h>

static int run(int argc, char **argv)
{
    const char *path = NULL;
    bool until_end = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--until-end") == 0)
            until_end = true;
        else if (argv[i][0] == '-')
            return app_usage(&app_run, "unknown option '%s'", argv[i]);
        else if (path)
            return app_usage(&app_run, "one configuration only, '%s' is too many", argv[i]);
        else
            path = argv[i];
    }
    if (!path)
        return app_usage(&app_run, "which configuration?");
    struct kaiku_settings *settings = NULL;
    int code = app_settings_read(path, &settings);
    if (code != APP_DONE)
        return code;
    struct app_pipeline_options options = {.settings = settings, .until_end = until_end};
    code = app_job_run(&options);
    kaiku_settings_destroy(settings);
    return code;
}

const struct app_command app_run = {
    .name = "run",
    .summary = "read Kafka, keep the aggregates in Redis, until a signal",
    .help = "usage: kaiku run CONFIG [--until-end]\n"
            "\n"
            "Reads the topics of the configuration with several threads and keeps exact live aggregates in\n"
            "Redis. May be killed at any moment and started again, and may run several times: nothing is\n"
            "lost, nothing counted twice. SIGINT and SIGTERM end it with a last commit and exit code 0.\n"
            "\n"
            "  --until-end   stop once everything that stood in the topics at start is committed and its\n"
            "                views are written\n"
            "\n"
            "example: kaiku run /etc/kaiku.yaml\n",
    .run = run,
};
