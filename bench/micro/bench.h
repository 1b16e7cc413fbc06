/* Measuring one thing beside others: contenders of a case take turns, pass after pass, so that what
 * the machine does meanwhile meets all of them. Each case prints a JSON object a contender. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_MAX_CONTENDERS = 8, BENCH_MAX_PASSES = 99 };

struct bench_contender {
    const char *name;     /* NULL: kaiku's own */
    const char *baseline; /* the contender that it is compared with, NULL where none */
    /* Does the work once; returns what an item cost, in the case's unit. */
    double (*pass)(void *context);
};

struct bench_case {
    const char *bench, *name, *unit;
    void *context; /* of all passes */
    struct bench_contender contenders[BENCH_MAX_CONTENDERS]; /* up to one without a pass */
};

void bench_run(const struct bench_case *one);

/* A figure that does not vary from pass to pass. */
void bench_fact(const char *bench, const char *name, const char *unit, double value);

/* CPU time of the calling thread, and of the whole process, in ns. */
double bench_thread_ns(void);
double bench_process_ns(void);

/* Ends the program where a benchmark cannot be set up, or its contenders disagree. */
void bench_check(bool holds, const char *what);
void *bench_alloc(size_t size);

/* Keeps the compiler from leaving out what led to value. */
void bench_keep(uint64_t value);

/* As large as asked for, or a small part of it where only a try was asked for. */
uint32_t bench_size(uint32_t n);

/* --passes N, --quick; returns the index of the first argument behind them. */
int bench_options(int argc, char **argv);

#endif
