/* Replies that are not what was asked for: told apart, and nothing of them is used. */
#include "link.h"

#include <support/model_fixture.h>

#include <criterion/criterion.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool has(const char *resp, const char *shape)
{
    redisReader *reader = redisReaderCreate();
    void *reply = NULL;
    bool answer;

    cr_assert_eq(redisReaderFeed(reader, resp, strlen(resp)), REDIS_OK);
    cr_assert_eq(redisReaderGetReply(reader, &reply), REDIS_OK);
    cr_assert(reply, "'%s' is no whole reply", resp);
    answer = store_reply_has(reply, shape);
    freeReplyObject(reply);
    redisReaderFree(reader);
    return answer;
}

#define INT ":7\r\n"
#define TEXT "$1\r\na\r\n"
#define NIL "$-1\r\n"

Test(shape, of_a_single_value)
{
    cr_assert(has(INT, "i") && has(INT, "a"));
    cr_assert(!has(INT, "s") && !has(INT, "n") && !has(INT, "[i]"));
    cr_assert(has(TEXT, "s") && has(TEXT, "n") && has(TEXT, "a"));
    cr_assert(has("+OK\r\n", "s"));
    cr_assert(!has(TEXT, "i") && !has(TEXT, "[s*]"));
    cr_assert(has(NIL, "n"));
    cr_assert(!has(NIL, "s") && !has(NIL, "i") && !has(NIL, "a"));
    cr_assert(!has("-ERR x\r\n", "s|i|n|a|[]"));
}

Test(shape, of_arrays)
{
    cr_assert(has("*0\r\n", "[]") && has("*0\r\n", "[s*]"));
    cr_assert(!has("*-1\r\n", "[]") && !has("*0\r\n", "[s]"));
    cr_assert(has("*2\r\n" TEXT TEXT, "[s*]") && has("*2\r\n" TEXT TEXT, "[ss*]"));
    cr_assert(has("*2\r\n" TEXT TEXT, "[sss*]") && !has("*2\r\n" TEXT TEXT, "[sss]"));
    cr_assert(!has("*2\r\n" TEXT INT, "[s*]") && !has("*2\r\n" INT TEXT, "[s*]") && !has("*2\r\n" TEXT TEXT, "[s]"));
    cr_assert(has("*2\r\n" INT "*2\r\n" TEXT TEXT, "[i[s*]]"));
    cr_assert(!has("*2\r\n" INT TEXT, "[i[s*]]") && !has("*1\r\n" INT, "[i[s*]]"));
    cr_assert(!has("*2\r\n" INT "*2\r\n" TEXT INT, "[i[s*]]"));
    cr_assert(has("*2\r\n*0\r\n*1\r\n*2\r\n" TEXT "*2\r\n" TEXT TEXT, "[[s*][[s[s*]]*]]"));
    cr_assert(!has("*2\r\n*0\r\n*1\r\n*1\r\n" TEXT, "[[s*][[s[s*]]*]]"));
}

Test(shape, of_one_kind_or_another)
{
    cr_assert(has(INT, "i|[i]") && has("*1\r\n" INT, "i|[i]"));
    cr_assert(!has(TEXT, "i|[i]") && !has("*1\r\n" TEXT, "i|[i]"));
}

Test(shape, scores_are_whole_numbers)
{
    static const struct {
        char *text;
        int64_t score;
    } cases[] = {{"1795000000000", 1795000000000}, {"-1001", -1001}, {"9007199254740992", 9007199254740992},
                 {"1e300", 0}, {"-inf", 0}, {"nan", 0}, {"", 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const redisReply reply = {.type = REDIS_REPLY_STRING, .str = cases[i].text};
        cr_assert_eq(store_reply_score(&reply), cases[i].score, "'%s'", cases[i].text);
    }
}

/* ---- calls to a Redis that answers this, and then no more ---- */

static struct kaiku_model *model;
static struct kaiku_store *store;
static int other_end;

static void connect_to(const char *replies)
{
    const struct kaiku_store_options options = {.path = "unused", .prefix = "k", .timeout_ms = 1000};
    int ends[2];

    model = kaiku_fixture_contact();
    cr_assert_eq(kaiku_store_create(&options, model, &store), KAIKU_OK);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(write(ends[1], replies, strlen(replies)), (ssize_t)strlen(replies));
    cr_assert_eq(shutdown(ends[1], SHUT_WR), 0);
    store->link.redis = redisConnectFd(ends[0]);
    store->generation = 1;
    store->is_open = true;
    other_end = ends[1];
}

static void check_away(int status)
{
    cr_assert_eq(status, KAIKU_AWAY, "status %d", status);
    cr_assert(!kaiku_store_is_open(store));
    cr_assert_str_eq(kaiku_store_error(store), "redis answered something else than it was asked for");
    kaiku_store_destroy(store);
    kaiku_fixture_destroy(model);
    close(other_end);
}

Test(shape, too_few_positions)
{
    const char *const fields[] = {"t:0", "t:1"};
    int64_t offsets[2];

    connect_to("*1\r\n" NIL);
    check_away(kaiku_store_starts(store, fields, 2, offsets));
}

Test(shape, no_positions_at_all)
{
    const char *const fields[] = {"t:0"};
    int64_t offsets[1];

    connect_to(NIL);
    check_away(kaiku_store_starts(store, fields, 1, offsets));
}

Test(shape, answers_for_fewer_values)
{
    const struct kaiku_text values[] = {{"a", 1}, {"b", 1}};
    bool admitted[2];

    connect_to("$1\r\n1\r\n");
    check_away(kaiku_store_admit(store, 0, values, 2, admitted));
}

Test(shape, fewer_cells)
{
    struct kaiku_cell_ref refs[2] = {{.member = KAIKU_TEXT("a")}, {.member = KAIKU_TEXT("b")}};
    struct kaiku_version version;

    connect_to("*2\r\n" INT TEXT);
    check_away(kaiku_store_cells(store, 0, refs, 2, &version));
}

Test(shape, more_windows_than_were_asked_for)
{
    struct kaiku_buffer list = {0};
    uint64_t removed;

    kaiku_buffer_string(&list, "*102\r\n");
    for (int i = 0; i < 102; i++)
        kaiku_buffer_string(&list, TEXT);
    connect_to(kaiku_buffer_cstring(&list));
    check_away(kaiku_store_remove(store, 0, 0, 0, 1000, &removed));
    kaiku_buffer_release(&list);
}

static void ignore_pair(void *context, struct kaiku_text name, struct kaiku_text value)
{
    (void)context, (void)name, (void)value;
}

Test(shape, totals_without_positions)
{
    connect_to("*1\r\n*0\r\n");
    check_away(kaiku_store_totals(store, ignore_pair, ignore_pair, NULL));
}

/* Whether it was applied is then told by positions. */
Test(shape, of_a_commit)
{
    struct kaiku_commit *commit;

    connect_to("*0\r\n");
    cr_assert_eq(kaiku_commit_create(store, 0, &commit), KAIKU_OK);
    kaiku_commit_move(commit, "t:0", "", "1:0:0000000000000000");
    cr_assert_eq(kaiku_commit_finish(commit, 0), KAIKU_OK);
    cr_assert_eq(kaiku_store_commit(store, &commit, 1), KAIKU_AWAY);
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_UNKNOWN);
    kaiku_commit_destroy(commit);
    check_away(KAIKU_AWAY);
}
