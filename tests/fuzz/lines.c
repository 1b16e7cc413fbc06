/* Any bytes in any cuts as NDJSON: the lines are those between the newlines, whatever the reads bring. The first bytes say
 * how long lines may be and how much each write brings; the reader sees a pipe. */
#include "fuzz.h"

#include <lines.h>

#include <unistd.h>

static int ends[2]; /* of the pipe that stands in for standard input */

/* What fits into a pipe at once: a writer that waits would wait for ever. */
enum { PIPE_SIZE = 65536, CUTS = 8 };

static void check_line(struct kaiku_text *rest, struct kaiku_text line, uint32_t max_line)
{
    struct kaiku_text want = fuzz_cut(rest, '\n');
    size_t kept = want.size <= max_line ? want.size : (size_t)max_line + 1;

    FUZZ_CHECK(line.size == want.size, "%zu bytes, not %zu", line.size, want.size);
    FUZZ_CHECK(memcmp(line.data, want.data, kept) == 0, "other bytes");
}

/* All lines that are there without another read. */
static int take_lines(struct kaiku_lines *lines, struct kaiku_text *rest, uint32_t max_line, int64_t *n)
{
    struct kaiku_text line;
    int status;

    while ((status = kaiku_lines_next(lines, &line)) == KAIKU_OK) {
        check_line(rest, line, max_line);
        FUZZ_CHECK(kaiku_lines_number(lines) == ++*n, "number %lld", (long long)*n);
    }
    return status;
}

static void write_all(struct kaiku_text piece)
{
    FUZZ_CHECK(write(ends[1], piece.data, piece.size) == (ssize_t)piece.size, "pipe");
}

static void run(struct kaiku_lines *lines, struct kaiku_text body, const uint8_t *cuts, uint32_t max_line)
{
    struct kaiku_text rest = body;
    char error[256];
    int64_t n = 0;
    size_t at = 0;
    int status;

    for (unsigned i = 0; at < body.size; i++) {
        size_t size = 1 + (size_t)cuts[i % CUTS] * (i % 3 + 1);
        if (size > body.size - at)
            size = body.size - at;
        write_all((struct kaiku_text){body.data + at, size});
        at += size;
        FUZZ_CHECK(kaiku_lines_refill(lines, 0, error) == KAIKU_OK, "%s", error);
        FUZZ_CHECK(take_lines(lines, &rest, max_line, &n) == KAIKU_AGAIN, "an end in the middle");
    }
    close(ends[1]);
    FUZZ_CHECK(kaiku_lines_refill(lines, 0, error) == KAIKU_OK, "%s", error);
    status = take_lines(lines, &rest, max_line, &n);
    FUZZ_CHECK(status == KAIKU_END, "status %d", status);
    FUZZ_CHECK(rest.size == 0, "%zu bytes were not handed out", rest.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kaiku_text input = {(const char *)data, size};
    struct kaiku_lines *lines;
    uint32_t max_line = fuzz_take(&input);
    uint8_t cuts[CUTS];
    char error[256];
    char path[32];

    for (unsigned i = 0; i < CUTS; i++)
        cuts[i] = fuzz_take(&input);
    if (input.size > PIPE_SIZE)
        input.size = PIPE_SIZE;
    FUZZ_CHECK(pipe(ends) == 0, "pipe");
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    FUZZ_CHECK(kaiku_lines_open(path, max_line, &lines, error) == KAIKU_OK, "%s", error);
    close(ends[0]);
    run(lines, input, cuts, max_line);
    kaiku_lines_close(lines);
    return 0;
}
