#include "cell.h"

#include <model_fixture.h>

#include <criterion/criterion.h>

static struct kaiku_model *model;
static struct verify_cell cell;

static void set_up(void)
{
    model = kaiku_fixture_contact();
}

static void tear_down(void)
{
    verify_cell_release(&cell);
    kaiku_fixture_destroy(model);
}

TestSuite(cell, .init = set_up, .fini = tear_down);

static int64_t value_of(uint32_t slot)
{
    for (uint32_t i = 0; i < cell.n; i++)
        if (cell.counts[i].slot == slot)
            return cell.counts[i].value;
    return 0;
}

Test(cell, slots_stand_in_order)
{
    const uint32_t slots[] = {500, 3, 77, 3, 0, 9000, 500, 12, 13, 14, 15, 16};

    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        cr_assert_eq(verify_cell_count(&cell, slots[i], 1), KAIKU_OK);
    cr_assert_eq(cell.n, 10);
    for (uint32_t i = 1; i < cell.n; i++)
        cr_assert_lt(cell.counts[i - 1].slot, cell.counts[i].slot);
    cr_assert_eq(value_of(3), 2);
    cr_assert_eq(value_of(500), 2);
    cr_assert_eq(value_of(9000), 1);
}

Test(cell, a_register_keeps_the_highest)
{
    cr_assert_eq(verify_cell_raise(&cell, 8, 3), KAIKU_OK);
    cr_assert_eq(verify_cell_raise(&cell, 8, 2), KAIKU_OK);
    cr_assert_eq(value_of(8), 3);
}

static struct kaiku_event event_of(uint32_t nps, uint32_t wait, uint32_t bin, int64_t thousandths)
{
    struct kaiku_event event = {.answered = true, .answers = 1u << nps | 1u << wait};

    event.answer[nps] = (struct kaiku_answer){.value = 9, .bin = 9};
    event.answer[wait] = (struct kaiku_answer){.value = thousandths, .bin = bin};
    return event;
}

Test(cell, a_retraction_takes_an_event_back)
{
    uint32_t nps = kaiku_fixture_metric(model, "nps"), wait = kaiku_fixture_metric(model, "wait_s");
    struct kaiku_event event = event_of(nps, wait, 700, 12500);

    cr_assert_eq(verify_cell_add(&cell, model, &event, 1), KAIKU_OK);
    cr_assert_eq(verify_cell_add(&cell, model, &event, 1), KAIKU_OK);
    cr_assert_eq(verify_cell_add(&cell, model, &event, -1), KAIKU_OK);
    cr_assert_eq(value_of(0), 1);
    cr_assert_eq(value_of(model->metrics[nps].counter + 9), 1);
    cr_assert_eq(value_of(verify_slot_bin(model, 0, 700)), 1);
    cr_assert(cell.sums[0] == 12500);
}

/* What is stored by the codec is what was added. */
Test(cell, is_read_as_it_is_stored)
{
    char stored[3 * KAIKU_CHUNK_MAX];
    int64_t dense[KAIKU_BLOCK] = {[0] = 300, [4] = -1}, wide[KAIKU_BLOCK] = {[31] = 70000};
    uint16_t block = (uint16_t)(kaiku_layout_wide_block(1) + 2);
    size_t size = kaiku_cell_put_block(0, dense, stored);

    size += kaiku_cell_put_block(block, wide, stored + size);
    size += kaiku_cell_put_sum(1, -((__int128)1 << 90), stored + size);
    cr_assert_eq(verify_cell_read(&cell, model, (struct kaiku_text){stored, size}), KAIKU_OK);
    cr_assert_eq(cell.n, 3);
    cr_assert_eq(value_of(0), 300);
    cr_assert_eq(value_of(4), -1);
    cr_assert_eq(value_of(verify_slot_bin(model, 1, 2 * KAIKU_BLOCK + 31)), 70000);
    cr_assert(cell.sums[0] == 0 && cell.sums[1] == -((__int128)1 << 90));
}

Test(cell, foreign_blocks_are_no_cell)
{
    char stored[KAIKU_CHUNK_MAX];
    int64_t counters[KAIKU_BLOCK] = {1};
    size_t size = kaiku_cell_put_block(20000, counters, stored);

    cr_assert_eq(verify_cell_read(&cell, model, (struct kaiku_text){stored, size}), KAIKU_INVALID);
    size = kaiku_cell_put_sum(2, 5, stored);
    cr_assert_eq(verify_cell_read(&cell, model, (struct kaiku_text){stored, size}), KAIKU_INVALID);
    cr_assert_eq(verify_cell_read(&cell, model, KAIKU_TEXT("nonsense")), KAIKU_INVALID);
}
