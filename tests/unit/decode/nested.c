#include "nested.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { LONGEST = 4096, FAR = 200 };

static struct marks marks;
static uint64_t brackets[LONGEST / NESTED_WORD_BITS + 1];

static void set_up(void)
{
    cr_assert_eq(marks_init(&marks, LONGEST), KAIKU_OK);
}

static void tear_down(void)
{
    marks_release(&marks);
}

TestSuite(nested, .init = set_up, .fini = tear_down);

/* How much of the text the value at its beginning takes; -1: it has no end. */
static long end_of(const char *text, size_t size)
{
    (void)marks_take(&marks, (struct kaiku_text){text, size});
    const char *end = nested_end(&marks, brackets, marks.bytes + size, marks.bytes);
    return end ? end - marks.bytes : -1;
}

static void expect_whole(const char *text, bool is_whole)
{
    long length = (long)strlen(text);
    char far[LONGEST];
    int size = snprintf(far, sizeof(far), "[\"%0*d\",%s]", FAR, 0, text);

    cr_expect_eq(end_of(text, strlen(text)), is_whole ? length : -1, "%s", text);
    /* The same beyond a word of marks. */
    cr_expect_eq(end_of(far, (size_t)size), is_whole ? size : -1, "%s", far);
}

Test(nested, ends_where_its_bracket_does)
{
    expect_whole("{}", true);
    expect_whole("[]", true);
    expect_whole("{\"a\":[1,{\"b\":null}],\"c\":\"\"}", true);
    cr_expect_eq(end_of("{\"a\":1},\"b\":2}", 14), 7);
}

Test(nested, texts_hide_brackets_and_quotes)
{
    expect_whole("{\"a\":\"}]{[\"}", true);
    expect_whole("{\"a\\\"}\":\"\\\\\"}", true);
}

Test(nested, pairs_must_fit)
{
    expect_whole("{]", false);
    expect_whole("[{\"a\":1]}", false);
    expect_whole("{\"a\":{}", false);
    expect_whole("{\"a", false);
    expect_whole("{\"a\n\":1}", false);
}

Test(nested, a_nul_is_no_end)
{
    cr_expect_eq(end_of("{\0}", 3), 3);
    cr_expect_eq(end_of("{\"\0\"}", 5), -1);
}

Test(nested, any_depth)
{
    char text[LONGEST];

    for (size_t depth = 1; depth <= LONGEST / 2; depth++) {
        for (size_t i = 0; i < depth; i++) {
            text[i] = i % 3 ? '{' : '[';
            text[2 * depth - 1 - i] = i % 3 ? '}' : ']';
        }
        cr_assert_eq(end_of(text, 2 * depth), (long)(2 * depth), "%zu", depth);
        text[depth] = text[depth] == '}' ? ']' : '}';
        cr_assert_eq(end_of(text, 2 * depth), -1, "%zu", depth);
    }
}
