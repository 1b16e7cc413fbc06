#include <model/decimal.h>

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

static struct kaiku_decimal read(const char *text)
{
    struct kaiku_decimal decimal;

    cr_assert_eq(kaiku_decimal_read(kaiku_text_of(text), &decimal), KAIKU_OK, "%s", text);
    return decimal;
}

Test(decimal, reads_json_numbers_only)
{
    static const char *const bad[] = {
        "",   "-",   "+1",  "01",   "-01", "00",  ".5",  "5.",    "1.e5",  "1e",    "1e+",
        "1E-", "1e5x", "1x", "0x10", "NaN", "inf", "1 ",  " 1",    "1,5",   "--1",   "1e1.5",
        "1..2", "1.2.3", "e5", "-e5",
    };
    static const char *const good[] = {
        "0", "-0", "0.0", "10", "-1", "1.50", "0e0", "1E5", "1e+05", "1e-5", "0.001e400", "1e-400",
    };
    struct kaiku_decimal decimal;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_eq(kaiku_decimal_read(kaiku_text_of(bad[i]), &decimal), KAIKU_INVALID, "'%s'",
                     bad[i]);
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        cr_expect_eq(kaiku_decimal_read(kaiku_text_of(good[i]), &decimal), KAIKU_OK, "'%s'",
                     good[i]);
}

Test(decimal, refuses_exponents_beyond_400)
{
    static const char *const far[] = {
        "1e401", "1e-401", "0e401", "1E+99999999999999999999", "0.5e-4010",
    };
    struct kaiku_decimal decimal;

    for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++)
        cr_expect_eq(kaiku_decimal_read(kaiku_text_of(far[i]), &decimal), KAIKU_FULL, "%s", far[i]);
    decimal = read("1e000000000000000000400");
    cr_assert_eq(decimal.point, 401);
}

Test(decimal, keeps_significant_digits)
{
    static const struct {
        char text[24];
        uint32_t size, count;
        int32_t point;
    } cases[] = {
        {"123", 3, 3, 3},      {"1200", 2, 2, 4},     {"12.50", 4, 3, 2},  {"0.00120", 2, 2, -2},
        {"120.0", 2, 2, 3},    {"100.001", 7, 6, 3},  {"1e3", 1, 1, 4},    {"12.5e-3", 4, 3, -1},
        {"0.5", 1, 1, 0},      {"000", 0, 0, 0},
    };

    for (size_t i = 0; i + 1 < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_decimal d = read(cases[i].text);

        cr_expect_eq(d.size, cases[i].size, "%s", cases[i].text);
        cr_expect_eq(d.count, cases[i].count, "%s", cases[i].text);
        cr_expect_eq(d.point, cases[i].point, "%s", cases[i].text);
    }
}

Test(decimal, zero_has_no_sign)
{
    struct kaiku_decimal d = read("-0.00e17");

    cr_assert_eq(d.count, 0);
    cr_assert_not(d.negative);
}

Test(decimal, compares_exactly)
{
    static const char *const ascending[] = {
        "-1e400", "-10", "-9.5", "-9.49", "-0.001", "0", "1e-400", "0.00099999", "0.001",
        "9.00000000000000000001", "9.1", "10", "99", "100", "100.5", "1e20",
        "1.0000000000000000001e20",
    };
    static const char *const equal[][2] = {
        {"9", "9.000"}, {"90e-1", "9"}, {"-0", "0e5"}, {"0.125", "125e-3"}, {"100", "1e2"},
        {"12.34", "1234e-2"}, {"-1.5", "-15e-1"},
    };
    size_t n = sizeof(ascending) / sizeof(*ascending);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            struct kaiku_decimal a = read(ascending[i]), b = read(ascending[j]);
            int expected = (i > j) - (i < j);

            cr_expect_eq(kaiku_decimal_compare(&a, &b), expected, "%s %s", ascending[i],
                         ascending[j]);
        }
    }
    for (size_t i = 0; i < sizeof(equal) / sizeof(*equal); i++) {
        struct kaiku_decimal a = read(equal[i][0]), b = read(equal[i][1]);

        cr_expect_eq(kaiku_decimal_compare(&a, &b), 0, "%s %s", equal[i][0], equal[i][1]);
    }
}

