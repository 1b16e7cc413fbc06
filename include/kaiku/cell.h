/* The cell codec: counters of one member in one window as a string, as it stands in Redis
 * (hash `PREFIX:{S}:c:GENERATION:VIEW:WINDOW:START`, field = member) and as deltas travel.
 *
 * Format: chunks in ascending order of id, each
 *
 *     id      2 bytes, little-endian: block number; bit 15 set: the block is an exact sum
 *     shape   1 byte: (log2 of the counter width in bytes) * 32 + index of the first counter kept
 *     count   1 byte: counters kept, 1..32
 *     data    count signed little-endian counters of that width
 *
 * A block is KAIKU_BLOCK consecutive counters. Zeros at both ends are left out, a block of zeros has no
 * chunk, and the width is the narrowest that holds all of them: one content has one encoding, so equal
 * cells are equal strings. The empty string is the empty cell.
 *
 * A sum is a signed 128-bit integer as four limbs of 32 bits, least significant first, each between
 * -2^31 and 2^31 - 1 (balanced, so that small negative sums stay short); two's complement carries.
 *
 * Thread-safe: pure functions on caller-owned memory. */
#ifndef KAIKU_CELL_H
#define KAIKU_CELL_H

#include <kaiku/status.h>

#include <stddef.h>
#include <stdint.h>

enum {
    KAIKU_BLOCK = 32,
    KAIKU_SUM_BLOCK = 0x8000, /* bit of a sum's block id */
    KAIKU_SUM_LIMBS = 4,
    KAIKU_CHUNK_MAX = 4 + KAIKU_BLOCK * 8, /* bytes */
};

/* Appends the chunk of one block to out, which must have room for KAIKU_CHUNK_MAX bytes; returns the
 * bytes written, 0 for a block of zeros. */
size_t kaiku_cell_put_block(uint16_t id, const int64_t counters[KAIKU_BLOCK], void *out);
/* The same for counters of 32 bits, as deltas have them: by whole blocks, several times as fast. What stands
 * in out behind the chunk is undefined. */
size_t kaiku_cell_put_delta(uint16_t id, const int32_t counters[KAIKU_BLOCK], void *out);
size_t kaiku_cell_put_sum(uint16_t sum, __int128 value, void *out);

/* One chunk as read: KAIKU_BLOCK counters, those left out zero; for a sum, `sum` is set instead. */
struct kaiku_cell_chunk {
    uint16_t id;
    int64_t counters[KAIKU_BLOCK];
    __int128 sum;
};

/* Reads the chunk at *position (first 0) and moves it on. KAIKU_END behind the last, KAIKU_INVALID
 * where the bytes are no cell: at the first chunk already, so that no part of a damaged cell is added
 * up. Wider counters and zeros at the ends are accepted. */
int kaiku_cell_next(const void *cell, size_t size, size_t *position, struct kaiku_cell_chunk *out)
    KAIKU_MUST_CHECK;

#endif
