#include "lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "unpack.h"

/* Large enough that system calls do not show, small enough to stay in a second-level cache. */
enum { BLOCK_SIZE = 512 * 1024 };

struct kaiku_lines {
    struct kaiku_unpack *unpack;
    char *block;
    size_t begin;   /* of what has not been lent */
    size_t scanned; /* no newline between begin and here */
    size_t end;
    size_t keep;    /* bytes of a line at most */
    size_t dropped; /* bytes of the line at begin that were not kept */
    int64_t number;
    bool at_end;
};

int kaiku_lines_open(const char *path, uint32_t max_line, struct kaiku_lines **out, char *error)
{
    struct kaiku_lines *lines = calloc(1, sizeof(*lines));
    int status = KAIKU_NOMEM;

    if (!lines)
        goto nomem;
    lines->keep = (size_t)max_line + 1;
    lines->block = malloc(lines->keep + BLOCK_SIZE);
    if (!lines->block)
        goto nomem;
    status = kaiku_unpack_open(path, &lines->unpack, error);
    if (status)
        goto fail;
    *out = lines;
    return KAIKU_OK;

nomem:
    snprintf(error, 256, "cannot read '%s': %s", path, kaiku_status_text(status));
fail:
    kaiku_lines_close(lines);
    return status;
}

void kaiku_lines_close(struct kaiku_lines *lines)
{
    if (!lines)
        return;
    kaiku_unpack_close(lines->unpack);
    free(lines->block);
    free(lines);
}

static void lend(struct kaiku_lines *lines, size_t end, size_t next, struct kaiku_text *line)
{
    *line = (struct kaiku_text){lines->block + lines->begin, end - lines->begin + lines->dropped};
    lines->begin = lines->scanned = next;
    lines->dropped = 0;
    lines->number++;
}

int kaiku_lines_next(struct kaiku_lines *lines, struct kaiku_text *line)
{
    const char *from = lines->block + lines->scanned;
    const char *newline = memchr(from, '\n', lines->end - lines->scanned);

    if (newline) {
        size_t end = (size_t)(newline - lines->block);
        lend(lines, end, end + 1, line);
        return KAIKU_OK;
    }
    lines->scanned = lines->end;
    if (!lines->at_end)
        return KAIKU_AGAIN;
    if (lines->begin == lines->end)
        return KAIKU_END;
    lend(lines, lines->end, lines->end, line);
    return KAIKU_OK;
}

int64_t kaiku_lines_number(const struct kaiku_lines *lines)
{
    return lines->number;
}

int kaiku_lines_refill(struct kaiku_lines *lines, int timeout_ms, char *error)
{
    size_t left = lines->end - lines->begin;
    size_t n;
    int status = kaiku_unpack_wait(lines->unpack, timeout_ms);

    if (status)
        return status;
    if (left > lines->keep) {
        lines->dropped += left - lines->keep;
        left = lines->keep;
    }
    memmove(lines->block, lines->block + lines->begin, left);
    lines->begin = 0;
    lines->scanned = lines->end = left;
    status = kaiku_unpack_read(lines->unpack, lines->block + left, BLOCK_SIZE, &n, error);
    if (status)
        return status;
    lines->end += n;
    lines->at_end = n == 0;
    return KAIKU_OK;
}
