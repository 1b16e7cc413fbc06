#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int app_usage(const struct app_command *command, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "kaiku %s: ", command->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "; see 'kaiku %s --help'\n", command->name);
    return APP_USAGE;
}

int app_exit_of(int status)
{
    switch (status) {
    case KAIKU_OK:
    case KAIKU_END:
    case KAIKU_STOPPED:
        return APP_DONE;
    case KAIKU_CONFIG:
        return APP_USAGE;
    case KAIKU_REFUSED:
        return APP_REFUSED;
    default:
        return APP_FAILED;
    }
}

const char *app_option(int argc, char **argv, int *i, const char *name, int *missing)
{
    size_t size = strlen(name);
    const char *argument = argv[*i];
    if (strncmp(argument, name, size) != 0)
        return NULL;
    if (argument[size] == '=')
        return argument + size + 1;
    if (argument[size] != '\0')
        return NULL;
    if (*i + 1 >= argc) {
        *missing = 1;
        return NULL;
    }
    return argv[++*i];
}

int app_config_argument(const struct app_command *command, int argc, char **argv, const char *flag,
                        const char **config, bool *is_set)
{
    *config = NULL;
    *is_set = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], flag) == 0)
            *is_set = true;
        else if (argv[i][0] == '-')
            return app_usage(command, "unknown option '%s'", argv[i]);
        else if (*config)
            return app_usage(command, "one configuration only, '%s' is too many", argv[i]);
        else
            *config = argv[i];
    }
    return *config ? APP_DONE : app_usage(command, "which configuration?");
}

int app_number(const char *text, long long low, long long high, long long *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < low || value > high)
        return KAIKU_INVALID;
    *out = value;
    return KAIKU_OK;
}
