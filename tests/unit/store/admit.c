#include "world.h"

TestSuite(admit, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

/* Asks for words parted by blanks; answers '1' and '0'. */
static const char *admit(const char *line)
{
    static char answers[64];
    struct kaiku_fields values = fields(line);
    bool admitted[64];

    assert_ok(kaiku_store_admit(world.store, 0, values.texts, values.n, admitted));
    for (uint32_t i = 0; i < values.n; i++)
        answers[i] = admitted[i] ? '1' : '0';
    answers[values.n] = '\0';
    return answers;
}

static void collect(void *context, struct kaiku_text text)
{
    kaiku_buffer_text(context, text);
    kaiku_buffer_char(context, ' ');
}

Test(admit, takes_values_until_there_are_enough)
{
    world.model->dimensions[0].max_values = 3;
    cr_assert_str_eq(admit("a b"), "11");
    cr_assert_str_eq(admit("c d"), "10");
    cr_assert_str_eq(admit("d a e b c"), "01011");
    cr_assert_str_eq(redis("SORT k:values:channel ALPHA"), "_all a b c");
    /* Another dimension has room of its own. */
    cr_assert_str_eq(redis("SMEMBERS k:values:team"), "_all");
}

Test(admit, does_not_count_reserved_values)
{
    world.model->dimensions[0].max_values = 2;
    cr_assert_str_eq(admit("_none a _other b c _all"), "111101");
    cr_assert_str_eq(admit("_other c _none"), "101");
    cr_assert_str_eq(redis("SORT k:values:channel ALPHA"), "_all _none _other a b");
}

Test(admit, gives_the_same_answer_for_ever)
{
    world.model->dimensions[0].max_values = 1;
    cr_assert_str_eq(admit("a"), "1");
    cr_assert_str_eq(admit("b"), "0");
    kaiku_store_close(world.store);
    open_store();
    cr_assert_str_eq(admit("b a"), "01");
}

Test(admit, asks_in_pieces)
{
    enum { MANY = 2500 };
    static char names[MANY][16];
    static struct kaiku_text values[MANY];
    static bool admitted[MANY];
    uint32_t n = 0;

    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "v%d", i);
        values[i] = kaiku_text_of(names[i]);
    }
    world.model->dimensions[0].max_values = 2100;
    assert_ok(kaiku_store_admit(world.store, 0, values, MANY, admitted));
    for (uint32_t i = 0; i < MANY; i++)
        n += admitted[i];
    cr_assert_eq(n, 2100);
    cr_assert(admitted[2099] && !admitted[2100]);
    cr_assert_str_eq(redis("SCARD k:values:channel"), "2101");
}

Test(admit, takes_any_bytes)
{
    struct kaiku_text value = KAIKU_TEXT("a\0\r\n\xff");
    struct kaiku_buffer seen = {0};
    bool admitted;

    assert_ok(kaiku_store_admit(world.store, 0, &value, 1, &admitted));
    cr_assert(admitted);
    redis("SREM k:values:channel _all");
    assert_ok(kaiku_store_values(world.store, 0, collect, &seen));
    cr_assert(kaiku_text_equal(kaiku_buffer_as_text(&seen), KAIKU_TEXT("a\0\r\n\xff ")));
    kaiku_buffer_release(&seen);
}

Test(admit, visits_what_was_admitted)
{
    struct kaiku_buffer seen = {0};

    assert_ok(kaiku_store_values(world.store, 1, collect, &seen));
    cr_assert_str_eq(kaiku_buffer_cstring(&seen), "_all ");
    kaiku_buffer_release(&seen);
}

Test(admit, waits_where_redis_lacks_memory)
{
    struct kaiku_text value = KAIKU_TEXT("a");
    bool admitted;

    redis("CONFIG SET maxmemory 1");
    cr_assert_eq(kaiku_store_admit(world.store, 0, &value, 1, &admitted), KAIKU_AGAIN);
    cr_assert_str_eq(redis("SMEMBERS k:values:channel"), "_all");
}

/* Dimension team comes before agent in view people. */
Test(admit, gives_each_value_its_sets_of_values_beside_it)
{
    const struct kaiku_text values[] = {KAIKU_TEXT("north"), KAIKU_TEXT("_none"), KAIKU_TEXT("south")};
    uint32_t team = kaiku_fixture_dimension(world.model, "team");
    bool admitted[3];

    cr_assert_str_eq(redis("SMEMBERS k:values:people:agent:_all"), "_all");
    world.model->dimensions[team].max_values = 1;
    assert_ok(kaiku_store_admit(world.store, team, values, 3, admitted));
    cr_assert_str_eq(redis("SMEMBERS k:values:people:agent:north"), "_all");
    cr_assert_str_eq(redis("SMEMBERS k:values:people:agent:_none"), "_all");
    cr_assert_str_eq(redis("EXISTS k:values:people:agent:south"), "0");
    cr_assert_str_eq(redis("SMEMBERS k:values:contact:touchpoint:_all"), "_all");
}

/* So does opening, for a view that came later, and leaves alone what is there. */
Test(admit, and_opening_those_that_lack_them)
{
    cr_assert_str_eq(redis("SADD k:values:team north south"), "2");
    cr_assert_str_eq(redis("SADD k:values:people:agent:north ann"), "1");
    open_store();
    cr_assert_str_eq(redis("SMEMBERS k:values:people:agent:north"), "ann");
    cr_assert_str_eq(redis("SMEMBERS k:values:people:agent:south"), "_all");
}
