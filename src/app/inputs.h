/* The arguments CONFIG [FILE...] [--name NAME] of commands that read files as partitions. */
#ifndef APP_INPUTS_H
#define APP_INPUTS_H

#include "command.h"

#include <source/file.h>

struct app_inputs {
    const char *config;
    struct kaiku_file_input *files;
    uint32_t n;
};

/* An exit code; to be released in any case. Borrows argv. */
int app_inputs_read(const struct app_command *command, int argc, char **argv, struct app_inputs *out);
void app_inputs_release(struct app_inputs *inputs);

#endif
