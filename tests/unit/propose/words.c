#include "words.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect_words(const char *key, const char *wanted)
{
    char text[256] = "";
    struct words words;

    words_split(&words, kaiku_text_of(key));
    for (uint32_t i = 0; i < words.n; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "", words_get(&words, i));
    cr_expect_str_eq(text, wanted, "'%s' is '%s', not '%s'", key, text, wanted);
}

Test(words, are_split_at_case_and_signs)
{
    expect_words("nps", "nps");
    expect_words("waitTimeS", "wait time s");
    expect_words("WAIT_TIME_S", "wait time s");
    expect_words("wait-time.s", "wait time s");
    expect_words("NPSScore", "nps score");
    expect_words("q2Score", "q2 score");
    expect_words("__a  b__", "a b");
    expect_words("", "");
    expect_words("~/", "");
}

Test(words, lose_their_accents)
{
    expect_words("tyytyväisyys", "tyytyvaisyys");
    expect_words("ÅngströmÖl", "angstromol");
    expect_words("日本", "");
    expect_words("\xc3", "");
}

Test(words, are_bounded)
{
    char key[1000];
    struct words words;

    for (size_t i = 0; i < sizeof(key); i++)
        key[i] = i % 3 ? 'x' : '_';
    words_split(&words, (struct kaiku_text){key, sizeof(key)});
    cr_expect_eq(words.n, WORDS_MAX);
    memset(key, 'x', sizeof(key));
    words_split(&words, (struct kaiku_text){key, sizeof(key)});
    cr_expect_eq(words.n, 1);
    cr_expect_eq(strlen(words_get(&words, 0)), WORDS_BYTES - 1);
}

Test(words, match_from_their_beginning_or_as_a_whole)
{
    struct words words;

    words_split(&words, KAIKU_TEXT("customer_satisfaction_ms"));
    cr_expect(words_match(&words, "csat satisf"));
    cr_expect(words_match(&words, "ms$"));
    cr_expect_not(words_match(&words, "satisfact$"));
    cr_expect_not(words_match(&words, "faction"));
    cr_expect(words_end_with(&words, "s$ ms$"));
    cr_expect_not(words_end_with(&words, "satisf"));
}
