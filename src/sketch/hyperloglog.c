#include <kaiku/hyperloglog.h>

#include <endian.h>
#include <math.h>
#include <string.h>

enum { INDEX_BITS = 14, RANK_BITS = 64 - INDEX_BITS };

#define SEED UINT64_C(0xadc83b19)
#define FACTOR UINT64_C(0xc6a4a7935bd1e995)
#define INVERSE UINT64_C(0x5f7a0ea7e59b19bd) /* FACTOR * INVERSE = 1 modulo 2^64 */

_Static_assert(KAIKU_HYPERLOGLOG_REGISTERS == 1 << INDEX_BITS, "one register for each index");
_Static_assert(KAIKU_HYPERLOGLOG_RANK_MAX == RANK_BITS + 1, "no bit set has a rank too");

/* Its own inverse, because 2 * 47 >= 64. */
static uint64_t fold(uint64_t x)
{
    return x ^ x >> 47;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    return (hash ^ fold(word * FACTOR) * FACTOR) * FACTOR;
}

uint64_t kaiku_hyperloglog_hash(const void *data, size_t size)
{
    const unsigned char *p = data;
    uint64_t hash = SEED ^ size * FACTOR;
    size_t rest = size % 8;

    for (const unsigned char *end = p + (size - rest); p != end; p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof(word));
        hash = mix(hash, le64toh(word));
    }
    if (rest > 0) {
        uint64_t word = 0;
        memcpy(&word, p, rest);
        hash = (hash ^ le64toh(word)) * FACTOR;
    }
    return fold(fold(hash) * FACTOR);
}

struct kaiku_hyperloglog_register kaiku_hyperloglog_place(uint64_t hash)
{
    /* The bit above the others ends the count where all of them are zero. */
    uint64_t bits = hash >> INDEX_BITS | UINT64_C(1) << RANK_BITS;

    return (struct kaiku_hyperloglog_register){
        .index = (uint16_t)(hash & (KAIKU_HYPERLOGLOG_REGISTERS - 1)),
        .rank = (uint8_t)(1 + __builtin_ctzll(bits)),
    };
}

/* For a key of 8 bytes MurmurHash64A is a chain of bijections: undo them one by one. */
static uint64_t key_of_hash(uint64_t hash)
{
    uint64_t mixed = fold(fold(hash) * INVERSE) * INVERSE;

    return fold((mixed ^ SEED ^ 8 * FACTOR) * INVERSE) * INVERSE;
}

uint64_t kaiku_hyperloglog_element(uint16_t index, uint8_t rank)
{
    uint64_t hash = index;

    if (rank <= RANK_BITS)
        hash |= UINT64_C(1) << (INDEX_BITS + rank - 1);
    return key_of_hash(hash);
}

/* Ertl's sigma: what the registers still at 0 contribute. */
static double sigma(double x)
{
    double y = 1, z = x, before;

    if (x == 1)
        return INFINITY;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

/* Ertl's tau: what the saturated registers contribute. */
static double tau(double x)
{
    double y = 1, z = 1 - x, before;

    if (x == 0 || x == 1)
        return 0;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

double kaiku_hyperloglog_estimate(const uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS])
{
    const double m = KAIKU_HYPERLOGLOG_REGISTERS;
    const double alpha = 0.721347520444481703680; /* 1 / (2 ln 2) */
    uint32_t having[256] = {0};                   /* registers of each rank */

    for (size_t i = 0; i < KAIKU_HYPERLOGLOG_REGISTERS; i++)
        having[registers[i]]++;

    double z = m * tau((m - having[KAIKU_HYPERLOGLOG_RANK_MAX]) / m);
    for (int rank = RANK_BITS; rank >= 1; rank--)
        z = 0.5 * (z + having[rank]);
    z += m * sigma(having[0] / m);
    return alpha * m * m / z;
}
