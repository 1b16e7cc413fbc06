#include <criterion/criterion.h>

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include <kaiku/hyperloglog.h>

static uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS];

static struct kaiku_hyperloglog_register place_of(const char *text)
{
    return kaiku_hyperloglog_place(kaiku_hyperloglog_hash(text, strlen(text)));
}

static void add(struct kaiku_hyperloglog_register place)
{
    if (registers[place.index] < place.rank)
        registers[place.index] = place.rank;
}

/* Registers read back from redis-server 7.0.15 after PFADD of each text alone. */
Test(hyperloglog, places_are_those_of_redis)
{
    const struct { const char *text; uint16_t index; uint8_t rank; } cases[] = {
        {"", 5938, 2},
        {"a", 12711, 2},
        {"1234567", 10327, 3},
        {"12345678", 10579, 3},
        {"kaiku", 4161, 1},
        {"customer-42", 10685, 1},
        {"ääkkönen", 11476, 1},
        {"respondent-0000000017", 15344, 5},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kaiku_hyperloglog_register place = place_of(cases[i].text);
        cr_assert_eq(place.index, cases[i].index, "'%s'", cases[i].text);
        cr_assert_eq(place.rank, cases[i].rank, "'%s'", cases[i].text);
    }
}

Test(hyperloglog, rank_counts_zeros_above_the_index)
{
    cr_assert_eq(kaiku_hyperloglog_place(0x3fff).index, 0x3fff);
    cr_assert_eq(kaiku_hyperloglog_place(0x3fff).rank, KAIKU_HYPERLOGLOG_RANK_MAX);
    cr_assert_eq(kaiku_hyperloglog_place(0x4000).index, 0);
    cr_assert_eq(kaiku_hyperloglog_place(0x4000).rank, 1);
    cr_assert_eq(kaiku_hyperloglog_place(UINT64_C(1) << 63).rank, 50);
}

Test(hyperloglog, elements_have_the_place_they_are_made_for)
{
    for (uint8_t rank = 1; rank <= KAIKU_HYPERLOGLOG_RANK_MAX; rank++) {
        for (unsigned index = 0; index < KAIKU_HYPERLOGLOG_REGISTERS; index += 7) {
            uint64_t element = htole64(kaiku_hyperloglog_element((uint16_t)index, rank));
            uint64_t hash = kaiku_hyperloglog_hash(&element, sizeof(element));
            struct kaiku_hyperloglog_register place = kaiku_hyperloglog_place(hash);

            cr_assert_eq(place.index, index, "index %u, rank %u", index, rank);
            cr_assert_eq(place.rank, rank, "index %u, rank %u", index, rank);
        }
    }
}

Test(hyperloglog, estimates_nothing_where_nothing_was_added)
{
    cr_assert_eq(kaiku_hyperloglog_estimate(registers), 0);
}

Test(hyperloglog, estimates_one_element_as_one)
{
    add(place_of("kaiku"));
    cr_assert_float_eq(kaiku_hyperloglog_estimate(registers), 1, 0.001);
}

/* Four standard errors of 1.04 / sqrt(m) = 0.8 %; what PFCOUNT of redis-server 7.0.15 says too. */
Test(hyperloglog, estimates_within_its_error)
{
    const struct { int n; int redis; } cases[] = {
        {1, 1}, {10, 10}, {1000, 1001}, {20000, 19955}, {300000, 301728},
    };
    int n = 0;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (; n < cases[i].n; n++) {
            char text[32];
            snprintf(text, sizeof(text), "customer-%d", n);
            add(place_of(text));
        }
        double estimate = kaiku_hyperloglog_estimate(registers);
        cr_assert_float_eq(estimate, cases[i].redis, 0.5 + 1e-6, "%g of %d", estimate, n);
        cr_assert_float_eq(estimate, n, 0.0325 * n, "%g of %d", estimate, n);
    }
}

/* Half of the registers saturated: alpha m 2^50 / (tau(1/2) + 1/2), tau taken from its series. */
Test(hyperloglog, estimate_corrects_for_full_registers)
{
    const double expected = 0.7213475204444817 * 16384 * 0x1p50 / (0.149929495864088 + 0.5);

    memset(registers, 50, sizeof(registers));
    memset(registers, 51, sizeof(registers) / 2);
    cr_assert_float_eq(kaiku_hyperloglog_estimate(registers) / expected, 1, 1e-9);
}
