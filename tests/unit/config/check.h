/* Reads configurations from text, for the tests of this folder. */
#ifndef TESTS_CONFIG_CHECK_H
#define TESTS_CONFIG_CHECK_H

#include <config/config.h>

#include <criterion/criterion.h>
#include <stdlib.h>

/* Sections without mistakes, one line each. */
#define KAFKA "kafka: {topics: [feedback]}\n"
#define EVENT "event: {dimensions: {channel: /channel, team: /team, agent: /agent}}\n"
#define METRICS                                                                                    \
    "metrics: [{name: nps, kind: nps, field: /nps}, {name: asked, kind: count, type: asked}, "     \
    "{name: said, kind: count}, {name: share, kind: ratio, of: said, over: asked}, "               \
    "{name: who, kind: unique, field: /who}]\n"
#define VIEWS "views: [{name: teams, by: [team, agent], windows: [1m, day]}]\n"
#define BEFORE_LINE_5 KAFKA EVENT METRICS VIEWS

/* The mistakes in text as they are printed, "" where there is none. Free it. */
static inline char *mistakes_of(const char *text)
{
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;
    char *printed = NULL;
    size_t size;

    int status = kaiku_config_parse(kaiku_text_of(text), &settings, &mistakes);
    cr_assert_eq(status, mistakes.n ? KAIKU_CONFIG : KAIKU_OK, "%s", kaiku_status_text(status));
    cr_assert_eq(settings == NULL, mistakes.n > 0);
    FILE *out = open_memstream(&printed, &size);
    kaiku_mistakes_print(&mistakes, "x", out);
    fclose(out);
    kaiku_mistakes_release(&mistakes);
    kaiku_settings_destroy(settings);
    return printed;
}

static inline void expect_mistakes(const char *text, const char *expected)
{
    char *found = mistakes_of(text);

    cr_expect_str_eq(found, expected, "for:\n%s\nfound:\n%s\nexpected:\n%s", text, found, expected);
    free(found);
}

/* A case: text behind sections that are right, and what must be said of it. */
struct mistake_case {
    const char *text, *expected;
};

static inline void expect_each(const char *before, const char *after,
                               const struct mistake_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *text;
        cr_assert(asprintf(&text, "%s%s%s", before, cases[i].text, after) >= 0);
        expect_mistakes(text, cases[i].expected);
        free(text);
    }
}

#define EXPECT_EACH(before, after, cases)                                                          \
    expect_each(before, after, cases, sizeof(cases) / sizeof(*(cases)))

/* Settings of a text without mistakes. */
static inline struct kaiku_settings *settings_of(const char *text)
{
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;

    int status = kaiku_config_parse(kaiku_text_of(text), &settings, &mistakes);
    cr_assert_eq(status, KAIKU_OK, "%s", mistakes.n ? mistakes.items[0].message : "");
    kaiku_mistakes_release(&mistakes);
    return settings;
}

#endif
