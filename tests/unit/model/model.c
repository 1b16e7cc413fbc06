#include "model_fixture.h"

#include <criterion/criterion.h>

#include <stdlib.h>

Test(model, kinds_have_the_names_that_are_published)
{
    cr_assert_str_eq(kaiku_kind_text(KAIKU_NPS), "nps");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_TOP_BOX), "top_box");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_MEAN), "mean");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_RATE), "rate");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_COUNT), "count");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_SUM), "sum");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_QUANTILES), "quantiles");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_UNIQUE), "unique");
    cr_assert_str_eq(kaiku_kind_text(KAIKU_RATIO), "ratio");
}

Test(model, reasons_stand_in_the_order_of_the_contract)
{
    static const char *const texts[] = {
        "too_large", "not_json", "bad_id",       "bad_type",   "bad_op",
        "bad_dimension", "bad_time", "time_too_old", "crashed", "bad_metric", "out_of_scale",
    };

    cr_assert_eq(KAIKU_REASONS, sizeof(texts) / sizeof(*texts));
    for (int reason = 0; reason < KAIKU_REASONS; reason++)
        cr_assert_str_eq(kaiku_reason_text((enum kaiku_reason)reason), texts[reason]);
}

/* Leaks show under the address sanitizer: the test then fails by its output. */
Test(model, release_frees_all_and_leaves_an_empty_model)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    struct kaiku_metric *metric = &model->metrics[kaiku_fixture_metric(model, "resolved")];
    struct kaiku_where_term *term = &model->views[0].where.terms[model->views[0].where.n++];

    metric->among = malloc(2 * sizeof(*metric->among));
    metric->among[metric->n_among++] = kaiku_fixture_text("fear");
    metric->among[metric->n_among++] = kaiku_fixture_text("anger");
    term->values = malloc(sizeof(*term->values));
    term->values[term->n_values++] = kaiku_fixture_text("phone");
    model->alerts[1].where.n = 1;
    model->alerts[1].where.terms[0].values = malloc(sizeof(struct kaiku_text));
    model->alerts[1].where.terms[0].values[0] = kaiku_fixture_text("chat");
    model->alerts[1].where.terms[0].n_values = 1;

    kaiku_model_release(model);
    cr_assert_null(model->pointers);
    cr_assert_eq(model->n_metrics, 0);
    kaiku_fixture_destroy(model);
}
