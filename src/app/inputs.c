#include "inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_input(struct app_inputs *inputs, const char *path, const char *name)
{
    char *topic;
    if (asprintf(&topic, "file:%s", name) < 0)
        return KAIKU_NOMEM;
    inputs->files[inputs->n++] = (struct kaiku_file_input){.path = path, .topic = topic};
    return KAIKU_OK;
}

static int check_inputs(const struct app_command *command, const struct app_inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->n; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(inputs->files[i].topic, inputs->files[k].topic) == 0)
                return app_usage(command, "'%s' is named twice", inputs->files[i].topic + 5);
    return APP_DONE;
}

/* Standard input has no name of its own. */
static int name_standard_input(const struct app_command *command, const char *name,
                               struct app_inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->n; i++) {
        char **topic = (char **)&inputs->files[i].topic;
        if (strcmp(inputs->files[i].path, "-") != 0)
            continue;
        if (!name)
            return app_usage(command, "'-' needs '--name', which its position is kept under");
        free(*topic);
        if (asprintf(topic, "file:%s", name) < 0) {
            *topic = NULL;
            return APP_FAILED;
        }
    }
    return APP_DONE;
}

int app_inputs_read(const struct app_command *command, int argc, char **argv, struct app_inputs *out)
{
    const char *name = NULL;
    int missing = 0;
    *out = (struct app_inputs){.files = calloc((size_t)argc, sizeof *out->files)};
    if (!out->files)
        return APP_FAILED;
    for (int i = 1; i < argc; i++) {
        const char *value = app_option(argc, argv, &i, "--name", &missing);
        bool is_stdin = strcmp(argv[i], "-") == 0;
        if (missing)
            return app_usage(command, "'--name' needs a name");
        if (value)
            name = value;
        else if (argv[i][0] == '-' && !is_stdin)
            return app_usage(command, "unknown option '%s'", argv[i]);
        else if (!out->config && !is_stdin)
            out->config = argv[i];
        else if (add_input(out, argv[i], argv[i]) != KAIKU_OK)
            return APP_FAILED;
    }
    if (!out->config)
        return app_usage(command, "which configuration?");
    int code = name_standard_input(command, name, out);
    return code == APP_DONE ? check_inputs(command, out) : code;
}

void app_inputs_release(struct app_inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->n; i++)
        free((char *)inputs->files[i].topic);
    free(inputs->files);
}
