/* The commands of kaiku: one row each, one file each. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include <kaiku/status.h>

#include <stdbool.h>

/* Exit codes, see docs/commands.md. */
enum app_exit {
    APP_DONE = 0,
    APP_FAILED = 1,  /* at run time */
    APP_USAGE = 2,   /* usage or configuration mistake */
    APP_REFUSED = 3, /* refused to start: what to change was said */
};

struct app_command {
    const char *name;
    const char *summary; /* one line */
    const char *help;    /* usage, what it does, options, an example */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; gives an exit code */
};

extern const struct app_command app_run, app_replay, app_init, app_demo, app_gen, app_check, app_verify,
    app_top, app_reset, app_bench;

/* Says what is wrong with the call and where help is; APP_USAGE. */
int app_usage(const struct app_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Exit code for a status that ended something. */
int app_exit_of(int status);

/* --NAME VALUE or --NAME=VALUE at argv[*i]: moves *i behind it and gives the value; NULL where argv[*i] is
 * another argument. missing is set where the value is. */
const char *app_option(int argc, char **argv, int *i, const char *name, int *missing);

/* CONFIG, and a flag before or behind it; gives an exit code, APP_USAGE having said why. */
int app_config_argument(const struct app_command *command, int argc, char **argv, const char *flag,
                        const char **config, bool *is_set) KAIKU_MUST_CHECK;

/* A whole number within bounds; KAIKU_INVALID otherwise. */
int app_number(const char *text, long long low, long long high, long long *out) KAIKU_MUST_CHECK;

#endif
