#include "command.h"

#include <base/hash.h>
#include <base/text.h>

#include <stdio.h>

#ifdef KAIKU_JEMALLOC
/* Messages of a fetch are freed by another thread than allocated them, in large runs: memory is kept, large
 * sizes have no path of their own, and all threads share what is free. */
const char *malloc_conf = "oversize_threshold:0,dirty_decay_ms:-1,narenas:1";
#endif

static const struct app_command *const commands[] = {
    &app_run, &app_replay, &app_init, &app_demo, &app_gen, &app_check, &app_verify, &app_top, &app_reset, &app_bench,
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_overview(FILE *out)
{
    fprintf(out, "usage: kaiku COMMAND [ARGUMENT]...\n\n"
                 "Live, exact aggregates of customer feedback: Kafka in, Redis out.\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "\n'kaiku COMMAND --help' explains each with an example.\n");
}

static bool asks_for_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static int run_command(const struct app_command *command, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (asks_for_help(argv[i])) {
            printf("%s", command->help);
            return APP_DONE;
        }
    }
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    kaiku_hash_seed();
    if (argc < 2) {
        print_overview(stderr);
        return APP_USAGE;
    }
    if (asks_for_help(argv[1]) || strcmp(argv[1], "help") == 0) {
        print_overview(stdout);
        return APP_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("kaiku " KAIKU_VERSION);
        return APP_DONE;
    }
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return run_command(commands[i], argc - 1, argv + 1);
    fprintf(stderr, "kaiku: no command '%s'; 'kaiku --help' lists them\n", argv[1]);
    return APP_USAGE;
}
