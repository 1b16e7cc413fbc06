#include <aggregate/tally.h>

#include <criterion/criterion.h>

#include <stdlib.h>

/* A histogram and a few registers; all slots are kept plainly beside the tally. */
static const struct kaiku_tally_shape shape = {.counters = 40, .registers = 1};

enum { COUNTERS = 40 * KAIKU_TALLY_COUNTERS, SLOTS = COUNTERS + KAIKU_TALLY_REGISTERS, PAGES = 4096 };

struct plain {
    struct kaiku_tally tally;
    int32_t slots[SLOTS];
};

static struct kaiku_pages pages;

static void set_up(void)
{
    cr_assert_eq(kaiku_pages_init(&pages, PAGES), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_pages_release(&pages);
}

TestSuite(tally, .init = set_up, .fini = tear_down);

static void add(struct plain *plain, uint32_t slot, int32_t by)
{
    uint32_t before = pages.count;
    if (slot < COUNTERS) {
        kaiku_tally_add(&pages, &shape, &plain->tally, slot, by);
        plain->slots[slot] += by;
    } else {
        kaiku_tally_enter(&pages, &shape, &plain->tally, slot, by);
        plain->slots[slot] = by > plain->slots[slot] ? by : plain->slots[slot];
    }
    cr_assert_leq(pages.count - before, kaiku_tally_add_pages(&shape));
}

static void merge(struct plain *into, const struct plain *from)
{
    uint32_t before = pages.count;
    kaiku_tally_merge(&pages, &shape, &into->tally, &pages, &from->tally);
    for (uint32_t s = 0; s < COUNTERS; s++)
        into->slots[s] += from->slots[s];
    for (uint32_t s = COUNTERS; s < SLOTS; s++)
        into->slots[s] = from->slots[s] > into->slots[s] ? from->slots[s] : into->slots[s];
    cr_assert_leq(pages.count - before, kaiku_tally_merge_pages(&shape));
}

static void assert_same(const struct plain *plain)
{
    static int32_t found[SLOTS];
    struct kaiku_tally_walk walk;
    const union kaiku_page *page;
    uint32_t block;
    int64_t last = -1;
    memset(found, 0, sizeof found);
    kaiku_tally_walk_begin(&walk, &pages, &shape, &plain->tally);
    while ((page = kaiku_tally_walk_next(&walk, &block))) {
        cr_assert_gt(block, last);
        last = block;
        if (block < shape.counters)
            memcpy(found + block * KAIKU_TALLY_COUNTERS, page->counters, sizeof page->counters);
        else
            for (uint32_t i = 0; i < KAIKU_TALLY_REGISTERS; i++)
                found[COUNTERS + i] = page->registers[i];
    }
    for (uint32_t s = 0; s < SLOTS; s++)
        cr_assert_eq(found[s], plain->slots[s], "slot %u: %d, not %d", s, found[s], plain->slots[s]);
}

Test(tally, a_list_of_few_slots_takes_one_page)
{
    struct plain plain = {0};
    assert_same(&plain);
    for (uint32_t i = 0; i < KAIKU_TALLY_ENTRIES; i++)
        add(&plain, (i * 41) % COUNTERS, 1);
    add(&plain, 41, 5);
    add(&plain, 0, -3);
    cr_assert_eq(pages.count, 2);
    assert_same(&plain);
}

Test(tally, one_slot_more_makes_a_table)
{
    struct plain plain = {0};
    for (uint32_t i = 0; i <= KAIKU_TALLY_ENTRIES; i++)
        add(&plain, (i * 41) % COUNTERS, 1 - 2 * (int32_t)(i % 2));
    cr_assert_eq(plain.tally.n, KAIKU_TALLY_TABLE);
    assert_same(&plain);
    add(&plain, COUNTERS - 1, 7);
    add(&plain, COUNTERS, 9);
    assert_same(&plain);
}

Test(tally, a_count_beyond_its_bits_makes_a_table)
{
    static const int32_t steps[] = {1023, 1, -1023, -1, -1023, -1};
    for (size_t n = 1; n <= sizeof steps / sizeof *steps; n++) {
        struct plain plain = {0};
        for (size_t i = 0; i < n; i++)
            add(&plain, 70, steps[i]);
        cr_assert_eq(plain.tally.n == KAIKU_TALLY_TABLE, n >= 2, "after %zu steps", n);
        assert_same(&plain);
    }
    struct plain large = {0};
    add(&large, 3, INT32_MAX);
    assert_same(&large);
}

Test(tally, registers_keep_the_maximum)
{
    struct plain plain = {0};
    add(&plain, COUNTERS + 5, 9);
    add(&plain, COUNTERS + 5, 3);
    add(&plain, COUNTERS + 6, 1);
    add(&plain, COUNTERS + 6, 51);
    assert_same(&plain);
}

/* Sizes around that of a list, on both sides. */
Test(tally, merge_is_addition_whatever_the_forms)
{
    static struct plain sums[2], parts[64];
    srand(7);
    for (uint32_t p = 0; p < 64; p++) {
        uint32_t n = (uint32_t)rand() % 48;
        for (uint32_t i = 0; i < n; i++) {
            bool is_register = rand() % 4 == 0;
            uint32_t slot = is_register ? COUNTERS + (uint32_t)rand() % KAIKU_TALLY_REGISTERS
                                        : (uint32_t)rand() % 128;
            add(&parts[p], slot, is_register ? 1 + rand() % 51 : rand() % 700 - 100);
        }
        assert_same(&parts[p]);
    }
    for (uint32_t p = 0; p < 64; p++) {
        struct plain pair = {0};
        merge(&pair, &parts[p]);
        merge(&pair, &parts[63 - p]);
        assert_same(&pair);
        merge(&sums[0], &parts[p]);
        merge(&sums[1], &parts[63 - p]);
    }
    assert_same(&sums[0]);
    assert_same(&sums[1]);
    cr_assert_arr_eq(sums[0].slots, sums[1].slots, sizeof sums[0].slots);
}
