/* "did you mean" */
#include <suggest.h>

#include <criterion/criterion.h>

static struct kaiku_suggestion nearest(const char *wrong, const char *a, const char *b,
                                       const char *c)
{
    struct kaiku_suggestion suggestion = kaiku_suggestion_for(kaiku_text_of(wrong));

    kaiku_suggestion_offer(&suggestion, a);
    kaiku_suggestion_offer(&suggestion, b);
    kaiku_suggestion_offer(&suggestion, c);
    return suggestion;
}

Test(suggest, nearest)
{
    cr_expect_str_eq(nearest("windwos", "views", "windows", "rows").best, "windows");
    cr_expect_str_eq(nearest("topic", "to", "topics", "tropic").best, "topics",
                     "the first of equals");
    cr_expect_str_eq(nearest("", "abc", "ab", "abcd").best, "ab");
    cr_expect_null(kaiku_suggestion_for(KAIKU_TEXT("x")).best);
}

Test(suggest, distance)
{
    cr_expect_eq(nearest("abcd", "abcd", "x", "x").distance, 0);
    cr_expect_eq(nearest("abcd", "abd", "uvwxyz", "uvwxyz").distance, 1);
    cr_expect_eq(nearest("abcd", "abxcd", "uvwxyz", "uvwxyz").distance, 1);
    cr_expect_eq(nearest("abcd", "axcd", "uvwxyz", "uvwxyz").distance, 1);
    cr_expect_eq(nearest("abcd", "acbd", "uvwxyz", "uvwxyz").distance, 1, "a swap is one step");
    cr_expect_eq(nearest("kitten", "sitting", "uvwxyz", "uvwxyz").distance, 3);
}

Test(suggest, long_texts_are_compared_at_their_start)
{
    char wrong[1000];

    memset(wrong, 'x', sizeof(wrong) - 1);
    wrong[sizeof(wrong) - 1] = '\0';
    cr_expect_str_eq(nearest(wrong, "level", "xxx", "format").best, "xxx");
}
