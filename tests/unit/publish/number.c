#include "number.h"

#include <criterion/criterion.h>

#include <math.h>

static void check(const char *got, size_t size, const char *expected)
{
    cr_assert(size == strlen(expected) && memcmp(got, expected, size) == 0, "'%.*s', expected '%s'",
              (int)size, got, expected);
}

static void check_real(long double value, const char *expected)
{
    char out[NUMBER_MAX];

    check(out, number_real(out, value), expected);
}

static void check_decimal(__int128 value, unsigned decimals, const char *expected)
{
    char out[NUMBER_MAX];

    check(out, number_decimal(out, value, decimals), expected);
}

Test(number, reals_have_at_most_four_digits_after_the_point)
{
    check_real(37.5L, "37.5");
    check_real(100.0L / 3, "33.3333");
    check_real(-200.0L / 3, "-66.6667");
    check_real(12, "12");
    check_real(1e12L + 0.25L, "1000000000000.25");
    check_real(0.00005L, "0.0001");
    check_real(9.99996L, "10");
}

Test(number, zero_has_no_sign)
{
    check_real(0, "0");
    check_real(-0.0L, "0");
    check_real(-0.00004L, "0");
    check_decimal(-4, 6, "0");
}

Test(number, no_value_is_nan)
{
    check_real(NAN, "nan");
    check_real(-NAN, "nan");
    check_real(INFINITY, "nan");
}

Test(number, decimals_are_exact)
{
    check_decimal(12345, 2, "123.45");
    check_decimal(-12340, 2, "-123.4");
    check_decimal(-1, 4, "-0.0001");
    check_decimal(7, 0, "7");
    check_decimal(-1200, 2, "-12");
    check_decimal((__int128)INT64_MAX * 1000000 + 5, 2, "92233720368547758070000.05");
}

Test(number, decimals_beyond_the_fourth_are_rounded)
{
    check_decimal(1234549, 6, "1.2345");
    check_decimal(1234550, 6, "1.2346");
    check_decimal(-1234550, 6, "-1.2346");
    check_decimal(999995, 5, "10");
    check_decimal(50, 6, "0.0001");
}

Test(number, the_longest_fits)
{
    __int128 least = (__int128)1 << 126;

    check_decimal(-least - least, 0, "-170141183460469231731687303715884105728");
    check_decimal(-least - least, 4, "-17014118346046923173168730371588410.5728");
    check_decimal(least - 1 + least, 6, "170141183460469231731687303715884.1057");
}

Test(number, integers)
{
    char out[NUMBER_MAX];

    check(out, number_integer(out, INT64_MIN), "-9223372036854775808");
    check(out, number_integer(out, 0), "0");
    check(out, number_integer(out, 10), "10");
}
