#include <decode/number.h>

#include "model_fixture.h"

#include <criterion/criterion.h>

#include <stdlib.h>

/* As the scanner leaves it. */
static struct kaiku_number number(const char *text)
{
    struct kaiku_number number = {.text = kaiku_text_of(text)};
    const char *point = strchr(text, '.');
    size_t digits = strlen(text) - (*text == '-') - (point != NULL);
    char all[64], *to = all;

    if (digits > KAIKU_PLAIN_DIGITS || strpbrk(text, "eE"))
        return number;
    for (const char *p = text; *p; p++)
        if (*p != '.')
            *to++ = *p;
    *to = '\0';
    number.mantissa = strtoll(all, NULL, 10);
    number.scale = point ? (uint32_t)strlen(point + 1) : 0;
    number.plain = true;
    return number;
}

Test(number, scaled)
{
    static const struct {
        char text[32];
        uint32_t places;
        int status;
        int64_t value;
    } cases[] = {
        {"9", 0, KAIKU_OK, 9},
        {"9.0", 0, KAIKU_OK, 9},
        {"90e-1", 0, KAIKU_OK, 9},
        {"-9.50", 1, KAIKU_OK, -95},
        {"9.5", 0, KAIKU_INVALID, 0},
        {"9.00000000000000000001", 0, KAIKU_INVALID, 0},
        {"12.5", 6, KAIKU_OK, 12500000},
        {"1e12", 6, KAIKU_OK, INT64_C(1000000000000000000)},
        {"1000000000000", 6, KAIKU_OK, INT64_C(1000000000000000000)},
        {"-1000000000000.0", 6, KAIKU_OK, -INT64_C(1000000000000000000)},
        {"1000000000001", 6, KAIKU_FULL, 0},
        {"999999999999999999", 6, KAIKU_FULL, 0},
        {"12345678901234567890", 0, KAIKU_FULL, 0},
        {"1e400", 0, KAIKU_FULL, 0},
        {"1e401", 0, KAIKU_INVALID, 0},
        {"0e401", 0, KAIKU_INVALID, 0},
        {"0e-400", 6, KAIKU_OK, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_number n = number(cases[i].text);
        int64_t value = 0;

        cr_expect_eq(kaiku_number_scaled(&n, cases[i].places, &value), cases[i].status, "%s",
                     cases[i].text);
        if (cases[i].status == KAIKU_OK)
            cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
    }
}

Test(number, floor)
{
    static const struct {
        char text[32];
        uint32_t places;
        int64_t value;
    } cases[] = {
        {"1.9", 0, 1},          {"-1.1", 0, -2},       {"-1.0", 0, -1},
        {"42.5", 4, 425000},    {"0.00009", 4, 0},     {"-0.00001", 4, -1},
        {"1.23456e0", 4, 12345}, {"-1e-20", 0, -1},    {"999999999999999999", 4, INT64_MAX},
        {"-999999999999999999", 4, -INT64_MAX},         {"1e30", 0, INT64_MAX},
    };
    struct kaiku_number far = number("1e-401");
    int64_t value;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_number n = number(cases[i].text);

        cr_assert_eq(kaiku_number_floor(&n, cases[i].places, &value), KAIKU_OK);
        cr_expect_eq(value, cases[i].value, "%s", cases[i].text);
    }
    cr_assert_eq(kaiku_number_floor(&far, 0, &value), KAIKU_INVALID);
}

Test(number, nearest_double)
{
    static const char *const cases[] = {
        "42.5", "0.1", "0.0001", "9007199254740992", "9007199254740993", "-9007199254740993",
        "999999999999999999", "0.123456789012345678", "1e-5", "123.456e-7",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_number n = number(cases[i]);
        cr_expect_eq(kaiku_number_double(&n), strtod(cases[i], NULL), "%s", cases[i]);
    }
}

static bool holds(const char *text, const char *rule)
{
    struct kaiku_condition condition = kaiku_fixture_condition(rule);
    struct kaiku_number n = number(text);
    struct kaiku_limit limit;
    bool result;

    kaiku_limit_init(&limit, &condition);
    cr_assert_eq(kaiku_number_holds(&n, &limit, &result), KAIKU_OK);
    free(condition.text);
    return result;
}

Test(number, conditions)
{
    static const struct {
        char text[40];
        int order; /* against the limit */
        char limit[40];
    } cases[] = {
        {"19.9999", -1, "20"},
        {"20.0", 0, "20"},
        {"2e1", 0, "20"},
        {"20.0000000000000000001", 1, "20"},
        {"-0", 0, "0"},
        {"-1", -1, "-0.5"},
        {"0.1234567890123456788", -1, "0.1234567890123456789"},
        {"0.1234567890123456789", 0, "0.1234567890123456789"},
        {"999999999999999999", 1, "0.000000000000000001"},
        {"0.000000000000000001", -1, "999999999999999999"},
        {"-999999999999999999", -1, "-0.000000000000000001"},
        {"123456789012345678901.5", 0, "123456789012345678901.5"},
        {"5", -1, "123456789012345678901.5"},
        {"1e300", 1, "123456789012345678901.5"},
    };
    static const struct {
        char sign[4];
        bool less, equal, more;
    } signs[] = {
        {"<", true, false, false},  {"<=", true, true, false}, {"==", false, true, false},
        {">=", false, true, true},  {">", false, false, true},
    };
    char rule[64];

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (size_t j = 0; j < sizeof(signs) / sizeof(*signs); j++) {
            bool expected = cases[i].order < 0 ? signs[j].less
                            : cases[i].order > 0 ? signs[j].more : signs[j].equal;

            strcpy(rule, signs[j].sign);
            strcat(rule, cases[i].limit);
            cr_expect_eq(holds(cases[i].text, rule), expected, "%s %s", cases[i].text, rule);
        }
    }
}