Test(decimal, knows_integers)
{
    static const char *const integers[] = {"0", "9.0", "90e-1", "1e400", "-12", "120.00"};
    static const char *const others[] = {"0.5", "9.00000000000000000001", "1e-1", "95e-1", "0.1"};

    for (size_t i = 0; i < sizeof(integers) / sizeof(*integers); i++) {
        struct kaiku_decimal d = read(integers[i]);
        cr_expect(kaiku_decimal_is_integer(&d), "%s", integers[i]);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        struct kaiku_decimal d = read(others[i]);
        cr_expect_not(kaiku_decimal_is_integer(&d), "%s", others[i]);
    }
}

Test(decimal, scales_to_integers)
{
    static const struct {
        char text[40];
        int32_t shift;
        bool possible;
        int64_t value;
    } cases[] = {
        {"12.5", 1, true, 125},
        {"12.5", 0, false, 0},
        {"-12.50", 2, true, -1250},
        {"0", 6, true, 0},
        {"1e-6", 6, true, 1},
        {"1e-7", 6, false, 0},
        {"0.05", 1, false, 0},
        {"1200", -2, true, 12},
        {"999999999999999999", 0, true, INT64_C(999999999999999999)},
        {"1e12", 6, true, INT64_C(1000000000000000000)},
        {"-1e18", 0, true, -INT64_C(1000000000000000000)},
        {"1000000000000000001", 0, false, 0},
        {"1e19", 0, false, 0},
        {"9.00000000000000000001", 0, false, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_decimal d = read(cases[i].text);
        int64_t value = 0;

        cr_expect_eq(kaiku_decimal_scaled(&d, cases[i].shift, &value), cases[i].possible, "%s",
                     cases[i].text);
        cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
    }
}

Test(decimal, floors)
{
    static const struct {
        char text[40];
        int32_t shift;
        int64_t value;
    } cases[] = {
        {"1.9", 0, 1},
        {"-1.1", 0, -2},
        {"-1.0", 0, -1},
        {"-0.0001", 0, -1},
        {"0.0001", 0, 0},
        {"0", 3, 0},
        {"1.2345", 3, 1234},
        {"-1.2345", 3, -1235},
        {"12.5", -1, 1},
        {"1e-400", 400, 1},
        {"9223372036854775807", 0, INT64_MAX},
        {"9223372036854775808", 0, INT64_MAX},
        {"-9223372036854775807.5", 0, -INT64_MAX},
        {"1e400", 0, INT64_MAX},
        {"-1e400", 0, -INT64_MAX},
        {"9223372036854775806.9", 0, INT64_MAX - 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_decimal d = read(cases[i].text);
        cr_expect_eq(kaiku_decimal_floor(&d, cases[i].shift), cases[i].value, "%s", cases[i].text);
    }
}

Test(decimal, nearest_double_is_that_of_the_library)
{
    static const char *const numbers[] = {
        "0",     "-0",   "0.1",  "-12.5", "1e22",   "1e23",  "123456789012345", "0.000123",
        "1e-22", "1e-23", "9007199254740993", "9007199254740992.99999", "0.0001", "1e-324",
        "5e-324", "2.4703282292062327e-324", "179769313486231570e291",
        "3.14159265358979323846264338327950288",
        "1234567890123456", "99999999999999999999e-11", "0.3333333333333333333333333333333333",
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        struct kaiku_decimal d = read(numbers[i]);
        cr_expect_eq(kaiku_decimal_double(&d), strtod(numbers[i], NULL), "%s", numbers[i]);
    }
    struct kaiku_decimal large = read("1e400");
    cr_expect(isinf(kaiku_decimal_double(&large)));
}

/* Half way between two doubles, and then a last digit far behind what a buffer would hold. */
Test(decimal, ties_are_broken_by_any_digit)
{
    enum { ZEROS = 5000 };
    char text[ZEROS + 64] = "9007199254740993.";
    size_t size = strlen(text);
    struct kaiku_decimal d;

    memset(text + size, '0', ZEROS);
    text[size + ZEROS] = '\0';
    d = read(text);
    cr_expect_eq(kaiku_decimal_double(&d), 9007199254740992.0);
    text[size + ZEROS - 1] = '1';
    d = read(text);
    cr_expect_eq(kaiku_decimal_double(&d), 9007199254740994.0);
}
