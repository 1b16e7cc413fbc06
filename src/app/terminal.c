#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ALTERNATE_ON "\033[?1049h\033[?25l"
#define ALTERNATE_OFF "\033[?25h\033[?1049l"
/* A terminal that knows it shows nothing between the two; others ignore them. */
#define UPDATE_BEGIN "\033[?2026h\033[H"
#define UPDATE_END "\033[J\033[?2026l"

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

void app_terminal_take(struct app_terminal *terminal, const char *messages)
{
    struct termios raw;

    *terminal = (struct app_terminal){.messages = -1};
    if (isatty(STDERR_FILENO)) {
        int file = open(messages, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

        terminal->messages = file < 0 ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        if (terminal->messages >= 0)
            dup2(file, STDERR_FILENO);
        if (file >= 0)
            close(file);
    }
    terminal->has_keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &terminal->before) == 0;
    if (terminal->has_keys) {
        raw = terminal->before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
    }
    write_all(ALTERNATE_ON, sizeof(ALTERNATE_ON) - 1);
}

void app_terminal_release(struct app_terminal *terminal)
{
    write_all(ALTERNATE_OFF, sizeof(ALTERNATE_OFF) - 1);
    if (terminal->has_keys)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal->before);
    if (terminal->messages >= 0) {
        dup2(terminal->messages, STDERR_FILENO);
        close(terminal->messages);
    }
}

void app_terminal_size(int *columns, int *lines)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;

    *columns = known ? size.ws_col : 80;
    *lines = known ? size.ws_row : 24;
}

void app_terminal_draw(struct kaiku_text lines)
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

char app_terminal_key(const struct app_terminal *terminal)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char key = 0;

    if (!terminal->has_keys || poll(&input, 1, 0) <= 0 || read(STDIN_FILENO, &key, 1) != 1)
        return 0;
    return key;
}
