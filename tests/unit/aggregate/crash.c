/* A child with a record in hand, how it ends, and what is left of it. */
#include "worker_private.h"

#include <aggregate/crash.h>

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/kaiku-unit-crash-XXXXXX";
static struct kaiku_crash seen;
static int n_seen;

static void set_up(void)
{
    cr_assert(mkdtemp(directory));
    setenv("TMPDIR", directory, 1);
    kaiku_crash_install("k at here");
}

static void tear_down(void)
{
    rmdir(directory);
}

TestSuite(crash, .init = set_up, .fini = tear_down, .timeout = 60);

static int take(void *context, const struct kaiku_crash *crash)
{
    seen = *crash;
    n_seen++;
    return context ? *(int *)context : KAIKU_OK;
}

static int read_notes(void)
{
    n_seen = 0;
    cr_assert_eq(kaiku_crash_read(take, NULL), KAIKU_OK);
    return n_seen;
}

/* The child's end, as waitpid tells it. */
static int end_by(void (*end)(void), bool has_record)
{
    struct worker_slot slots[2] = {{.name = {"s", 0}}, {.name = {"with:colon", 31}}};
    struct kaiku_record record = {.slot = 1, .offset = 1234567890123};
    struct kaiku_worker worker = {.slots = slots, .n_slots = 2};
    int status;
    pid_t child = fork();
    if (child == 0) {
        worker_crash_watch(&worker);
        worker.in_hand = has_record ? &record : NULL;
        end();
        _exit(0);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return status;
}

static void be_killed(void)
{
    kill(getpid(), SIGKILL);
}

Test(crash, an_abort_leaves_a_note_and_is_an_abort)
{
    int status = end_by(abort, true);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    cr_assert_eq(read_notes(), 1);
    cr_assert_str_eq(seen.field, "with:colon:31");
    cr_assert_eq(seen.offset, 1234567890123);
    cr_assert_eq(seen.signal, SIGABRT);
    cr_assert_eq(read_notes(), 0, "it was dealt with");
}

Test(crash, without_a_record_in_hand_there_is_nothing_to_note)
{
    int status = end_by(abort, false);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    cr_assert_eq(read_notes(), 0);
}

Test(crash, a_kill_is_no_crash)
{
    end_by(be_killed, true);
    cr_assert_eq(read_notes(), 0);
}

Test(crash, what_could_not_be_dealt_with_stays)
{
    int answer = KAIKU_AWAY;
    end_by(abort, true);
    cr_assert_eq(kaiku_crash_read(take, &answer), KAIKU_AWAY);
    cr_assert_eq(read_notes(), 1);
}

Test(crash, notes_of_others_are_left_alone)
{
    end_by(abort, true);
    kaiku_crash_install("k at he");
    cr_assert_eq(read_notes(), 0);
    kaiku_crash_install("k at here and there");
    cr_assert_eq(read_notes(), 0);
    kaiku_crash_install("k at here");
    cr_assert_eq(read_notes(), 1);
}

/* AddressSanitizer would report it, and the report would be taken for a failure. */
#ifndef __SANITIZE_ADDRESS__
static int recurse(long levels)
{
    volatile char room[4096];
    room[0] = (char)levels;
    return levels > 0 ? recurse(levels - 1) + room[0] : 0;
}

static void overflow(void)
{
    setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20});
    _exit(recurse(1 << 30));
}

Test(crash, a_stack_that_ran_out_is_noted_on_another)
{
    int status = end_by(overflow, true);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    cr_assert_eq(read_notes(), 1);
    cr_assert_eq(seen.signal, SIGSEGV);
}
#endif
