#include "command.h"
#include "pipeline.h"
#include "reload.h"
#include "signals.h"

#include <stdio.h>
#include <unistd.h>

static void show_progress(void *context, uint64_t keys)
{
    (void)context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%llu keys", (unsigned long long)keys);
}

static int reset(const struct kaiku_settings *settings)
{
    struct kaiku_store_options options = app_store_options(settings);
    struct kaiku_store *store = NULL;
    uint64_t keys = 0;
    int rc = kaiku_store_create(&options, &settings->model, &store);
    if (rc == KAIKU_OK)
        rc = kaiku_store_reset(store, &keys, show_progress, NULL);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r");
    if (rc != KAIKU_OK)
        fprintf(stderr, "kaiku reset: %s\n", store ? kaiku_store_error(store) : kaiku_status_text(rc));
    else
        printf("prefix '%s': %llu keys deleted\n", settings->redis.prefix, (unsigned long long)keys);
    kaiku_store_destroy(store);
    return app_exit_of(rc);
}

static int run(int argc, char **argv)
{
    const char *path;
    bool sure;
    int code = app_config_argument(&app_reset, argc, argv, "--yes", &path, &sure);
    if (code != APP_DONE)
        return code;
    if (!sure)
        return app_usage(&app_reset, "this deletes every aggregate of the prefix; add --yes");
    struct kaiku_settings *settings = NULL;
    app_signals_install();
    code = app_settings_read(path, &settings);
    if (code == APP_DONE)
        code = reset(settings);
    kaiku_settings_destroy(settings);
    return code;
}

const struct app_command app_reset = {
    .name = "reset",
    .summary = "delete a prefix's aggregates and start anew",
    .help = "usage: kaiku reset CONFIG --yes\n"
            "\n"
            "Deletes everything that kaiku keeps in Redis under the configured prefix and says how many\n"
            "keys these were. Running instances wait meanwhile and then begin anew from 'kafka.start'. A\n"
            "reset that was cut short is finished by the next one.\n"
            "\n"
            "  --yes   without it nothing is deleted\n"
            "\n"
            "example: kaiku reset kaiku.yaml --yes\n",
    .run = run,
};
