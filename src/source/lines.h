/* A file by lines: blocks of it in memory, lines lent from them without a copy.
 *
 * Lines stay valid until refill or close. Belongs to one thread. */
#ifndef SOURCE_LINES_H
#define SOURCE_LINES_H

#include <base/text.h>

struct kaiku_lines;

/* Borrows path. Of lines longer than max_line the first max_line + 1 bytes are kept. */
int kaiku_lines_open(const char *path, uint32_t max_line, struct kaiku_lines **out, char *error)
    KAIKU_MUST_CHECK;
void kaiku_lines_close(struct kaiku_lines *lines);

/* The next line without its newline; the size is the true one, also where not all of it was kept. A
 * last line without newline counts. AGAIN: refill first; END: there are no more. */
int kaiku_lines_next(struct kaiku_lines *lines, struct kaiku_text *line) KAIKU_MUST_CHECK;
/* Number of the line that comes next, from 0. */
int64_t kaiku_lines_number(const struct kaiku_lines *lines);
/* Reads on. AGAIN: nothing came in timeout_ms; IO with text. */
int kaiku_lines_refill(struct kaiku_lines *lines, int timeout_ms, char *error) KAIKU_MUST_CHECK;

#endif
