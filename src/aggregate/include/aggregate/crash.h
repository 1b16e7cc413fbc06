/* Which record ended a process: a handler of SIGSEGV, SIGBUS, SIGABRT, SIGFPE and SIGILL leaves a note in a file where
 * the thread was a worker's with a record in hand; then the signal does what it would have done. The next process
 * reads the notes. A process that is killed leaves none. */
#ifndef AGGREGATE_CRASH_H
#define AGGREGATE_CRASH_H

#include <kaiku/status.h>

#include <stdint.h>

/* Once, before threads start. identity: notes are read by processes of the same one; a line of text, cut to 255 bytes.
 * They stand in the directory that the environment's TMPDIR names, /tmp where it names none. */
void kaiku_crash_install(const char *identity);

struct kaiku_crash {
    char field[300]; /* TOPIC:PARTITION */
    int64_t offset;
    int signal;
};

/* OK: the note has been dealt with and is removed. Others end the visit. */
typedef int kaiku_crash_visit(void *context, const struct kaiku_crash *crash);
/* The first status that was not OK. */
int kaiku_crash_read(kaiku_crash_visit *visit, void *context) KAIKU_MUST_CHECK;

#endif
