#include "roll.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct roll roll;

static void add(const char *member)
{
    cr_assert_eq(roll_add(&roll, kaiku_text_of(member)), KAIKU_OK);
}

static void stop(void)
{
    roll_release(&roll);
}

TestSuite(roll, .fini = stop);

static void add_many(int n)
{
    char name[24];

    roll_begin(&roll);
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "m%02d|_all", i);
        add(name);
    }
    roll_end(&roll);
}

Test(roll, brings_members_into_their_order_each_once)
{
    roll_begin(&roll);
    add("b|x");
    add("a|y");
    add("b|x");
    add("a");
    roll_end(&roll);
    cr_assert_eq(roll.n, 3);
    cr_assert(kaiku_text_equal(roll.members[0], KAIKU_TEXT("a")));
    cr_assert(kaiku_text_equal(roll.members[1], KAIKU_TEXT("a|y")));
    cr_assert(kaiku_text_equal(roll.members[2], KAIKU_TEXT("b|x")));
}

Test(roll, keeps_none_of_too_many)
{
    add_many(ROLL_MOST);
    cr_assert_eq(roll.n, ROLL_MOST);
    cr_assert_neq(roll_sum(&roll, 1), 0);
    add_many(ROLL_MOST + 1);
    cr_assert_gt(roll.n, ROLL_MOST);
    cr_assert_eq(roll_sum(&roll, 1), 0);
    add_many(0);
    cr_assert_eq(roll.n, 0);
    cr_assert_eq(roll_sum(&roll, 1), 0);
}

Test(roll, its_sum_tells_members_and_seeds_apart)
{
    uint64_t sum;

    roll_begin(&roll);
    add("b");
    add("a");
    roll_end(&roll);
    sum = roll_sum(&roll, 1);
    cr_assert_neq(sum, roll_sum(&roll, 2));
    roll_begin(&roll);
    add("a");
    add("b");
    roll_end(&roll);
    cr_assert_eq(sum, roll_sum(&roll, 1));
    roll_begin(&roll);
    add("a");
    add("c");
    roll_end(&roll);
    cr_assert_neq(sum, roll_sum(&roll, 1));
}
