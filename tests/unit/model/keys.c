#include <kaiku/keys.h>

#include <criterion/criterion.h>

#include <string.h>

static char key[KAIKU_KEY_MAX];

static void check(int length, const char *expected)
{
    cr_assert_str_eq(key, expected);
    cr_assert_eq(length, (int)strlen(expected));
}

Test(keys, readers_keys_are_those_of_the_contract)
{
    const size_t size = sizeof(key);

    check(kaiku_key_now(key, size, "kaiku", "contact", "day", "phone|_all"),
          "kaiku:now:contact:day:phone|_all");
    check(kaiku_key_series(key, size, "kaiku", "contact", "1m", "_all|_all"),
          "kaiku:ts:contact:1m:_all|_all");
    check(kaiku_key_rows(key, size, "kaiku", "contact", "day", "channel+touchpoint"),
          "kaiku:rows:contact:day:channel+touchpoint");
    check(kaiku_key_rows(key, size, "kaiku", "contact", "day", ""), "kaiku:rows:contact:day");
    check(kaiku_key_values(key, size, "kaiku", "channel"), "kaiku:values:channel");
    check(kaiku_key_values_beside(key, size, "kaiku", "people", "agent", "north"), "kaiku:values:people:agent:north");
    check(kaiku_key_lines(key, size, "kaiku", "contact", "1m", "channel"), "kaiku:lines:contact:1m:channel");
    check(kaiku_key_trust_series(key, size, "kaiku"), "kaiku:ts:trust");
    check(kaiku_key_metric(key, size, "kaiku", "nps"), "kaiku:metric:nps");
    check(kaiku_key_trust(key, size, "kaiku"), "kaiku:trust");
    check(kaiku_key_meta(key, size, "kaiku"), "kaiku:meta");
    check(kaiku_key_feed(key, size, "kaiku", "detractor"), "kaiku:{0}:feed:detractor");
}

Test(keys, state_is_tagged_with_its_shard)
{
    const size_t size = sizeof(key);

    check(kaiku_key_state(key, size, "k", 63, "pos"), "k:{63}:pos");
    check(kaiku_key_cells(key, size, "k", 7, 2, "contact", "1m", 1700000000000),
          "k:{7}:c:2:contact:1m:1700000000000");
    check(kaiku_key_unique(key, size, "k", 0, UINT32_MAX, "people", "day", -7200000, "who",
                           "a|_all"),
          "k:{0}:u:4294967295:people:day:-7200000:who:a|_all");
}

Test(keys, a_key_that_does_not_fit_is_refused)
{
    char small[12]; /* "kaiku:trust" and its NUL */

    cr_assert_eq(kaiku_key_trust(small, sizeof(small), "kaiku"), 11);
    cr_assert_str_eq(small, "kaiku:trust");
    cr_assert_eq(kaiku_key_trust(small, sizeof(small), "kaiku2"), KAIKU_FULL);
    cr_assert_eq(kaiku_key_trust(small, 11, "kaiku"), KAIKU_FULL);
}
