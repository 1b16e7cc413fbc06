#include "command.h"
#include "reload.h"

#include <config/reference.h>
#include <source/kafka.h>

#include <stdio.h>

/* librdkafka alone knows its properties; the configuration only carries them. */
static int check_properties(const struct kaiku_settings *settings, const char *path)
{
    char error[256];
    int code = APP_DONE;
    for (uint32_t i = 0; i < settings->n_properties; i++) {
        if (kaiku_kafka_property_check(settings->properties[2 * i], settings->properties[2 * i + 1],
                                       error) == KAIKU_OK)
            continue;
        fprintf(stderr, "%s:%u:%u: %s\n", path, settings->property_places[i].line,
                settings->property_places[i].column, error);
        code = APP_USAGE;
    }
    return code;
}

static int run(int argc, char **argv)
{
    struct kaiku_settings *settings = NULL;
    if (argc == 2 && strcmp(argv[1], "--reference") == 0) {
        kaiku_config_reference(stdout);
        return APP_DONE;
    }
    if (argc != 2)
        return app_usage(&app_check, "which configuration?");
    if (argv[1][0] == '-')
        return app_usage(&app_check, "unknown option '%s'", argv[1]);
    int code = app_settings_read(argv[1], &settings);
    if (code == APP_DONE)
        code = check_properties(settings, argv[1]);
    if (code == APP_DONE)
        kaiku_config_describe(settings, stdout);
    kaiku_settings_destroy(settings);
    return code;
}

const struct app_command app_check = {
    .name = "check",
    .summary = "read a configuration and say what was understood",
    .help = "usage: kaiku check CONFIG | --reference\n"
            "\n"
            "Reads the configuration, connects to nothing, prints what it understood and how much memory\n"
            "it will take, and exits 0; or prints every mistake as FILE:LINE:COLUMN: message and exits 2.\n"
            "\n"
            "  --reference   print every key of the configuration instead: what it takes, default, bounds\n"
            "\n"
            "example: kaiku check kaiku.yaml\n",
    .run = run,
};
