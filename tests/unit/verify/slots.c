#include "slots.h"

#include <model_fixture.h>

#include <criterion/criterion.h>

static struct kaiku_model *model;

static void set_up(void)
{
    model = kaiku_fixture_contact();
}

static void tear_down(void)
{
    kaiku_fixture_destroy(model);
}

TestSuite(slots, .init = set_up, .fini = tear_down);

static void assert_name(uint32_t slot, const char *expected)
{
    char name[VERIFY_SLOT_NAME];

    verify_slot_name(model, slot, name);
    cr_assert_str_eq(name, expected);
}

static uint32_t counter_of(const char *metric)
{
    return model->metrics[kaiku_fixture_metric(model, metric)].counter;
}

Test(slots, have_names)
{
    char name[VERIFY_SLOT_NAME];

    assert_name(0, "n");
    assert_name(counter_of("nps") + 9, "nps[9]");
    assert_name(counter_of("csat"), "csat[1]");
    assert_name(counter_of("resolved") + 1, "resolved[true]");
    assert_name(counter_of("invited"), "invited");
    assert_name(verify_slot_bin(model, 1, 412), "handle_s[bin 412]");
    verify_sum_name(model, 0, name);
    cr_assert_str_eq(name, "wait_s_sum");
}

Test(slots, every_slot_of_a_block_is_found_once)
{
    uint32_t blocks = kaiku_layout_wide_block(model->n_wide);
    uint32_t next = 0, slot;

    for (uint32_t block = 0; block < blocks; block++)
        for (uint32_t i = 0; i < KAIKU_BLOCK; i++)
            if (verify_slot_of_block(model, block, i, &slot))
                cr_assert_eq(slot, next++);
    cr_assert_eq(next, verify_slot_register(model, 0, 0));
    cr_assert_not(verify_slot_of_block(model, blocks, 0, &slot));
    for (uint32_t block = kaiku_layout_dense_blocks(model); block < KAIKU_DENSE_BLOCKS; block++)
        cr_assert_not(verify_slot_of_block(model, block, 0, &slot));
}
