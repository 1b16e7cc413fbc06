#include <criterion/criterion.h>

#include <stdlib.h>

#include <base/array.h>

Test(array, doubles_and_keeps_what_it_holds)
{
    uint32_t *items = NULL, n = 0, capacity = 0, moves = 0;

    for (; n < 1000; n++) {
        uint32_t before = capacity, *grown = kaiku_array_reserve(items, n, &capacity, sizeof *items);

        cr_assert_not_null(grown);
        cr_assert_gt(capacity, n);
        cr_assert(capacity == before || before == 0 || capacity == 2 * before);
        moves += capacity != before;
        items = grown;
        items[n] = n;
    }
    for (uint32_t i = 0; i < n; i++)
        cr_assert_eq(items[i], i);
    cr_assert_leq(moves, 8);
    free(items);
}

Test(array, stays_while_there_is_room)
{
    uint32_t items[4] = {1, 2, 3, 4}, capacity = 4;

    cr_assert_eq(kaiku_array_reserve(items, 3, &capacity, sizeof *items), (void *)items);
    cr_assert_eq(capacity, 4);
}

Test(array, refuses_more_than_a_number_can_count)
{
    char item;
    uint32_t capacity = UINT32_C(1) << 31;

    cr_assert_null(kaiku_array_reserve(&item, capacity, &capacity, 1));
    cr_assert_eq(capacity, UINT32_C(1) << 31);
}
