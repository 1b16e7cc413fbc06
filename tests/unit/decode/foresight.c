#include "foresight.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct foresight foresight;
static const struct kaiku_path_node object, node, other;
static char record[128]; /* longer than what is read at once */

static void set_up(void)
{
    cr_assert_eq(foresight_init(&foresight), KAIKU_OK);
    memset(record, 0, sizeof record);
}

static void tear_down(void)
{
    foresight_release(&foresight);
}

TestSuite(foresight, .init = set_up, .fini = tear_down);

static struct foresight_member *learn(struct foresight_member *from, const char *text)
{
    return foresight_learn(&foresight, from, kaiku_text_of(text), 0, &object, &node);
}

static struct foresight_member *next(const struct foresight_member *from, const char *text)
{
    strcpy(record, text);
    return foresight_next(from, record);
}

Test(foresight, goes_on_as_before)
{
    struct foresight_member *start = foresight_begin(&foresight), *a = learn(start, "{\"a\":");
    struct foresight_member *b = learn(a, ",\"b\":");
    cr_assert_eq(next(start, "{\"a\":\"x\\\","), a);
    cr_assert_eq(next(a, ",\"b\":7}"), b);
    cr_assert_null(next(start, ",\"b\":7}"));
    cr_assert_null(next(a, ",\"b\" :7}"));
    cr_assert_null(next(b, "}"));
}

Test(foresight, texts_fill_what_is_compared_and_no_more)
{
    static const char text[] = ",\"a_key_of_exactly_28_bytes_\":";
    char longer[64];
    struct foresight_member *start = foresight_begin(&foresight), *member;
    snprintf(longer, sizeof longer, "%s%*s", text, (int)(FORESIGHT_BYTES - strlen(text)), "");
    member = learn(start, longer);
    cr_assert_not_null(member);
    cr_assert_eq(next(start, longer), member);
    strcat(longer, " ");
    cr_assert_null(learn(start, longer));
}

Test(foresight, one_member_may_be_followed_by_several)
{
    static const char *const texts[] = {",\"b\":", ",\"c\":", ",\"d\":", ",\"e\":", ",\"f\":"};
    struct foresight_member *start = foresight_begin(&foresight), *a = learn(start, "{\"a\":");
    struct foresight_member *members[5];
    for (int i = 0; i < 5; i++)
        members[i] = learn(a, texts[i]);
    cr_assert_null(next(a, texts[0]), "the oldest has gone");
    for (int i = 1; i < 5; i++)
        cr_assert_eq(next(a, texts[i]), members[i]);
}

Test(foresight, the_same_member_is_remembered_once)
{
    struct foresight_member *start = foresight_begin(&foresight);
    struct foresight_member *a = learn(start, "{\"a\":"), *b = learn(a, ",\"b\":");
    cr_assert_eq(learn(b, ",\"c\":"), learn(a, ",\"c\":"));
    cr_assert_neq(learn(b, ",\"c\":"),
                  foresight_learn(&foresight, b, kaiku_text_of(",\"c\":"), 0, &object, &other));
    cr_assert_neq(learn(b, ",\"c\":"),
                  foresight_learn(&foresight, b, kaiku_text_of(",\"c\":"), 0, &other, &node));
}

Test(foresight, rests_where_little_is_foreseen)
{
    uint32_t failures = 0, rests = 0;
    for (; foresight_begin(&foresight); failures++)
        foresight_judge(&foresight, 1, 2);
    cr_assert_eq(failures, 16);
    for (; !foresight_begin(&foresight); rests++)
        ;
    cr_assert_eq(rests, 4095, "and one that the loop before took");
    for (int i = 0; i < 15; i++)
        foresight_judge(&foresight, 0, 1);
    foresight_judge(&foresight, 1, 1);
    foresight_judge(&foresight, 0, 1);
    cr_assert_not_null(foresight_begin(&foresight), "failures must come in a row");
}

Test(foresight, a_full_memory_is_forgotten_once_it_fails)
{
    struct foresight_member *start = foresight_begin(&foresight), *last = start;
    char text[32];
    for (int i = 0; last; i++) {
        snprintf(text, sizeof text, ",\"k%d\":", i);
        last = learn(start, text);
    }
    cr_assert_eq(foresight.n, FORESIGHT_MEMBERS);
    for (int i = 0; i < 16; i++)
        foresight_judge(&foresight, 0, 1);
    cr_assert_eq(foresight.n, 1);
    cr_assert_not_null(learn(start, "{\"a\":"));
}
