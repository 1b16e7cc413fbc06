#include "verify_private.h"

#include <model_fixture.h>

#include <criterion/criterion.h>

#include <stdlib.h>

static struct kaiku_verify verify;
static struct verify_partition partition;
static struct kaiku_model *model;

static void set_up(void)
{
    model = kaiku_fixture_contact();
    verify.model = model;
}

static void tear_down(void)
{
    verify_since_release(&verify);
    kaiku_fixture_destroy(model);
}

TestSuite(since, .init = set_up, .fini = tear_down);

Test(since, a_record_is_decoded_with_the_metrics_of_its_time)
{
    partition.metrics_from[7] = partition.metrics_from[8] = 100;
    partition.metrics_from[9] = 200;
    cr_assert_eq(verify_since_decoder(&verify, &partition, 0), verify.decoders[7]);
    cr_assert_not_null(verify.decoders[7]);
    cr_assert_eq(verify_since_decoder(&verify, &partition, 99), verify.decoders[7]);
    cr_assert_eq(verify_since_decoder(&verify, &partition, 100), verify.decoders[9]);
    cr_assert_eq(verify_since_decoder(&verify, &partition, 199), verify.decoders[9]);
    cr_assert_eq(verify_since_decoder(&verify, &partition, 200), verify.decoders[10]);
    cr_assert_not_null(verify.decoders[10]);
}

Test(since, a_view_counts_from_its_offset_on)
{
    partition.views_from[1] = 5;
    cr_assert(verify_since_view(&partition, 0, 0));
    cr_assert_not(verify_since_view(&partition, 1, 4));
    cr_assert(verify_since_view(&partition, 1, 5));
}

Test(since, a_dimension_had_fewer_values_before)
{
    struct verify_former first = {.dimension = 2, .max_values = 3}, second = {.dimension = 2, .max_values = 7};
    struct verify_fewer fewer[] = {{&first, 50}, {&second, 80}};
    uint32_t most;

    partition.fewer = fewer;
    partition.n_fewer = 2;
    cr_assert_eq(verify_since_values(&verify, &partition, 2, 49, &most), &first.values);
    cr_assert_eq(most, 3);
    cr_assert_eq(verify_since_values(&verify, &partition, 2, 50, &most), &second.values);
    cr_assert_eq(most, 7);
    cr_assert_eq(verify_since_values(&verify, &partition, 2, 80, &most), &verify.values[2]);
    cr_assert_eq(most, model->dimensions[2].max_values);
    cr_assert_eq(verify_since_values(&verify, &partition, 1, 0, &most), &verify.values[1]);
}
