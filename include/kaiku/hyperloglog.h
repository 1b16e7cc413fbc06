/* HyperLogLog as Redis keeps it: how many different values were seen, within 0.8 %.
 *
 * Registers equal those of Redis' PFADD bit for bit (p = 14; A. Appleby's MurmurHash64A with Redis'
 * seed). The estimator is Redis' too: O. Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches", arXiv:1702.01284.
 * Thread-safe: pure functions. */
#ifndef KAIKU_HYPERLOGLOG_H
#define KAIKU_HYPERLOGLOG_H

#include <stddef.h>
#include <stdint.h>

#define KAIKU_HYPERLOGLOG_REGISTERS 16384
#define KAIKU_HYPERLOGLOG_RANK_MAX 51

/* What an element does to a HyperLogLog: register index becomes at least rank (1..RANK_MAX). */
struct kaiku_hyperloglog_register {
    uint16_t index;
    uint8_t rank;
};

/* Redis' hash of an element. */
uint64_t kaiku_hyperloglog_hash(const void *data, size_t size);

/* The register that an element of this hash raises. */
struct kaiku_hyperloglog_register kaiku_hyperloglog_place(uint64_t hash);

/* An element that raises register index to rank: PFADDing its 8 bytes, little-endian, has the same
 * effect as PFADDing any original element of that place. So registers are kept instead of elements,
 * and still only Redis' own commands write its format. */
uint64_t kaiku_hyperloglog_element(uint16_t index, uint8_t rank);

/* The number of different elements behind the registers (PFCOUNT before rounding). */
double kaiku_hyperloglog_estimate(const uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS]);

#endif
