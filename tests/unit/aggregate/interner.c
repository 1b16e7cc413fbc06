#include <aggregate/interner.h>

#include <criterion/criterion.h>
#include <stdio.h>

static struct kaiku_interner interner;

static void set_up(void)
{
    cr_assert_eq(kaiku_interner_init(&interner, 5000), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_interner_release(&interner);
}

TestSuite(interner, .init = set_up, .fini = tear_down);

static uint32_t id_of(uint32_t n)
{
    char text[32];
    int size = snprintf(text, sizeof text, "value %u", n);
    return kaiku_interner_id(&interner, (struct kaiku_text){text, (size_t)size});
}

Test(interner, numbers_values_once)
{
    for (uint32_t n = 0; n < 5000; n++)
        cr_assert_eq(id_of(n), KAIKU_ID_FIRST + n);
    for (uint32_t n = 0; n < 5000; n++)
        cr_assert_eq(id_of(n), KAIKU_ID_FIRST + n);
    cr_assert_not(kaiku_interner_has_room(&interner, 1));
    cr_assert(kaiku_text_equal(kaiku_interner_text(&interner, KAIKU_ID_FIRST + 42), KAIKU_TEXT("value 42")));
    cr_assert_eq(kaiku_interner_find(&interner, KAIKU_TEXT("value 5000")), 0);
}

/* Sizes on both sides of what is found by its words, and texts that begin and end alike. */
Test(interner, tells_values_that_look_alike)
{
    const char *const values[] = {"a", "aa", "aaa", "aba", "aaaa", "aaaaa", "aaaaaaa", "aaaaaaaa",
                                  "aaaabaaaa", "aaaaaaaaa", "aaaaaaaaaaaaaaaa", "aaaaaaaabaaaaaaaa",
                                  "aaaaaaaaaaaaaaaaa"};
    uint32_t ids[sizeof values / sizeof *values];

    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < sizeof values / sizeof *values; i++) {
            uint32_t id = kaiku_interner_id(&interner, kaiku_text_of(values[i]));
            cr_assert(kaiku_text_equal(kaiku_interner_text(&interner, id), kaiku_text_of(values[i])));
            cr_assert(round == 0 || id == ids[i]);
            ids[i] = id;
        }
}

/* Their numbers are others' after a clear. */
Test(interner, forgets_what_was_asked_for_of_late)
{
    uint32_t first = kaiku_interner_id(&interner, KAIKU_TEXT("first"));

    kaiku_interner_clear(&interner, false);
    cr_assert_eq(kaiku_interner_id(&interner, KAIKU_TEXT("second")), first);
    cr_assert_neq(kaiku_interner_id(&interner, KAIKU_TEXT("first")), first);
}

Test(interner, keeps_only_admitted_values)
{
    for (uint32_t n = 0; n < 1000; n++) {
        struct kaiku_interned *item = &interner.items[id_of(n)];
        item->admitted = n % 3 == 0;
        item->used = true;
    }
    kaiku_interner_clear(&interner, true);
    for (uint32_t id = KAIKU_ID_FIRST; id < interner.count; id++) {
        cr_assert(interner.items[id].admitted);
        cr_assert_not(interner.items[id].used);
    }
    cr_assert_eq(interner.count, KAIKU_ID_FIRST + 334);
    cr_assert_eq(kaiku_interner_find(&interner, KAIKU_TEXT("value 1")), 0);
    cr_assert(kaiku_text_equal(
        kaiku_interner_text(&interner, kaiku_interner_find(&interner, KAIKU_TEXT("value 999"))),
        KAIKU_TEXT("value 999")));
    kaiku_interner_clear(&interner, false);
    cr_assert_eq(interner.count, KAIKU_ID_FIRST);
    cr_assert_eq(kaiku_interner_find(&interner, KAIKU_TEXT("value 999")), 0);
}

Test(interner, has_no_room_once_its_bytes_are_used)
{
    char text[128];
    uint32_t n = 0;
    memset(text, 'x', sizeof text);
    while (kaiku_interner_has_room(&interner, 1)) {
        memcpy(text, &n, sizeof n);
        n++;
        kaiku_interner_id(&interner, (struct kaiku_text){text, sizeof text});
    }
    cr_assert(n < 5000);
    cr_assert(interner.bytes_used <= interner.bytes_capacity);
}
