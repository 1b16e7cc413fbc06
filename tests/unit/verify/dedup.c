#include "dedup.h"

#include <criterion/criterion.h>

enum { SPAN = 100 };

static struct verify_dedup dedup;

static void tear_down(void)
{
    verify_dedup_release(&dedup);
}

TestSuite(dedup, .fini = tear_down);

static bool seen(uint64_t id, int64_t offset)
{
    bool answer;

    cr_assert_eq(verify_dedup_see(&dedup, id * 0x9e3779b97f4a7c15u, id, offset, SPAN, &answer),
                 KAIKU_OK);
    return answer;
}

Test(dedup, span_is_counted_in_offsets_and_includes_its_end)
{
    cr_assert_not(seen(1, 1000));
    cr_assert(seen(1, 1000 + SPAN));
    cr_assert_not(seen(2, 5000));
    cr_assert_not(seen(2, 5000 + SPAN + 1));
}

Test(dedup, a_duplicate_refreshes_the_memory)
{
    cr_assert_not(seen(1, 0));
    for (int64_t offset = SPAN; offset < 20 * SPAN; offset += SPAN)
        cr_assert(seen(1, offset));
}

Test(dedup, memory_follows_the_span)
{
    for (int64_t offset = 0; offset < 100 * SPAN; offset++)
        cr_assert_not(seen((uint64_t)offset + 1, offset));
    cr_assert_leq(dedup.n_slots, 16 * SPAN);
    for (int64_t back = SPAN; back > 0; back--)
        cr_assert(seen((uint64_t)(100 * SPAN - back) + 1, 100 * SPAN - 1));
}

Test(dedup, pairs_that_share_a_half_are_told_apart)
{
    bool answer;

    cr_assert_eq(verify_dedup_see(&dedup, 5, 1, 0, SPAN, &answer), KAIKU_OK);
    cr_assert_eq(verify_dedup_see(&dedup, 5, 2, 1, SPAN, &answer), KAIKU_OK);
    cr_assert_not(answer);
    cr_assert_eq(verify_dedup_see(&dedup, 5, 1, 2, SPAN, &answer), KAIKU_OK);
    cr_assert(answer);
}
