#include "model_fixture.h"

#include <model/rule.h>

#include <criterion/criterion.h>

/* Rules of other kinds: tests/unit/store/open.c, through what is published. */
Test(rule, says_what_stands_behind_a_score)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    const struct kaiku_metric *csat = &model->metrics[kaiku_fixture_metric(model, "csat")];
    const struct kaiku_metric *invited = &model->metrics[kaiku_fixture_metric(model, "invited")];
    struct kaiku_buffer text = {0};

    kaiku_metric_scale(&text, csat);
    kaiku_metric_scale(&text, invited);
    kaiku_buffer_char(&text, ' ');
    kaiku_metric_rule(&text, model, csat);
    cr_expect_str_eq(kaiku_buffer_cstring(&text), "1..5 per cent of answers within 4..5");
    kaiku_buffer_release(&text);
    kaiku_fixture_destroy(model);
}

Test(rule, fields_of_targets_come_last)
{
    for (int kind = KAIKU_NPS; kind <= KAIKU_RATIO; kind++) {
        const char *const *suffixes = kaiku_kind_suffixes((enum kaiku_kind)kind);
        uint32_t n = 0;

        while (suffixes[n])
            n++;
        cr_expect_leq(n, KAIKU_MAX_SUFFIXES);
        if (kaiku_kind_has_targets((enum kaiku_kind)kind))
            cr_expect_str_eq(suffixes[n - KAIKU_TARGET_SUFFIXES], "_target");
        for (uint32_t i = 0; i + KAIKU_TARGET_SUFFIXES < n; i++)
            cr_expect_str_neq(suffixes[i], "_target");
    }
}
