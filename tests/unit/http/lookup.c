#include "api.h"

#include <model_fixture.h>

#include <criterion/criterion.h>

static struct kaiku_model *model;
static struct http_api api;
static struct http_query query;
static struct http_answer answer;

static void begin(void)
{
    model = kaiku_fixture_contact();
    api = (struct http_api){.model = model, .prefix = "k"};
}

static void release(void)
{
    http_answer_release(&answer);
    kaiku_fixture_destroy(model);
}

TestSuite(lookup, .init = begin, .fini = release);

static void ask(const char *name, const char *value)
{
    query.items[query.n++] = (struct http_query_item){kaiku_text_of(name), kaiku_text_of(value)};
}

static void expect_missing(const char *detail)
{
    cr_expect_eq(answer.status, 404);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer.body), detail), "no '%s' in %s", detail, answer.body.data);
}

Test(lookup, places)
{
    struct http_place place;

    ask("view", "people");
    ask("window", "month");
    cr_assert(http_find_place(&api, &query, &place, &answer));
    cr_expect_str_eq(place.view->name, "people");
    cr_expect_str_eq(place.view->windows[place.window].name, "month");

    query.items[1].value = KAIKU_TEXT("1m");
    cr_expect_not(http_find_place(&api, &query, &place, &answer));
    expect_missing("view 'people' has no window '1m'; it has 'day', 'month'");
    query.items[0].value = KAIKU_TEXT("persons");
    cr_expect_not(http_find_place(&api, &query, &place, &answer));
    expect_missing("no view 'persons'; there are 'contact', 'people'");
}

Test(lookup, members)
{
    static const char *const contact[] = {"phone|billing", "phone|_all", "_all|_all", "|", "a%7Cb|_none"};
    static const char *const others[] = {"phone", "_all", "a|b|c", ""};
    const struct kaiku_view *people = &model->views[kaiku_fixture_view(model, "people")];

    ask("member", "");
    for (size_t i = 0; i < sizeof(contact) / sizeof(*contact); i++) {
        query.items[0].value = kaiku_text_of(contact[i]);
        cr_expect(http_find_member(&api, &query, &model->views[0], &answer), "'%s'", contact[i]);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        query.items[0].value = kaiku_text_of(others[i]);
        cr_expect_not(http_find_member(&api, &query, &model->views[0], &answer), "'%s'", others[i]);
        expect_missing("they are ");
    }
    query.items[0].value = KAIKU_TEXT("_all|_all|phone");
    cr_expect_not(http_find_member(&api, &query, people, &answer), "no grouping of its own");
    expect_missing("view 'people' has no members like '_all|_all|phone'; they are team|_all|_all, "
                   "team|agent|_all, _all|agent|channel");
    query.items[0].value = KAIKU_TEXT("_all|a-1|phone");
    cr_expect(http_find_member(&api, &query, people, &answer));
}

Test(lookup, a_view_by_nothing)
{
    struct kaiku_view total = model->views[0];

    total.n_by = 0;
    total.n_groupings = 1;
    total.groupings[0] = 0;
    ask("member", "_all");
    cr_expect(http_find_member(&api, &query, &total, &answer));
    query.items[0].value = KAIKU_TEXT("phone");
    cr_expect_not(http_find_member(&api, &query, &total, &answer));
    expect_missing("they are _all");
}

Test(lookup, too_long_a_member)
{
    static char text[5000];

    memset(text, 'x', sizeof(text) - 1);
    text[10] = '|';
    ask("member", text);
    cr_expect_not(http_find_member(&api, &query, &model->views[0], &answer));
    expect_missing("no member is as long as 4999 bytes");
}

Test(lookup, sets)
{
    uint32_t grouping;

    cr_expect(http_find_set(&api, &query, &model->views[0], &grouping, &answer));
    cr_expect_eq(grouping, 0, "the total where none is named");
    ask("set", "channel touchpoint");
    cr_expect(http_find_set(&api, &query, &model->views[0], &grouping, &answer));
    cr_expect_eq(grouping, 3);
    query.items[0].value = KAIKU_TEXT("channel+touchpoint");
    cr_expect(http_find_set(&api, &query, &model->views[0], &grouping, &answer));
    query.items[0].value = KAIKU_TEXT("touchpoint+channel");
    cr_expect_not(http_find_set(&api, &query, &model->views[0], &grouping, &answer));
    expect_missing("view 'contact' has no set 'touchpoint+channel'; it has '");
    query.n = 0;
    cr_expect_not(http_find_set(&api, &query, &model->views[1], &grouping, &answer));
    expect_missing("view 'people' has no set ''; it has 'team', 'team+agent', 'agent+channel'");
}

Test(lookup, alerts)
{
    ask("alert", "promoter");
    cr_expect(http_find_alert(&api, &query, &answer));
    query.items[0].value = KAIKU_TEXT("promotor");
    cr_expect_not(http_find_alert(&api, &query, &answer));
    expect_missing("no alert 'promotor'; there are 'detractor', 'promoter'");
}
