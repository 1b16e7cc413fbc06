/* The bytes of a file as they were before compression: `.gz`, `.zst`, anything else as it is, "-"
 * is standard input. Belongs to one thread; errors are texts of at least 256 bytes. */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include <kaiku/status.h>

#include <stdbool.h>
#include <stddef.h>

struct kaiku_unpack;

int kaiku_unpack_open(const char *path, struct kaiku_unpack **out, char *error) KAIKU_MUST_CHECK;
void kaiku_unpack_close(struct kaiku_unpack *unpack);

/* Waits until read would not block: AGAIN after timeout_ms. */
int kaiku_unpack_wait(struct kaiku_unpack *unpack, int timeout_ms) KAIKU_MUST_CHECK;
/* Up to size bytes, at least one; *n is 0 at the end of the file. IO: with text. */
int kaiku_unpack_read(struct kaiku_unpack *unpack, char *bytes, size_t size, size_t *n, char *error)
    KAIKU_MUST_CHECK;

#endif
