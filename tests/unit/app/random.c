#include "random.h"

#include <criterion/criterion.h>

/* The reference code of splitmix64 and xoshiro256**, seed 0. */
Test(random, is_the_published_generator)
{
    struct app_random source;

    app_random_init(&source, 0);
    cr_expect_eq(source.state[0], UINT64_C(0xe220a8397b1dcdaf));
    cr_expect_eq(source.state[1], UINT64_C(0x6e789e6aa1b965f4));
    cr_expect_eq(source.state[2], UINT64_C(0x06c45d188009454f));
    cr_expect_eq(source.state[3], UINT64_C(0xf88bb8a8724c81ec));
    cr_expect_eq(app_random_next(&source), UINT64_C(0x99ec5f36cb75f2b4));
    cr_expect_eq(app_random_next(&source), UINT64_C(0xbf6e1f784956452a));
}

Test(random, below_covers_its_range)
{
    struct app_random source;
    int counts[6] = {0};

    app_random_init(&source, 3);
    for (int i = 0; i < 60000; i++)
        counts[app_random_below(&source, 6)]++;
    for (int i = 0; i < 6; i++)
        cr_expect(counts[i] > 9600 && counts[i] < 10400, "%d: %d", i, counts[i]);
}

Test(random, normal_has_mean_and_deviation)
{
    struct app_random source;
    double sum = 0, squares = 0;
    const int n = 200000;

    app_random_init(&source, 3);
    for (int i = 0; i < n; i++) {
        double z = app_random_normal(&source) / 65536.0;
        sum += z;
        squares += z * z;
    }
    cr_expect_float_eq(sum / n, 0, .01);
    cr_expect_float_eq(squares / n, 1, .02);
}
