#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ALTERNATE_ON "\033[?1049h\033[?25l"
#define ALTERNATE_OFF "\033[?25h\033[?1049l"
/* A terminal that knows it shows nothing between the two; others ignore them. */
#define UPDATE_BEGIN "\033[?2026h\033[H"
#define UPDATE_END "\033[J\033[?2026l"

enum { REST_OF_KEY_MS = 30 };

/* ---- the screen ---- */

static void write_all(const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(STDOUT_FILENO, data, size);

        if (n < 0 && errno != EINTR)
            return;
        if (n > 0) {
            data += n;
            size -= (size_t)n;
        }
    }
}

static void enter(const struct app_terminal *terminal)
{
    struct termios raw = terminal->before;

    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    if (terminal->has_keys)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    write_all(ALTERNATE_ON, sizeof(ALTERNATE_ON) - 1);
}

static void leave(const struct app_terminal *terminal)
{
    write_all(ALTERNATE_OFF, sizeof(ALTERNATE_OFF) - 1);
    if (terminal->has_keys)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
}

/* ---- signals: all that is called here may be called by a handler ---- */

/* Those that end a process which does not handle them. */
static const int ending[] = {SIGHUP, SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};

enum { ENDING = sizeof(ending) / sizeof(*ending) };

static const struct app_terminal *taken;
static volatile sig_atomic_t must_redraw;
static struct sigaction before_ending[ENDING], before_stop, before_continue, before_resize;

/* The terminal as it was, then whatever this signal did before. */
static void on_end(int number)
{
    leave(taken);
    for (size_t i = 0; i < ENDING; i++)
        if (ending[i] == number)
            sigaction(number, &before_ending[i], NULL);
    raise(number);
}

static void on_stop(int number)
{
    int kept = errno;

    (void)number;
    leave(taken);
    raise(SIGSTOP);
    errno = kept;
}

static void on_continue(int number)
{
    int kept = errno;

    (void)number;
    enter(taken);
    must_redraw = 1;
    errno = kept;
}

static void on_resize(int number)
{
    (void)number;
    must_redraw = 1;
}

static void handle(int number, void (*handler)(int), struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler};

    sigfillset(&action.sa_mask);
    sigaction(number, NULL, before);
    if (before->sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

static void handle_signals(void)
{
    for (size_t i = 0; i < ENDING; i++)
        handle(ending[i], on_end, &before_ending[i]);
    handle(SIGTSTP, on_stop, &before_stop);
    handle(SIGCONT, on_continue, &before_continue);
    handle(SIGWINCH, on_resize, &before_resize);
}

static void forget_signals(void)
{
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &before_ending[i], NULL);
    sigaction(SIGTSTP, &before_stop, NULL);
    sigaction(SIGCONT, &before_continue, NULL);
    sigaction(SIGWINCH, &before_resize, NULL);
}

/* ---- taking and giving back ---- */

bool app_terminal_usable(void)
{
    const char *name = getenv("TERM");

    return isatty(STDOUT_FILENO) && name && *name && strcmp(name, "dumb") != 0;
}

bool app_terminal_colours(void)
{
    const char *no = getenv("NO_COLOR");

    return app_terminal_usable() && !(no && *no);
}

/* Where standard error went before; -1: it was left alone. */
static int divert_messages(const char *path)
{
    int file, before;

    if (!path || !isatty(STDERR_FILENO))
        return -1;
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return -1;
    before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (before >= 0)
        dup2(file, STDERR_FILENO);
    close(file);
    return before;
}

void app_terminal_take(struct app_terminal *terminal, const char *messages)
{
    *terminal = (struct app_terminal){.messages = divert_messages(messages)};
    terminal->has_keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &terminal->before) == 0;
    taken = terminal;
    handle_signals();
    enter(terminal);
}

void app_terminal_release(struct app_terminal *terminal)
{
    leave(terminal);
    forget_signals();
    taken = NULL;
    kaiku_buffer_release(&terminal->drawn);
    if (terminal->messages >= 0) {
        dup2(terminal->messages, STDERR_FILENO);
        close(terminal->messages);
    }
}

/* ---- drawing ---- */

void app_terminal_size(int *columns, int *lines)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;

    *columns = known ? size.ws_col : 80;
    *lines = known ? size.ws_row : 24;
}

static void draw(struct kaiku_text lines)
{
    struct kaiku_buffer screen = {0};
    const char *end = lines.data + lines.size;

    kaiku_buffer_string(&screen, UPDATE_BEGIN);
    for (const char *at = lines.data; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const char *stop = line_end ? line_end : end;

        kaiku_buffer_append(&screen, at, (size_t)(stop - at));
        kaiku_buffer_string(&screen, "\033[K");
        if (line_end && line_end + 1 < end) /* one after the last line would scroll */
            kaiku_buffer_string(&screen, "\r\n");
        at = stop + 1;
    }
    kaiku_buffer_string(&screen, UPDATE_END);
    if (!screen.failed)
        write_all(screen.data, screen.size);
    kaiku_buffer_release(&screen);
}

void app_terminal_draw(struct app_terminal *terminal, struct kaiku_text lines)
{
    if (!must_redraw && kaiku_text_equal(kaiku_buffer_as_text(&terminal->drawn), lines))
        return;
    must_redraw = 0;
    draw(lines);
    kaiku_buffer_clear(&terminal->drawn);
    kaiku_buffer_text(&terminal->drawn, lines);
}

/* ---- keys ---- */

/* Waits for bytes and takes what there is. A terminal that is gone gives none any more. */
static void read_input(struct app_terminal *terminal, int timeout_ms)
{
    struct pollfd input = {.fd = terminal->has_keys ? STDIN_FILENO : -1, .events = POLLIN};
    ssize_t n;

    if (terminal->n_input == sizeof(terminal->input) || poll(&input, 1, timeout_ms) <= 0)
        return;
    n = read(STDIN_FILENO, terminal->input + terminal->n_input, sizeof(terminal->input) - terminal->n_input);
    if (n > 0)
        terminal->n_input += (size_t)n;
    else if (n == 0 || errno != EINTR)
        terminal->has_keys = false;
}

bool app_terminal_key(struct app_terminal *terminal, int timeout_ms, struct app_key *key)
{
    size_t n;

    if (terminal->n_input == 0)
        read_input(terminal, timeout_ms);
    if (terminal->n_input == 0)
        return false;
    n = app_key_parse(terminal->input, terminal->n_input, false, key);
    if (n == 0) {
        read_input(terminal, REST_OF_KEY_MS);
        n = app_key_parse(terminal->input, terminal->n_input, true, key);
    }
    terminal->n_input -= n;
    memmove(terminal->input, terminal->input + n, terminal->n_input);
    return true;
}
