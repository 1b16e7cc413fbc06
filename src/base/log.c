#include <base/log.h>

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <base/clock.h>
#include <base/text.h>

/* On the stack, so that running out of memory can still be logged; longer messages are cut. */
enum { MESSAGE_SIZE = 2048, LINE_SIZE = 128 + 6 * MESSAGE_SIZE };

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static atomic_int least_level = KAIKU_LOG_INFO;
static atomic_bool as_json;

struct line {
    char data[LINE_SIZE]; /* holds any message, even where each byte becomes \u00XX */
    size_t size;
    bool as_json;
};

void kaiku_log_configure(enum kaiku_log_level least, bool json)
{
    least_level = (int)least;
    as_json = json;
}

__attribute__((format(printf, 2, 3))) static void put(struct line *line, const char *format, ...)
{
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(line->data + line->size, LINE_SIZE - line->size, format, arguments);
    va_end(arguments);
    if (size > 0)
        line->size += (size_t)size;
}

static void put_char(struct line *line, char c)
{
    line->data[line->size++] = c;
}

static void put_time(struct line *line)
{
    int64_t now_ms = kaiku_clock_wall_ms();
    time_t now_s = (time_t)(now_ms / 1000);
    struct tm utc;

    gmtime_r(&now_s, &utc);
    put(line, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(now_ms % 1000));
}

/* Messages quote names from outside: a control character must not forge a second line, and stray
 * bytes must not break the collector. */
static void put_message(struct line *line, struct kaiku_text message)
{
    bool utf8 = kaiku_text_is_utf8(message);

    for (size_t i = 0; i < message.size; i++) {
        unsigned char c = (unsigned char)message.data[i];

        if (c >= 0x80 && !utf8)
            put_char(line, '?');
        else if (c >= 0x20 && c != 0x7f && !(line->as_json && (c == '"' || c == '\\')))
            put_char(line, (char)c);
        else if (!line->as_json)
            put_char(line, ' ');
        else
            put(line, "\\u%04x", c);
    }
}

static void put_line(struct line *line, const char *level, struct kaiku_text message)
{
    if (line->as_json)
        put(line, "{\"time\":\"");
    put_time(line);
    put(line, line->as_json ? "\",\"level\":\"%s\",\"message\":\"" : " %-5s ", level);
    put_message(line, message);
    put(line, line->as_json ? "\"}\n" : "\n");
}

void kaiku_log(enum kaiku_log_level level, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    struct line line;
    va_list arguments;

    if ((int)level < least_level)
        return;
    va_start(arguments, format);
    int size = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (size < 0)
        return;
    line.size = 0;
    line.as_json = as_json;
    /* One byte less than fits, so that a character torn by the end is left out. */
    struct kaiku_text text = kaiku_text_cut(kaiku_text_of(message), sizeof(message) - 2);
    put_line(&line, level_names[level], text);
    ssize_t written = write(STDERR_FILENO, line.data, line.size);
    (void)written; /* a log that cannot be written has nobody left to tell */
}
