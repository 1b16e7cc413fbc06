#include "arena.h"

#include <criterion/criterion.h>

static unsigned count_pages(const struct arena *arena)
{
    unsigned n = 0;

    for (const struct arena_page *page = arena->first; page; page = page->next)
        n++;
    return n;
}

Test(arena, what_was_taken_stays_until_it_is_cleared)
{
    struct arena arena = {0};
    char *taken[300];

    for (unsigned i = 0; i < 300; i++) {
        taken[i] = arena_take(&arena, 100 + i * 10);
        memset(taken[i], (int)(i % 256), 100 + i * 10);
    }
    for (unsigned i = 0; i < 300; i++)
        for (unsigned at = 0; at < 100 + i * 10; at++)
            cr_assert_eq((unsigned char)taken[i][at], i % 256, "%u at %u", i, at);
    arena_release(&arena);
}

Test(arena, batches_that_take_more_and_more_leave_no_pages_behind)
{
    struct arena arena = {0};

    for (size_t batch = 0; batch < 500; batch++) {
        arena_clear(&arena);
        for (size_t i = 0; i < 4; i++)
            cr_assert_not_null(arena_take(&arena, 5000 + 100 * batch + i));
    }
    cr_assert_leq(count_pages(&arena), 5, "%u", count_pages(&arena));
    arena_release(&arena);
}

Test(arena, a_batch_like_the_last_one_allocates_nothing)
{
    struct arena arena = {0};

    for (unsigned i = 0; i < 10; i++)
        arena_take(&arena, 3000);
    const struct arena_page *first = arena.first;
    unsigned n = count_pages(&arena);
    arena_clear(&arena);
    for (unsigned i = 0; i < 10; i++)
        arena_take(&arena, 3000);
    cr_assert_eq(arena.first, first);
    cr_assert_eq(count_pages(&arena), n);
    arena_release(&arena);
}
