#include "query.h"

#include <criterion/criterion.h>

static const struct http_parameter parameters[] = {{"view", true}, {"limit", false}, {0}};
static struct http_answer answer;

static struct http_query query_of(const char *const *pairs)
{
    struct http_query query = {0};

    for (; *pairs; pairs += 2)
        query.items[query.n++] = (struct http_query_item){kaiku_text_of(pairs[0]), kaiku_text_of(pairs[1])};
    return query;
}

static void expect_problem(const char *detail)
{
    cr_expect_eq(answer.status, 400);
    cr_expect_str_eq(answer.type, "application/problem+json");
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer.body), detail), "no '%s' in %s", detail, answer.body.data);
}

static void release(void)
{
    http_answer_release(&answer);
}

TestSuite(query, .fini = release);

Test(query, right_ones)
{
    static const char *const pairs[] = {"limit", "", "view", "contact", NULL};
    struct http_query query = query_of(pairs);

    cr_expect(http_query_check(&query, parameters, &answer));
    cr_expect_eq(answer.status, 0);
    cr_expect_str_eq(http_query_text(&query, "view"), "contact");
    cr_expect_str_eq(http_query_text(&query, "limit"), "");
    cr_expect_str_eq(http_query_text(&query, "from"), "");
}

Test(query, mistakes)
{
    static const struct {
        const char *pairs[7], *detail;
    } cases[] = {
        {{"view", "a", "veiw", "b", NULL}, "unknown parameter 'veiw'; known are 'view', 'limit'"},
        {{"view", "a", "view", "a", NULL}, "parameter 'view' stands twice"},
        {{"limit", "1", NULL}, "missing parameter 'view'"},
        {{"view", "", NULL}, "missing parameter 'view'"},
        {{"view", "\xff", NULL}, "no UTF-8"},
        {{"\xc3", "a", NULL}, "no UTF-8"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct http_query query = query_of(cases[i].pairs);

        cr_expect_not(http_query_check(&query, parameters, &answer));
        expect_problem(cases[i].detail);
    }
}

Test(query, a_nul_is_no_text)
{
    struct http_query query = {.items = {{KAIKU_TEXT("view"), {"a\0b", 3}}}, .n = 1};

    cr_expect_not(http_query_check(&query, parameters, &answer));
    expect_problem("no UTF-8 text");
}

Test(query, integers)
{
    static const char *const wrong[] = {"", "0", "11", "-1", "+1", "1.0", "1e1", " 1", "0x1", "99999999999999999999"};
    static const char *const pairs[] = {"limit", "10", NULL};
    struct http_query query = query_of(pairs);
    int64_t value = 7;

    cr_expect(http_query_integer(&query, "from", 1, 10, &value, &answer));
    cr_expect_eq(value, 7, "it stays where there is none");
    cr_expect(http_query_integer(&query, "limit", 1, 10, &value, &answer));
    cr_expect_eq(value, 10);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        query.items[0].value = kaiku_text_of(wrong[i]);
        cr_expect_not(http_query_integer(&query, "limit", 1, 10, &value, &answer), "'%s'", wrong[i]);
        expect_problem("'limit' is a whole number from 1 to 10, not '");
        cr_expect_eq(value, 10);
    }
}

Test(query, quotes_are_bounded)
{
    char text[200];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    cr_expect_eq(strlen(http_quote(text).text), 85);
    cr_expect_str_eq(http_quote("").text, "''");
}
