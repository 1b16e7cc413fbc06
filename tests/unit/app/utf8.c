#include "utf8.h"

#include <criterion/criterion.h>

static int width(const char *text)
{
    int taken;

    app_utf8_fit(kaiku_text_of(text), 1000, &taken);
    return taken;
}

Test(utf8, knows_how_wide_characters_are)
{
    cr_expect_eq(width("abc"), 3);
    cr_expect_eq(width("äö●"), 3);
    cr_expect_eq(width("電話"), 4);
    cr_expect_eq(width("📞!"), 3);
    cr_expect_eq(width("e\u0301"), 1);
}

Test(utf8, counts_nothing_for_what_is_not_shown)
{
    const char *const hidden[] = {"\x1b", "\x7f", "\xc2\x85", "\u202e", "\u2066", "\xff", "\xe9\x9b"};

    for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
        cr_expect_eq(app_utf8_first(kaiku_text_of(hidden[i])).columns, -1, "%zu", i);
        cr_expect_eq(width(hidden[i]), 0, "%zu", i);
    }
}

Test(utf8, never_splits_a_wide_character)
{
    int taken;
    struct kaiku_text start = app_utf8_fit(KAIKU_TEXT("a電話"), 4, &taken);

    cr_expect_eq(taken, 3);
    cr_expect(kaiku_text_equal(start, KAIKU_TEXT("a電")));
}

Test(utf8, finds_parts_of_a_text_whatever_their_case)
{
    cr_expect(app_utf8_holds(KAIKU_TEXT("Billing"), KAIKU_TEXT("ILL")));
    cr_expect(app_utf8_holds(KAIKU_TEXT("PÄÄTÖS"), KAIKU_TEXT("äätö")));
    cr_expect(app_utf8_holds(KAIKU_TEXT("aab"), KAIKU_TEXT("ab")));
    cr_expect(app_utf8_holds(KAIKU_TEXT("x"), KAIKU_TEXT("")));
    cr_expect_not(app_utf8_holds(KAIKU_TEXT("Billing"), KAIKU_TEXT("billings")));
    cr_expect_not(app_utf8_holds(KAIKU_TEXT(""), KAIKU_TEXT("a")));
}
