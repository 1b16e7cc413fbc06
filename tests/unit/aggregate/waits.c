#include <aggregate/waits.h>

#include <criterion/criterion.h>

static uint64_t records(const struct kaiku_waits *waits)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < waits->n; i++)
        sum += waits->list[i].records;
    return sum;
}

Test(waits, keeps_each_batch_while_there_is_room)
{
    struct kaiku_waits waits = {0};

    for (uint32_t i = 0; i < KAIKU_WAITS; i++)
        kaiku_waits_add(&waits, 1000 + i, i + 1);
    cr_assert_eq(waits.n, KAIKU_WAITS);
    for (uint32_t i = 0; i < KAIKU_WAITS; i++) {
        cr_assert_eq(waits.list[i].since_ms, 1000 + i);
        cr_assert_eq(waits.list[i].records, i + 1);
    }
}

Test(waits, neighbours_wait_as_long_as_the_longer_of_them)
{
    struct kaiku_waits waits = {0};

    for (uint32_t i = 0; i < KAIKU_WAITS; i++)
        kaiku_waits_add(&waits, i % 4 == 0 ? 5000 : 3000 - i, 2);
    kaiku_waits_add(&waits, 4000, 7);
    cr_assert_eq(waits.n, KAIKU_WAITS / 2 + 1);
    cr_assert_eq(waits.list[0].since_ms, 2999);
    cr_assert_eq(waits.list[1].since_ms, 2997);
    cr_assert_eq(waits.list[0].records, 4);
    cr_assert_eq(waits.list[KAIKU_WAITS / 2].since_ms, 4000);
    cr_assert_eq(waits.list[KAIKU_WAITS / 2].records, 7);
}

Test(waits, no_record_is_lost_however_many_batches)
{
    struct kaiku_waits waits = {0}, all = {0};
    uint64_t sum = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        kaiku_waits_add(&waits, i, i);
        sum += i;
    }
    cr_assert_eq(records(&waits), sum);
    cr_assert_eq(waits.list[0].since_ms, 0);
    kaiku_waits_add(&all, 50, 1);
    kaiku_waits_move(&waits, &all);
    cr_assert_eq(records(&all), sum + 1);
    cr_assert_eq(waits.n, 0);
}
