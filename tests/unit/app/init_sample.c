#include "init_sample.h"

#include <criterion/criterion.h>

static void expect_shares(int64_t a, int64_t b, int64_t c, int64_t most, int64_t x, int64_t y, int64_t z)
{
    int64_t sizes[] = {a, b, c};

    app_init_share(sizes, 3, most);
    cr_expect_eq(sizes[0], x, "%ld", (long)sizes[0]);
    cr_expect_eq(sizes[1], y, "%ld", (long)sizes[1]);
    cr_expect_eq(sizes[2], z, "%ld", (long)sizes[2]);
}

Test(init_sample, shares_are_even)
{
    expect_shares(5000, 5000, 5000, 1000, 334, 333, 333);
    expect_shares(1, 1, 1, 1000, 1, 1, 1);
}

Test(init_sample, what_small_partitions_lack_others_give)
{
    expect_shares(5, 10, 100000, 1000, 5, 10, 985);
    expect_shares(5, 600, 700, 1000, 5, 498, 497);
}

Test(init_sample, fewer_records_than_partitions)
{
    expect_shares(9, 9, 9, 2, 1, 1, 0);
}
