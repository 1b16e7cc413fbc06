/* A worker driven by hand, in one thread, so that nothing depends on when a thread runs: batches of a
 * corpus, one after the other. Every failure ends the program. */
#ifndef SINGLE_H
#define SINGLE_H

#include "corpus.h"
#include "world.h"

#include <worker_private.h>

struct single {
    struct world world;
    struct corpus corpus;
    struct kaiku_bell bell;
    struct kaiku_source *source;
    struct kaiku_worker *worker;
    struct kaiku_batch first; /* came when the source joined, and was not yet given out */
};

/* With the partition taken, before its first record. contacts: configuration and events of the
 * second headline. */
void single_open(struct single *single, bool contacts, uint32_t events);
void single_close(struct single *single);

/* The next batch, the caller's to release with kaiku_source_release; false behind the last. */
bool single_next(struct single *single, struct kaiku_batch *batch);
/* Has the worker take it. */
void single_apply(struct single *single, const struct kaiku_batch *batch);
/* Takes so many events; they end with a batch. */
void single_apply_first(struct single *single, uint32_t events);
/* Redis admits everything: as after a first commit, values are known. */
void single_admit_values(const struct single *single);

void single_check(bool holds, const char *what);

#endif
