#include <aggregate/dedup.h>

#include <criterion/criterion.h>
#include <stdlib.h>

enum { SPAN = 100 };

static struct kaiku_dedup *dedup;

static void set_up(void)
{
    cr_assert_eq(kaiku_dedup_create(SPAN, &dedup), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_dedup_destroy(dedup);
}

TestSuite(dedup, .init = set_up, .fini = tear_down);

static bool seen(uint64_t id, int64_t offset)
{
    return kaiku_dedup_seen(dedup, id * 0x9e3779b97f4a7c15u, id, offset);
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

Test(dedup, pairs_that_share_a_slot_are_told_apart)
{
    cr_assert_not(kaiku_dedup_seen(dedup, 7, 1, 0));
    cr_assert_not(kaiku_dedup_seen(dedup, 7, 2, 1));
    cr_assert(kaiku_dedup_seen(dedup, 7, 1, 2));
    cr_assert(kaiku_dedup_seen(dedup, 7, 2, 3));
}

/* The two ops of one id differ in one half of their hash, and may stand in one run of slots. */
Test(dedup, pairs_that_differ_in_one_half_are_told_apart)
{
    cr_assert_not(kaiku_dedup_seen(dedup, 7, 1, 0));
    cr_assert_not(kaiku_dedup_seen(dedup, 7, 2, 1));
    cr_assert_not(kaiku_dedup_seen(dedup, 8, 2, 2));
    cr_assert_not(kaiku_dedup_seen(dedup, 8, 1, 3));
}

/* Against the definition: the last offset of every id, in a plain array. */
Test(dedup, agrees_with_the_definition_over_gaps_and_repeats)
{
    enum { IDS = 300 };
    int64_t last[IDS];
    int64_t offset = 0;
    unsigned state = 12345;
    for (int i = 0; i < IDS; i++)
        last[i] = INT64_MIN / 2;
    for (int i = 0; i < 200000; i++) {
        state = state * 1103515245u + 12345u;
        uint32_t id = state >> 8 & 0xffff ? (state >> 16) % IDS : 0;
        offset += 1 + ((state >> 4) % 50 == 0 ? (state >> 20) % 250 : 0);
        bool expected = offset - last[id] <= SPAN;
        cr_assert_eq(seen(id, offset), expected, "id %u at %lld", id, (long long)offset);
        last[id] = offset;
    }
}
