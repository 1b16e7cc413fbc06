#include "marks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { LONGEST = 300 };

typedef bool pass(struct marks *marks, struct kaiku_text record);

static struct marks marks;

static void set_up(void)
{
    cr_assert_eq(marks_init(&marks, LONGEST), KAIKU_OK);
}

static void tear_down(void)
{
    marks_release(&marks);
}

TestSuite(marks, .init = set_up, .fini = tear_down);

/* Those that this processor can run. */
static size_t list_passes(pass **passes)
{
    size_t n = 0;
    passes[n++] = marks_mark_scalar;
#ifdef __x86_64__
    passes[n++] = marks_mark_sse2;
    if (__builtin_cpu_supports("avx2"))
        passes[n++] = marks_mark_avx2;
    if (__builtin_cpu_supports("avx512bw"))
        passes[n++] = marks_mark_avx512;
#endif
    return n;
}

static void expect_stops(const uint64_t *bits, const char *stops, bool at_controls, size_t size)
{
    for (size_t from = 0; from <= size; from++) {
        size_t i = from;
        for (; i < size; i++) {
            unsigned char c = (unsigned char)marks.bytes[i];
            if (c == 0 || (at_controls && c < ' ') || strchr(stops, c))
                break;
        }
        cr_assert_eq(marks_next(&marks, bits, marks.bytes + from) - marks.bytes, i, "from %zu of %zu",
                     from, size);
    }
}

/* From memory of exactly its size: the sanitizers see any step beyond it. */
static void expect_marks(pass *mark, const char *bytes, size_t size)
{
    char *record = malloc(size ? size : 1);
    bool is_ascii = true;
    for (size_t i = 0; i < size; i++)
        is_ascii &= (unsigned char)bytes[i] < 0x80;
    memcpy(record, bytes, size);
    memset(marks.bytes, 'x', LONGEST + MARKS_PADDING);
    cr_assert_eq(mark(&marks, (struct kaiku_text){record, size}), is_ascii);
    cr_assert_eq(memcmp(marks.bytes, bytes, size), 0);
    for (size_t i = size; i < size + MARKS_PADDING; i++)
        cr_assert_eq(marks.bytes[i], '\0');
    expect_stops(marks.strings, "\"\\", true, size);
    expect_stops(marks.words, "\" ,:[]{}", true, size);
    expect_stops(marks.nested, "\"[]{}", false, size);
    free(record);
}

Test(marks, every_pass_finds_every_stop, .timeout = 120)
{
    pass *passes[4];
    size_t n = list_passes(passes);
    char bytes[LONGEST];
    srand(9);
    for (size_t size = 0; size <= LONGEST; size += 1 + size / 100) {
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)(rand() % 9 ? 'a' + rand() % 26 : rand() % 256);
        for (size_t p = 0; p < n; p++)
            expect_marks(passes[p], bytes, size);
    }
}

Test(marks, every_byte_is_one_or_none)
{
    pass *passes[4];
    size_t n = list_passes(passes);
    char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    for (size_t p = 0; p < n; p++)
        expect_marks(passes[p], bytes, sizeof bytes);
}
