#include <criterion/criterion.h>

#include <string.h>
#include <sys/mman.h>

#include <base/memory.h>

enum { MEBIBYTE = 1 << 20 };

Test(memory, reserves_more_than_the_machine_has)
{
    size_t size = (size_t)1 << 42;
    char *memory = kaiku_memory_reserve(size);

    cr_assert_not_null(memory);
    cr_assert_eq(memory[size / 2], 0);
    memory[size - 1] = 1;
    kaiku_memory_release(memory, size);
}

Test(memory, says_when_there_is_no_address_space)
{
    cr_assert_null(kaiku_memory_reserve((size_t)1 << 62));
}

Test(memory, releases_nothing_where_nothing_was_reserved)
{
    kaiku_memory_release(NULL, 1);
}

/* Sizes on both sides of the working set, and not at page bounds. */
Test(memory, zeroes_what_was_used)
{
    const size_t sizes[] = {0, 1, 4095, 100000, 4 * MEBIBYTE, 4 * MEBIBYTE + 1, 9 * MEBIBYTE + 77};
    char *memory = kaiku_memory_reserve(16 * MEBIBYTE);

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memset(memory, 'x', sizes[i]);
        kaiku_memory_zero(memory, sizes[i]);
        for (size_t at = 0; at < sizes[i]; at++)
            cr_assert_eq(memory[at], 0, "byte %zu of %zu", at, sizes[i]);
    }
    kaiku_memory_release(memory, 16 * MEBIBYTE);
}

Test(memory, gives_back_pages_beyond_the_working_set)
{
    char *memory = kaiku_memory_reserve(16 * MEBIBYTE);
    unsigned char first, last;

    memset(memory, 'x', 9 * MEBIBYTE);
    kaiku_memory_zero(memory, 9 * MEBIBYTE);
    cr_assert_eq(mincore(memory, 1, &first), 0);
    cr_assert_eq(mincore(memory + 9 * MEBIBYTE - 4096, 1, &last), 0);
    cr_assert(first & 1, "the working set stays");
    cr_assert_not(last & 1);
    kaiku_memory_release(memory, 16 * MEBIBYTE);
}

/* What was scattered over is there before it is touched, and still zero. */
Test(memory, scattered_memory_is_mapped_at_once)
{
    char *memory = kaiku_memory_reserve(8 * MEBIBYTE);
    unsigned char pages[2];

    kaiku_memory_scatter(memory, 4 * MEBIBYTE);
    cr_assert_eq(mincore(memory + 4 * MEBIBYTE - 4096, 8192, pages), 0);
    cr_assert(pages[0] & 1);
    cr_assert_not(pages[1] & 1);
    for (size_t at = 0; at < 4 * MEBIBYTE; at += 1024)
        cr_assert_eq(memory[at], 0);
    kaiku_memory_release(memory, 8 * MEBIBYTE);
}
