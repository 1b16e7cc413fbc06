#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "signals.h"

enum { LINES_SIZE = 64 * 1024, FLUSH_MS = 100 };

void app_sink_init_lines(struct app_sink *sink, int fd)
{
    *sink = (struct app_sink){.fd = fd};
}

int app_sink_init_topic(struct app_sink *sink, const char *brokers, const char *topic)
{
    struct kaiku_producer_options options = {brokers, topic};

    *sink = (struct app_sink){.fd = -1};
    return kaiku_producer_create(&options, &sink->producer, sink->error);
}

void app_sink_release(struct app_sink *sink)
{
    kaiku_producer_destroy(sink->producer);
    kaiku_buffer_release(&sink->lines);
}

static int fail(struct app_sink *sink, int status, const char *why)
{
    snprintf(sink->error, sizeof(sink->error), "%s", why);
    return status;
}

static int write_lines(struct app_sink *sink)
{
    size_t done = 0;
    int status = KAIKU_OK;

    if (sink->lines.failed)
        status = fail(sink, KAIKU_NOMEM, kaiku_status_text(KAIKU_NOMEM));
    while (done < sink->lines.size && status == KAIKU_OK) {
        ssize_t n = write(sink->fd, sink->lines.data + done, sink->lines.size - done);

        if (n >= 0)
            done += (size_t)n;
        else if (errno == EPIPE || (errno == EINTR && app_signals_stop()))
            status = KAIKU_STOPPED;
        else if (errno != EINTR)
            status = fail(sink, KAIKU_IO, strerror(errno));
    }
    kaiku_buffer_clear(&sink->lines);
    return status;
}

static int send_record(struct app_sink *sink, const struct app_generated *event)
{
    int status;

    do {
        status =
            kaiku_producer_send(sink->producer, event->id, event->value, event->written_ms);
    } while (status == KAIKU_AGAIN && !app_signals_stop());
    if (status == KAIKU_AWAY)
        return fail(sink, status, kaiku_producer_error(sink->producer));
    return status == KAIKU_AGAIN ? KAIKU_STOPPED : status;
}

int app_sink_send(struct app_sink *sink, const struct app_generated *event)
{
    if (sink->producer)
        return send_record(sink, event);
    kaiku_buffer_text(&sink->lines, event->value);
    kaiku_buffer_char(&sink->lines, '\n');
    return sink->lines.size < LINES_SIZE ? KAIKU_OK : write_lines(sink);
}

int app_sink_flush(struct app_sink *sink)
{
    int status;

    if (!sink->producer)
        return write_lines(sink);
    do {
        status = kaiku_producer_flush(sink->producer, FLUSH_MS);
    } while (status == KAIKU_AGAIN && !app_signals_stop());
    if (status == KAIKU_AWAY)
        return fail(sink, status, kaiku_producer_error(sink->producer));
    return status == KAIKU_AGAIN ? KAIKU_STOPPED : status;
}
