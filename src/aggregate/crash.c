#include "aggregate/crash.h"

#include "worker_private.h"

#include <base/clock.h>

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTE_NAME "kaiku-crash-"

enum {
    IDENTITY_MAX = 256,
    NOTE_MAX = 1024,
    STACK_SIZE = 65536, /* a worker's own may be what ran out */
};

static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
enum { SIGNALS = sizeof signals / sizeof *signals };

/* Written before any thread starts. */
static char identity[IDENTITY_MAX];
static char directory[512];
static char path[600];
static struct sigaction former[SIGNALS];

static _Thread_local struct kaiku_worker *watched;
static _Thread_local stack_t former_stack;

/* ---- the handler: it may call little more than open and write ---- */

struct note {
    char text[NOTE_MAX];
    size_t size;
};

static void put_char(struct note *note, char c)
{
    if (note->size < sizeof note->text)
        note->text[note->size++] = c;
}

static void put_text(struct note *note, const char *text)
{
    while (*text)
        put_char(note, *text++);
}

static void put_number(struct note *note, int64_t number)
{
    char digits[20];
    int n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (n > 0)
        put_char(note, digits[--n]);
}

/* "IDENTITY\nSIGNAL OFFSET TOPIC:PARTITION\n" */
static void write_note(const struct kaiku_partition *partition, int64_t offset, int number)
{
    struct note note = {.size = 0};
    put_text(&note, identity);
    put_char(&note, '\n');
    put_number(&note, number);
    put_char(&note, ' ');
    put_number(&note, offset);
    put_char(&note, ' ');
    put_text(&note, partition->topic);
    put_char(&note, ':');
    put_number(&note, partition->number);
    put_char(&note, '\n');
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    ssize_t written = write(file, note.text, note.size);
    (void)written; /* half a note is none: reading finds no end of line */
    close(file);
}

static void on_crash(int number)
{
    struct kaiku_worker *worker = watched;
    const struct kaiku_record *record = worker ? worker->in_hand : NULL;
    if (record && record->slot < worker->n_slots)
        write_note(&worker->slots[record->slot].name, record->offset, number);
    for (int i = 0; i < SIGNALS; i++)
        if (signals[i] == number)
            sigaction(number, &former[i], NULL);
    raise(number); /* delivered when this returns */
}

/* ---- life ---- */

void kaiku_crash_install(const char *name)
{
    const char *place = getenv("TMPDIR");
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    snprintf(identity, sizeof identity, "%s", name);
    snprintf(directory, sizeof directory, "%s", place && *place ? place : "/tmp");
    /* Processes of containers all have the same number. */
    snprintf(path, sizeof path, "%s/" NOTE_NAME "%ld-%" PRId64, directory, (long)getpid(),
             kaiku_clock_wall_ms());
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &former[i]);
}

void worker_crash_watch(struct kaiku_worker *worker)
{
    stack_t stack = {.ss_size = STACK_SIZE};
    /* Without it, all but an overflow of the stack is noted. */
    stack.ss_sp = worker->crash_stack = malloc(STACK_SIZE);
    if (stack.ss_sp)
        sigaltstack(&stack, &former_stack);
    watched = worker;
}

void worker_crash_unwatch(struct kaiku_worker *worker)
{
    watched = NULL;
    if (worker->crash_stack)
        sigaltstack(&former_stack, NULL);
    free(worker->crash_stack);
    worker->crash_stack = NULL;
}

/* ---- reading ---- */

/* The note's text; false where it is none of ours. */
static bool read_note(int place, const char *name, char text[NOTE_MAX])
{
    struct stat about;
    int file = openat(place, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    bool is_ours = fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid();
    ssize_t size = is_ours ? read(file, text, NOTE_MAX - 1) : -1;
    close(file);
    text[size > 0 ? size : 0] = '\0';
    return size > 0 && text[size - 1] == '\n';
}

static bool parse_note(const char *text, struct kaiku_crash *out)
{
    size_t size = strlen(identity);
    int at = 0;
    if (strncmp(text, identity, size) != 0 || text[size] != '\n' ||
        sscanf(text + size + 1, "%d %" SCNd64 " %n", &out->signal, &out->offset, &at) != 2 || at == 0)
        return false;
    const char *field = text + size + 1 + at;
    size = strcspn(field, "\n");
    if (size == 0 || size >= sizeof out->field)
        return false;
    memcpy(out->field, field, size);
    out->field[size] = '\0';
    return true;
}

int kaiku_crash_read(kaiku_crash_visit *visit, void *context)
{
    DIR *place = opendir(directory);
    int status = KAIKU_OK;
    for (struct dirent *entry; place && status == KAIKU_OK && (entry = readdir(place));) {
        struct kaiku_crash crash;
        char text[NOTE_MAX];
        if (strncmp(entry->d_name, NOTE_NAME, sizeof NOTE_NAME - 1) != 0 ||
            !read_note(dirfd(place), entry->d_name, text) || !parse_note(text, &crash))
            continue;
        status = visit(context, &crash);
        if (status == KAIKU_OK)
            unlinkat(dirfd(place), entry->d_name, 0);
    }
    if (place)
        closedir(place);
    return status;
}

/* ---- for tests ---- */

#ifdef KAIKU_FAILPOINTS
void worker_crash_if_told(const struct kaiku_record *record)
{
    const char *text = getenv("KAIKU_CRASH_ON");
    if (text && record->value && memmem(record->value, record->size, text, strlen(text)))
        abort();
}
#endif
