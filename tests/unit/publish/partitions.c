#include "partitions.h"

#include <criterion/criterion.h>

static struct partitions partitions;

static void extent(const char *field, int64_t end, int64_t now_ms)
{
    cr_assert_eq(partitions_end(&partitions, kaiku_text_of(field), end, now_ms), KAIKU_OK);
}

static void position(const char *field, const char *text)
{
    cr_assert_eq(partitions_position(&partitions, kaiku_text_of(field), kaiku_text_of(text)),
                 KAIKU_OK);
}

static void release(void)
{
    partitions_release(&partitions);
}

TestSuite(partitions, .fini = release);

Test(partitions, nothing_is_at_its_end)
{
    struct partitions_state state = partitions_state(&partitions);

    cr_assert(state.is_at_end);
    cr_assert_eq(state.high_ms, 0);
}

Test(partitions, times_lag_and_sum)
{
    struct partitions_state state;

    extent("t:2", 100, 0);
    extent("t:10", 50, 0);
    extent("t:1", 7, 0);
    position("t:1", "7:0:0000000000000000");
    position("t:2", "90:3000:00000000000000aa");
    position("t:10", "50:2000:00000000000000aa");
    state = partitions_state(&partitions);
    cr_assert_eq(state.n, 2);
    cr_assert_eq(state.low_ms, 2000);
    cr_assert_eq(state.high_ms, 3000);
    cr_assert_eq(state.lag, 10);
    cr_assert_eq(state.applied, 147);
    cr_assert_not(state.is_at_end);
    cr_assert_eq(state.unread_low_ms, 3000);
}

Test(partitions, each_has_a_lag_of_its_own)
{
    extent("t:1", 7, 0);
    extent("t:2", 100, 0);
    position("t:2", "90:3000:00000000000000aa");
    position("t:3", "5:3000:00000000000000aa");
    cr_assert_eq(partitions_lag(&partitions, KAIKU_TEXT("t:1")), 7);
    cr_assert_eq(partitions_lag(&partitions, KAIKU_TEXT("t:2")), 10);
    cr_assert_eq(partitions_lag(&partitions, KAIKU_TEXT("t:3")), 0);
    cr_assert_eq(partitions_lag(&partitions, KAIKU_TEXT("t:10")), 0, "its neighbour has one");
    cr_assert_eq(partitions_lag(&partitions, KAIKU_TEXT("u")), 0);
}

Test(partitions, an_unknown_end_is_never_reached)
{
    position("t:0", "5:1000:0000000000000001");
    cr_assert_not(partitions_state(&partitions).is_at_end);
    extent("t:0", 5, 0);
    cr_assert(partitions_state(&partitions).is_at_end);
}

Test(partitions, without_a_time_what_is_unread_may_be_any_old)
{
    extent("t:0", 9, 0);
    extent("t:1", 9, 0);
    position("t:0", "5:1000:0000000000000001");
    cr_assert_eq(partitions_state(&partitions).unread_low_ms, 0);
    cr_assert_eq(partitions_state(&partitions).lag, 13);
}

Test(partitions, an_end_that_runs_on_is_reached_where_it_stood_a_while_ago)
{
    extent("t:0", 100, 0);
    position("t:0", "150:1000:0000000000000001");
    extent("t:0", 200, 5000);
    cr_assert(partitions_state(&partitions).is_at_end);
    cr_assert_eq(partitions_state(&partitions).lag, 50);
    extent("t:0", 300, 20000);
    extent("t:0", 400, 40000);
    cr_assert_not(partitions_state(&partitions).is_at_end, "it stood at 300 20 s ago");
    position("t:0", "300:1000:0000000000000001");
    cr_assert(partitions_state(&partitions).is_at_end);
}

Test(partitions, a_shorter_log_counts_at_once)
{
    extent("t:0", 100, 0);
    extent("t:0", 10, 1);
    position("t:0", "10:1000:0000000000000001");
    cr_assert(partitions_state(&partitions).is_at_end);
}

Test(partitions, forgetting_keeps_the_ends)
{
    extent("t:0", 10, 0);
    position("t:0", "10:1000:0000000000000001");
    partitions_forget(&partitions);
    cr_assert_not(partitions_state(&partitions).is_at_end);
    cr_assert_eq(partitions_state(&partitions).high_ms, 0);
    cr_assert_eq(partitions_state(&partitions).lag, 10);
}

Test(partitions, what_is_no_position_is_refused)
{
    int status = partitions_position(&partitions, KAIKU_TEXT("t:0"), KAIKU_TEXT("5"));

    cr_assert_eq(status, KAIKU_REFUSED);
}

static void high_watermark(const char *field, int64_t offset, int64_t now_ms)
{
    cr_assert_eq(partitions_high_watermark(&partitions, kaiku_text_of(field), offset, now_ms), KAIKU_OK);
}

Test(partitions, what_stands_behind_an_open_transaction_lags_and_holds_nothing_up)
{
    extent("t:0", 30, 0);
    high_watermark("t:0", 70, 0);
    position("t:0", "30:1000:0000000000000001");
    cr_assert_eq(partitions_state(&partitions).lag, 40);
    cr_assert(partitions_state(&partitions).is_at_end);
    extent("t:0", 71, 1000);
    high_watermark("t:0", 71, 1000);
    cr_assert_eq(partitions_state(&partitions).lag, 41);
}

Test(partitions, a_transaction_that_stays_open_is_told_once)
{
    const struct partition *partition;

    extent("t:0", 30, 0);
    for (int64_t ms = 0; ms < 60000; ms += 5000)
        high_watermark("t:0", 40 + ms, ms);
    partition = partitions.list;
    cr_assert_not(partition->is_told, "some take a while");
    high_watermark("t:0", 70, 60000);
    cr_assert(partition->is_told);
    extent("t:0", 50, 65000);
    high_watermark("t:0", 70, 65000);
    cr_assert_not(partition->is_told, "the next one is another");
}
