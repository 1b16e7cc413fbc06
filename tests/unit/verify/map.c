#include "map.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { MANY = 5000 };

static struct verify_map map;

static void set_up(void)
{
    map = (struct verify_map){.record_size = sizeof(int)};
}

static void tear_down(void)
{
    verify_map_release(&map);
}

TestSuite(map, .init = set_up, .fini = tear_down);

static int *record_of(const char *key, bool *created)
{
    return (int *)verify_map_get(&map, kaiku_text_of(key), created)->record;
}

Test(map, a_record_stays_where_it_is)
{
    bool created;
    int *first = record_of("first", &created);
    char key[16];

    cr_assert(created);
    cr_assert_eq(*first, 0);
    *first = 7;
    for (int i = 0; i < MANY; i++) {
        snprintf(key, sizeof key, "k%d", i);
        *record_of(key, &created) = i;
        cr_assert(created);
    }
    cr_assert_eq(record_of("first", &created), first);
    cr_assert_not(created);
    cr_assert_eq(*first, 7);
    for (int i = 0; i < MANY; i++) {
        snprintf(key, sizeof key, "k%d", i);
        cr_assert_eq(*record_of(key, &created), i);
        cr_assert_not(created);
    }
    cr_assert_eq(map.count, MANY + 1);
}

Test(map, keys_are_bytes)
{
    bool created;

    cr_assert_null(verify_map_find(&map, KAIKU_TEXT("a")));
    verify_map_get(&map, KAIKU_TEXT("a\0b"), &created);
    cr_assert_null(verify_map_find(&map, KAIKU_TEXT("a")));
    cr_assert_not_null(verify_map_find(&map, KAIKU_TEXT("a\0b")));
    verify_map_get(&map, KAIKU_TEXT(""), &created);
    cr_assert(created);
    cr_assert_not_null(verify_map_find(&map, KAIKU_TEXT("")));
}

Test(map, nodes_stand_in_the_order_in_which_they_came)
{
    const char *const keys[] = {"z", "a", "m"};
    const struct verify_node *node;
    bool created;
    size_t i = 0;

    for (size_t k = 0; k < 3; k++)
        verify_map_get(&map, kaiku_text_of(keys[k]), &created);
    for (node = map.first; node; node = node->after)
        cr_assert(kaiku_text_equal(verify_map_key(&map, node), kaiku_text_of(keys[i++])));
    cr_assert_eq(i, 3);
}
