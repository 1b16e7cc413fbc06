#include "sink.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

static const struct app_generated event = {.value = {"{\"id\":1}", 8}};

Test(sink, writes_lines)
{
    struct app_sink sink;
    char got[64];
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    app_sink_init_lines(&sink, ends[1]);
    cr_assert_eq(app_sink_send(&sink, &event), KAIKU_OK);
    cr_assert_eq(app_sink_send(&sink, &event), KAIKU_OK);
    cr_assert_eq(app_sink_flush(&sink), KAIKU_OK);
    cr_assert_eq(read(ends[0], got, sizeof(got)), 18);
    cr_assert_eq(memcmp(got, "{\"id\":1}\n{\"id\":1}\n", 18), 0);
    app_sink_release(&sink);
}

Test(sink, stops_where_nobody_reads)
{
    struct app_sink sink;
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    app_sink_init_lines(&sink, ends[1]);
    cr_assert_eq(app_sink_send(&sink, &event), KAIKU_OK);
    cr_assert_eq(app_sink_flush(&sink), KAIKU_STOPPED);
    app_sink_release(&sink);
}

Test(sink, says_why_it_cannot_write)
{
    struct app_sink sink;

    app_sink_init_lines(&sink, -1);
    cr_assert_eq(app_sink_send(&sink, &event), KAIKU_OK);
    cr_assert_eq(app_sink_flush(&sink), KAIKU_IO);
    cr_assert_str_eq(sink.error, "Bad file descriptor");
    app_sink_release(&sink);
}
