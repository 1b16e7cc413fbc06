#include "members.h"

#include <criterion/criterion.h>

#include <stdio.h>

static void add(struct members *members, const char *text, int64_t start_ms)
{
    cr_assert_eq(members_add(members, kaiku_text_of(text), start_ms), KAIKU_OK);
}

Test(members, each_comes_once_with_its_newest_start)
{
    struct members members = {0};
    const struct member *member;

    add(&members, "phone", 10);
    add(&members, "chat", 20);
    add(&members, "phone", 30);
    add(&members, "phone", 20);
    member = members_take(&members);
    cr_assert_str_eq(member->text.data, "phone");
    cr_assert_eq(member->start_ms, 30);
    cr_assert_str_eq(members_take(&members)->text.data, "chat");
    cr_assert_null(members_take(&members));
    members_release(&members);
}

Test(members, one_that_was_taken_comes_again_when_added_again)
{
    struct members members = {0};

    add(&members, "phone", 10);
    cr_assert_not_null(members_take(&members));
    add(&members, "phone", 5);
    add(&members, "phone", 5);
    cr_assert(members_wait(&members));
    cr_assert_eq(members_take(&members)->start_ms, 5);
    cr_assert_not(members_wait(&members));
    members_release(&members);
}

Test(members, those_that_were_taken_need_no_memory)
{
    struct members members = {0};
    char text[16];

    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof(text), "m%d", i);
        add(&members, text, i);
        cr_assert_not_null(members_take(&members));
    }
    cr_assert_leq(members.capacity, 64);
    cr_assert_null(members.arena.first->next);
    members_release(&members);
}

Test(members, thousands_and_again_after_a_clear)
{
    struct members members = {0};
    char text[16];

    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 20000; i++) {
            snprintf(text, sizeof(text), "m%d", i % 5000);
            add(&members, text, i);
            if (i == 2500)
                cr_assert_not_null(members_take(&members));
        }
        cr_assert_eq(members.n, 5001, "m0 was taken, and came once more");
        members_clear(&members);
        cr_assert_null(members_take(&members));
    }
    members_release(&members);
}
