#include "random.h"

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void app_random_init(struct app_random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix64(&seed);
}

int32_t app_random_normal(struct app_random *random)
{
    int32_t sum = 0;

    for (int i = 0; i < 3; i++) {
        uint64_t word = app_random_next(random);
        sum += (int32_t)(word & 0xffff) + (int32_t)(word >> 16 & 0xffff) +
               (int32_t)(word >> 32 & 0xffff) + (int32_t)(word >> 48);
    }
    return sum - 6 * 65535;
}
