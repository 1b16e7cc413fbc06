#include <aggregate/table.h>

#include <criterion/criterion.h>

enum { WORDS = 3, CAPACITY = 20000 };

static uint64_t *get(struct kaiku_table *table, uint32_t a, uint32_t b, uint32_t c, bool *created)
{
    uint32_t key[WORDS] = {a, b, c};
    return kaiku_table_get(table, key, kaiku_table_hash(key, WORDS), created);
}

Test(table, keeps_one_record_for_each_key)
{
    struct kaiku_table table;
    bool created;
    cr_assert_eq(kaiku_table_init(&table, WORDS, sizeof(uint64_t), 8, CAPACITY), KAIKU_OK);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < CAPACITY; i++) {
            uint64_t *record = get(&table, i % 7, i, 7 * i, &created);
            cr_assert_eq(created, round == 0);
            cr_assert_eq(*record, round == 0 ? 0 : i);
            *record = i;
        }
    }
    cr_assert_eq(table.count, CAPACITY);
    cr_assert_eq(kaiku_table_room(&table), 0);
    kaiku_table_release(&table);
}

Test(table, words_at_every_place_of_the_key_matter)
{
    struct kaiku_table table;
    bool created;
    cr_assert_eq(kaiku_table_init(&table, WORDS, sizeof(uint64_t), 8, 16), KAIKU_OK);
    get(&table, 1, 2, 3, &created);
    get(&table, 3, 2, 1, &created);
    cr_assert(created);
    get(&table, 1, 2, 4, &created);
    cr_assert(created);
    uint32_t other[WORDS] = {9, 2, 3};
    cr_assert_null(kaiku_table_find(&table, other, kaiku_table_hash(other, WORDS)));
    cr_assert_eq(kaiku_table_key(&table, 1)[0], 3);
    cr_assert_eq(kaiku_table_number(&table, kaiku_table_at(&table, 2)), 2);
    kaiku_table_release(&table);
}

Test(table, is_empty_and_zero_after_clear)
{
    struct kaiku_table table;
    bool created;
    cr_assert_eq(kaiku_table_init(&table, WORDS, sizeof(uint64_t), 8, CAPACITY), KAIKU_OK);
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < (uint32_t)CAPACITY >> (4 * round); i++) {
            uint64_t *record = get(&table, i, 0, 0, &created);
            cr_assert(created);
            cr_assert_eq(*record, 0);
            *record = ~(uint64_t)0;
        }
        kaiku_table_clear(&table);
        cr_assert_eq(table.count, 0);
    }
    kaiku_table_release(&table);
}
