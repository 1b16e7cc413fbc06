/* Large arrays whose address space is reserved once and whose pages come with first use, so that
 * growing one never moves it and the hot path never allocates. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <kaiku/status.h>

#include <stddef.h>

/* Zero-filled, size bytes of address space; NULL when out of memory. */
void *kaiku_memory_reserve(size_t size);
void kaiku_memory_release(void *memory, size_t size);
/* The first used bytes will be read and written all over: maps them at once, in large pages where the
 * system has them. */
void kaiku_memory_scatter(void *memory, size_t used);
/* Zero-fills the first used bytes; gives pages beyond a small working set back to the system. */
void kaiku_memory_zero(void *memory, size_t used);
/* The first used bytes are not needed any more: gives the pages beyond the first keep bytes back. What
 * stands there afterwards is undefined. */
void kaiku_memory_trim(void *memory, size_t used, size_t keep);

#endif
