#include <aggregate/entries.h>

#include <criterion/criterion.h>
#include <stdio.h>

static void add(struct kaiku_entries *entries, int n)
{
    struct kaiku_buffer framed = {0};
    char text[16];
    snprintf(text, sizeof text, "%d", n);
    kaiku_entries_frame(&framed, kaiku_text_of(text));
    kaiku_entries_frame(&framed, (struct kaiku_text){0});
    kaiku_entries_frame(&framed, KAIKU_TEXT("end"));
    cr_assert_eq(kaiku_entries_add(entries, kaiku_buffer_as_text(&framed)), KAIKU_OK);
    kaiku_buffer_release(&framed);
}

Test(entries, keep_the_newest_in_order)
{
    struct kaiku_entries entries;
    struct kaiku_text texts[4];
    cr_assert_eq(kaiku_entries_init(&entries, 10), KAIKU_OK);
    for (int n = 0; n < 1003; n++) {
        add(&entries, n);
        char newest[16];
        snprintf(newest, sizeof newest, "%d", n);
        cr_assert_eq(kaiku_entries_read(&entries, entries.count - 1, texts, 4), 3);
        cr_assert(kaiku_text_equal(texts[0], kaiku_text_of(newest)));
        cr_assert_eq(texts[1].size, 0);
        cr_assert(kaiku_text_equal(texts[2], KAIKU_TEXT("end")));
    }
    cr_assert_eq(entries.total, 1003);
    cr_assert_eq(entries.count - kaiku_entries_first(&entries), 10);
    kaiku_entries_read(&entries, kaiku_entries_first(&entries), texts, 4);
    cr_assert(kaiku_text_equal(texts[0], KAIKU_TEXT("993")));
    kaiku_entries_release(&entries);
}

Test(entries, may_keep_none)
{
    struct kaiku_entries entries;
    cr_assert_eq(kaiku_entries_init(&entries, 0), KAIKU_OK);
    for (int n = 0; n < 5; n++)
        add(&entries, n);
    cr_assert_eq(kaiku_entries_first(&entries), entries.count);
    cr_assert_eq(entries.total, 5);
    kaiku_entries_release(&entries);
}
