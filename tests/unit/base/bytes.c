#include <base/bytes.h>

#include <criterion/criterion.h>

enum { LONGEST = 40 };

Test(bytes, equal_sees_every_byte_and_no_other)
{
    char a[LONGEST + 2], b[LONGEST + 2];
    for (size_t size = 0; size <= LONGEST; size++) {
        memset(a, 'x', sizeof a);
        memset(b, 'x', sizeof b);
        a[0] = 'l', b[0] = 'L', a[size + 1] = 'r', b[size + 1] = 'R';
        cr_assert(kaiku_bytes_equal(a + 1, b + 1, size), "%zu", size);
        for (size_t i = 0; i < size; i++) {
            b[1 + i] = 'y';
            cr_assert_not(kaiku_bytes_equal(a + 1, b + 1, size), "%zu of %zu", i, size);
            b[1 + i] = 'x';
        }
    }
}

Test(bytes, words_see_every_byte)
{
    for (size_t size = 1; size <= KAIKU_BYTES_SHORT; size++) {
        char text[KAIKU_BYTES_SHORT] = "0123456789abcdef";
        uint64_t before[2], after[2];
        kaiku_bytes_words(text, size, before);
        for (size_t i = 0; i < size; i++) {
            text[i] ^= 1;
            kaiku_bytes_words(text, size, after);
            cr_assert(before[0] != after[0] || before[1] != after[1], "%zu of %zu", i, size);
            text[i] ^= 1;
        }
    }
}

Test(bytes, copy_writes_every_byte_and_no_other)
{
    char from[LONGEST], to[LONGEST + 2];
    for (size_t i = 0; i < LONGEST; i++)
        from[i] = (char)('A' + i);
    for (size_t size = 0; size <= LONGEST; size++) {
        memset(to, '-', sizeof to);
        kaiku_bytes_copy(to + 1, from, size);
        cr_assert_eq(to[0], '-');
        cr_assert_eq(to[size + 1], '-');
        cr_assert_eq(memcmp(to + 1, from, size), 0, "%zu", size);
    }
}
