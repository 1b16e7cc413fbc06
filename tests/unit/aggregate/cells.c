#include "model_fixture.h"

#include <aggregate/cells.h>

#include <criterion/criterion.h>

enum { CELLS = 8, PAGES = 1024 };

static struct kaiku_model *model;
static struct kaiku_pages pages, other_pages;
static struct kaiku_cells cells, others;

static void set_up(void)
{
    model = kaiku_fixture_contact();
    cr_assert_eq(kaiku_pages_init(&pages, PAGES), KAIKU_OK);
    cr_assert_eq(kaiku_pages_init(&other_pages, PAGES), KAIKU_OK);
    cr_assert_eq(kaiku_cells_init(&cells, model, 1, CELLS, &pages), KAIKU_OK);
    cr_assert_eq(kaiku_cells_init(&others, model, 1, CELLS, &other_pages), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_cells_release(&cells);
    kaiku_cells_release(&others);
    kaiku_pages_release(&pages);
    kaiku_pages_release(&other_pages);
    kaiku_fixture_destroy(model);
}

TestSuite(cells, .init = set_up, .fini = tear_down);

static void *cell_of(struct kaiku_cells *set, uint32_t key)
{
    bool created;
    return kaiku_table_get(&set->table, &key, kaiku_table_hash(&key, 1), &created);
}

static void add(struct kaiku_cells *set, void *cell, int32_t sign)
{
    kaiku_cell_counters(cell)[0] += sign;
    kaiku_cell_add_wide(set, cell, 0, 700, sign);
    kaiku_cell_add_wide(set, cell, 1, 1383, sign);
    kaiku_cell_sums(set, cell)[0] += (__int128)sign * -5000000000;
}

static struct kaiku_buffer encode(struct kaiku_cells *set, void *cell)
{
    struct kaiku_buffer out = {0};
    kaiku_cell_encode(set, cell, &out);
    cr_assert_not(out.failed);
    return out;
}

Test(cells, encode_counters_histograms_and_sums)
{
    struct kaiku_cell_chunk chunk;
    size_t at = 0;
    void *cell = cell_of(&cells, 1);
    add(&cells, cell, 1);
    struct kaiku_buffer bytes = encode(&cells, cell);
    cr_assert_eq(kaiku_cell_next(bytes.data, bytes.size, &at, &chunk), KAIKU_OK);
    cr_assert_eq(chunk.id, 0);
    cr_assert_eq(chunk.counters[0], 1);
    cr_assert_eq(kaiku_cell_next(bytes.data, bytes.size, &at, &chunk), KAIKU_OK);
    cr_assert_eq(chunk.id, kaiku_layout_wide_block(0) + 700 / KAIKU_BLOCK);
    cr_assert_eq(chunk.counters[700 % KAIKU_BLOCK], 1);
    cr_assert_eq(kaiku_cell_next(bytes.data, bytes.size, &at, &chunk), KAIKU_OK);
    cr_assert_eq(chunk.id, kaiku_layout_wide_block(1) + 1383 / KAIKU_BLOCK);
    cr_assert_eq(kaiku_cell_next(bytes.data, bytes.size, &at, &chunk), KAIKU_OK);
    cr_assert_eq(chunk.id, KAIKU_SUM_BLOCK);
    cr_assert(chunk.sum == -5000000000);
    cr_assert_eq(kaiku_cell_next(bytes.data, bytes.size, &at, &chunk), KAIKU_END);
    kaiku_buffer_release(&bytes);
}

Test(cells, a_retraction_undoes_an_addition)
{
    void *cell = cell_of(&cells, 1);
    add(&cells, cell, 1);
    add(&cells, cell, -1);
    struct kaiku_buffer bytes = encode(&cells, cell);
    cr_assert_eq(bytes.size, 0);
    kaiku_buffer_release(&bytes);
}

Test(cells, merge_adds_and_its_order_does_not_matter)
{
    void *a = cell_of(&cells, 1), *b = cell_of(&cells, 2), *c = cell_of(&others, 3);
    add(&cells, a, 1);
    add(&others, c, 1);
    kaiku_cell_add_wide(&others, c, 0, 3, 7);
    kaiku_cell_merge(&cells, b, &others, c);
    kaiku_cell_merge(&cells, b, &cells, a);
    kaiku_cell_merge(&cells, a, &others, c);
    cr_assert_eq(kaiku_cell_counters(a)[0], 2);
    struct kaiku_buffer left = encode(&cells, a), right = encode(&cells, b);
    cr_assert(left.size > 0);
    cr_assert(kaiku_text_equal(kaiku_buffer_as_text(&left), kaiku_buffer_as_text(&right)));
    kaiku_buffer_release(&left);
    kaiku_buffer_release(&right);
}

Test(cells, pages_are_zero_when_taken_again)
{
    void *cell = cell_of(&cells, 1);
    add(&cells, cell, 1);
    cr_assert_eq(pages.count, 2);
    kaiku_table_clear(&cells.table);
    kaiku_pages_clear(&pages);
    cell = cell_of(&cells, 1);
    kaiku_cell_add_wide(&cells, cell, 0, 701, 1);
    struct kaiku_buffer bytes = encode(&cells, cell);
    struct kaiku_cell_chunk chunk;
    size_t at = 0;
    cr_assert_eq(kaiku_cell_next(bytes.data, bytes.size, &at, &chunk), KAIKU_OK);
    cr_assert_eq(chunk.counters[700 % KAIKU_BLOCK], 0);
    cr_assert_eq(chunk.counters[701 % KAIKU_BLOCK], 1);
    kaiku_buffer_release(&bytes);
}
