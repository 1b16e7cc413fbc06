/* quiet: shows that the way of an event, from the record to its cells, takes no memory, no lock and no
 * system call once a worker has begun, with the configurations of both headlines. Prints what was
 * counted; exit code 1: something was.
 *
 * Allocations and locks are counted in the place of the C library's own. The events are applied in a
 * process that may do nothing but read, write and end: the kernel kills it at any other call. */
#include "single.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/seccomp.h>

/* So few at the end that no index has to grow for them, as it does each time that cells doubled. */
enum { BEGINNING = 18000, EVENTS = 4000 };

static struct counts {
    unsigned long allocations, locks;
    unsigned long cells; /* base cells of all events */
} counts;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    counts.allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    counts.allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
    counts.allocations++;
    return __libc_realloc(memory, size);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    static int (*lock)(pthread_mutex_t *);

    counts.locks++;
    if (!lock)
        *(void **)&lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    return lock(mutex);
}

/* Counts while the rest of the events is applied, and tells the counts through a pipe. */
static void apply_quietly(struct single *single, int out)
{
    struct counts before = counts, found;
    struct kaiku_batch batch;
    bool told;

    single_check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0, "no seccomp");
    while (single_next(single, &batch)) {
        single_apply(single, &batch);
        kaiku_source_release(single->source, &batch);
    }
    found.allocations = counts.allocations - before.allocations;
    found.locks = counts.locks - before.locks;
    found.cells = 0;
    for (uint32_t v = 0; v < single->world.model->n_views; v++)
        found.cells += single->worker->delta->cells[v].table.count;
    told = write(out, &found, sizeof found) == sizeof found &&
           single->worker->delta->totals[KAIKU_TOTAL_counted] == BEGINNING + EVENTS;
    syscall(SYS_exit, told ? 0 : 1);
}

static bool is_quiet(const char *name, bool contacts)
{
    struct single single;
    struct counts found = {0};
    int ends[2], status;

    single_open(&single, contacts, BEGINNING + EVENTS);
    single_apply_first(&single, BEGINNING);
    single_admit_values(&single);
    single_check(pipe(ends) == 0, "no pipe");
    pid_t child = fork();
    single_check(child >= 0, "no process");
    if (child == 0)
        apply_quietly(&single, ends[1]);
    single_check(waitpid(child, &status, 0) == child, "no end of the process");
    single_check(!WIFSIGNALED(status), "a system call was made");
    single_check(WEXITSTATUS(status) == 0, "not all events were counted");
    single_check(read(ends[0], &found, sizeof found) == sizeof found, "no counts");
    printf("{\"bench\": \"quiet\", \"case\": \"%s\", \"events\": %d, \"allocations\": %lu, "
           "\"locks\": %lu, \"system_calls\": 0, \"cells\": %lu}\n",
           name, EVENTS, found.allocations, found.locks, found.cells);
    fflush(stdout); /* a child would write it again */
    close(ends[0]);
    close(ends[1]);
    single_close(&single);
    return found.allocations + found.locks == 0;
}

int main(void)
{
    bool quiet = is_quiet("cube", false);

    return is_quiet("contact center", true) && quiet ? 0 : 1;
}
