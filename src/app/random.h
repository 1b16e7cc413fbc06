/* Random numbers for generated events: fast, and the same for a seed on every machine.
 *
 * xoshiro256** 1.0, seeded by splitmix64 (D. Blackman, S. Vigna: Scrambled linear pseudorandom
 * number generators, ACM Transactions on Mathematical Software 47, 2021; reference code in the
 * public domain). A sequence belongs to one thread. */
#ifndef APP_RANDOM_H
#define APP_RANDOM_H

#include <stdint.h>

struct app_random {
    uint64_t state[4];
};

void app_random_init(struct app_random *random, uint64_t seed);

static inline uint64_t app_random_next(struct app_random *random)
{
    uint64_t *s = random->state;
    uint64_t scrambled = s[1] * 5;
    uint64_t shifted = s[1] << 17;

    scrambled = (scrambled << 7 | scrambled >> 57) * 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = s[3] << 45 | s[3] >> 19;
    return scrambled;
}

/* 0 to n - 1. The bias of the multiplication is below n / 2^32. */
static inline uint32_t app_random_below(struct app_random *random, uint32_t n)
{
    return (uint32_t)((app_random_next(random) >> 32) * n >> 32);
}

/* Nearly normal, mean 0, standard deviation 65536: the sum of twelve 16-bit uniforms, within 6
 * deviations. */
int32_t app_random_normal(struct app_random *random);

#endif
