/* NDJSON files as partitions: topic `file:PATH`, partition 0, offset = line number from 0. `.gz` and
 * `.zst` are decompressed; "-" is standard input. */
#ifndef SOURCE_FILE_H
#define SOURCE_FILE_H

#include <source/source.h>

struct kaiku_file_input {
    const char *path;
    const char *topic; /* whole topic name, `file:...` */
};

/* Reads the files one after the other; all are assigned at the first poll. max_line: bytes of a record
 * that are kept; of a longer line only its true size is handed out with its first max_line + 1 bytes
 * (enough for the decoder to reject it), so memory is bounded. */
int kaiku_file_source_create(const struct kaiku_file_input *inputs, uint32_t n, uint32_t max_line,
                             struct kaiku_source **out, char *error) KAIKU_MUST_CHECK;
/* Extents with unknown end (-1). */
int kaiku_file_catalog_create(const struct kaiku_file_input *inputs, uint32_t n,
                              struct kaiku_catalog **out) KAIKU_MUST_CHECK;

#endif
