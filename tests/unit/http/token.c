#include "token.h"

#include <criterion/criterion.h>

static bool matches(const char *authorization)
{
    return http_token_matches(KAIKU_TEXT("abc123"), kaiku_text_of(authorization));
}

Test(token, only_the_token_itself_matches)
{
    static const char *const others[] = {
        "",           "abc123",        "Bearer",         "Bearer ",       "Bearer abc12", "Bearer abc1234",
        "Bearer abc124", "Bearer xbc123", "Bearer abc123abc123", "Basic abc123", "Bearer abc123 ", "Bearer ABC123",
        "Bearerabc123",
    };

    cr_expect(matches("Bearer abc123"));
    cr_expect(matches("bearer abc123"), "the name of a scheme is of any case");
    cr_expect(matches("Bearer  abc123"));
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        cr_expect_not(matches(others[i]), "'%s'", others[i]);
}
