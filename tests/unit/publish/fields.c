#include "fields.h"

#include "model_fixture.h"

#include <kaiku/cell.h>
#include <model/layout.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS = KAIKU_DENSE_BLOCKS + 100 };

/* A cell that is put together counter by counter, and what became of it. */
static struct {
    struct kaiku_model *model;
    struct fields fields;
    struct arena arena;
    int64_t counters[BLOCKS][KAIKU_BLOCK];
    __int128 sums[4];
    int64_t unique;
    struct kaiku_fields put;
} it;

static struct kaiku_metric *add_metric(const char *name, enum kaiku_kind kind)
{
    struct kaiku_metric *metric = &it.model->metrics[it.model->n_metrics++];

    *metric = (struct kaiku_metric){.kind = kind, .pointer = 0};
    snprintf(metric->name, sizeof(metric->name), "%s", name);
    return metric;
}

static void start(void)
{
    it.model = kaiku_fixture_contact();
    add_metric("amount", KAIKU_SUM)->decimals = 2;
    add_metric("customers", KAIKU_UNIQUE);
    kaiku_layout_assign(it.model);
    cr_assert_eq(fields_init(&it.fields, it.model), KAIKU_OK);
}

static void stop(void)
{
    fields_release(&it.fields);
    arena_release(&it.arena);
    kaiku_fixture_destroy(it.model);
}

TestSuite(fields, .init = start, .fini = stop);

static const struct kaiku_metric *metric(const char *name)
{
    return &it.model->metrics[kaiku_fixture_metric(it.model, name)];
}

static void add_at(uint32_t counter, int64_t count)
{
    it.counters[counter / KAIKU_BLOCK][counter % KAIKU_BLOCK] += count;
}

/* count answers of this value */
static void add(const char *name, int32_t value, int64_t count)
{
    add_at(metric(name)->counter + (uint32_t)(value - metric(name)->low), count);
}

static void encode(struct kaiku_buffer *cell)
{
    for (uint16_t block = 0; block < BLOCKS; block++)
        cell->size += kaiku_cell_put_block(block, it.counters[block],
                                           kaiku_buffer_reserve(cell, KAIKU_CHUNK_MAX));
    for (uint16_t sum = 0; sum < it.model->n_sums; sum++)
        cell->size +=
            kaiku_cell_put_sum(sum, it.sums[sum], kaiku_buffer_reserve(cell, KAIKU_CHUNK_MAX));
}

/* The fields of the cell for a member of view contact. */
static void put(uint32_t window, const char *member)
{
    struct kaiku_buffer cell = {0};
    struct run run;

    encode(&cell);
    cr_assert_eq(fields_read(&it.fields, kaiku_buffer_as_text(&cell)), KAIKU_OK);
    cr_assert_eq(run_begin(&run, &it.arena, it.fields.most), KAIKU_OK);
    fields_put(&it.fields, 0, window, kaiku_text_of(member), &it.unique, &run);
    it.put = run_end(&run);
    kaiku_buffer_release(&cell);
}

static void check(const char *name, const char *expected)
{
    for (uint32_t i = 0; i < it.put.n; i += 2) {
        struct kaiku_text value = it.put.texts[i + 1];
        if (!kaiku_text_equal(it.put.texts[i], kaiku_text_of(name)))
            continue;
        cr_assert(kaiku_text_equal(value, kaiku_text_of(expected)), "%s = %.*s, expected %s", name,
                  (int)value.size, value.data, expected);
        return;
    }
    cr_assert_fail("no field '%s'", name);
}

static void check_near(const char *name, double expected)
{
    for (uint32_t i = 0; i < it.put.n; i += 2)
        if (kaiku_text_equal(it.put.texts[i], kaiku_text_of(name))) {
            char value[64];
            snprintf(value, sizeof(value), "%.*s", (int)it.put.texts[i + 1].size,
                     it.put.texts[i + 1].data);
            cr_assert_float_eq(atof(value), expected, 0.006, "%s = %s", name, value);
            return;
        }
    cr_assert_fail("no field '%s'", name);
}

Test(fields, stand_in_the_order_of_the_metrics)
{
    static const char expected[] =
        "n nps nps_lo nps_hi nps_n nps_promoters nps_passives nps_detractors "
        "csat csat_lo csat_hi csat_n csat_mean ces ces_lo ces_hi ces_n ces_sd "
        "resolved resolved_lo resolved_hi resolved_n in_time in_time_lo in_time_hi in_time_n "
        "wait_s_p50 wait_s_p90 wait_s_p95 wait_s_p99 wait_s_mean wait_s_n "
        "handle_s_p50 handle_s_p90 handle_s_p95 handle_s_p99 handle_s_mean handle_s_n "
        "invited answered response_rate response_rate_lo response_rate_hi response_rate_n "
        "amount amount_n amount_mean customers ";
    struct kaiku_buffer names = {0};

    put(0, "phone|_all");
    for (uint32_t i = 0; i < it.put.n; i += 2) {
        kaiku_buffer_text(&names, it.put.texts[i]);
        kaiku_buffer_char(&names, ' ');
    }
    cr_assert_str_eq(kaiku_buffer_cstring(&names), expected);
    kaiku_buffer_release(&names);
}

Test(fields, nps_and_its_target)
{
    add_at(0, 80);
    add("nps", 9, 15);
    add("nps", 10, 25);
    add("nps", 8, 30);
    add("nps", 6, 10);
    put(3, "phone|_all");
    check("n", "80");
    check("nps", "37.5");
    check_near("nps_lo", 21.09);
    check_near("nps_hi", 51.20);
    check("nps_n", "80");
    check("nps_promoters", "40");
    check("nps_passives", "30");
    check("nps_detractors", "10");
    check("nps_target", "40");
    check("nps_gap", "-2.5");
    check("nps_needed", "4"); /* 44 - 10 of 84 are 40.5, 43 of 83 only 39.8 */
    check("nps_status", "below");
    put(3, "chat|_all");
    check("nps_target", "nan");
    check("nps_gap", "nan");
    check("nps_needed", "nan");
    check("nps_status", "none");
}

Test(fields, rates_and_means)
{
    add("resolved", 1, 45);
    add("resolved", 0, 5);
    add("csat", 5, 1);
    add("csat", 4, 1);
    add("csat", 2, 1);
    add("ces", 3, 1);
    add("ces", 6, 1);
    put(0, "phone|_all");
    check("resolved", "90");
    check_near("resolved_lo", 78.64);
    check_near("resolved_hi", 95.65);
    check("resolved_n", "50");
    check("csat", "66.6667");
    check("csat_mean", "3.6667");
    check("ces", "4.5");
    check("ces_sd", "2.1213");
    check_near("ces_lo", 4.5 - 12.7062 * 1.5);
    check_near("ces_hi", 4.5 + 12.7062 * 1.5);
}

Test(fields, one_answer_has_a_mean_and_no_interval)
{
    add("ces", 7, 1);
    put(0, "phone|_all");
    check("ces", "7");
    check("ces_lo", "nan");
    check("ces_hi", "nan");
    check("ces_sd", "nan");
    check("ces_n", "1");
}

Test(fields, a_ratio_above_all_has_no_bounds)
{
    add("answered", 0, 30);
    add("invited", 0, 20);
    put(0, "phone|_all");
    check("response_rate", "150");
    check("response_rate_lo", "nan");
    check("response_rate_hi", "nan");
    check("response_rate_n", "20");
    check("answered", "30");
    add("answered", 0, -31);
    put(0, "phone|_all");
    check("response_rate", "nan");
    check("answered", "-1");
}

Test(fields, quantiles_show_the_middle_of_a_bin)
{
    uint32_t wide = (uint32_t)metric("wait_s")->wide;
    uint32_t first = kaiku_layout_wide_block(wide) * KAIKU_BLOCK;

    add_at(first + kaiku_histogram_index(10), 99);
    add_at(first + kaiku_histogram_index(1000), 1);
    it.sums[metric("wait_s")->sum] = 99 * 10000 + 1000000;
    put(0, "phone|_all");
    check_near("wait_s_p50", kaiku_histogram_value(kaiku_histogram_index(10)));
    check_near("wait_s_p99", kaiku_histogram_value(kaiku_histogram_index(10)));
    check("wait_s_mean", "19.9");
    check("wait_s_n", "100");
    check("handle_s_p50", "nan");
    check("handle_s_mean", "nan");
    check("handle_s_n", "0");
}

Test(fields, sums_are_exact)
{
    it.sums[metric("amount")->sum] = ((__int128)1 << 70) + 7;
    add("amount", 0, 2);
    put(0, "phone|_all");
    check("amount", "11805916207174113034.31");
    check("amount_n", "2");
    it.sums[metric("amount")->sum] = -1001;
    put(0, "phone|_all");
    check("amount", "-10.01");
    check("amount_mean", "-5.005");
}

Test(fields, without_answers_values_are_nan_and_counts_stay)
{
    it.unique = 5;
    put(3, "phone|_all");
    check("n", "0");
    check("nps", "nan");
    check("nps_n", "0");
    check("nps_promoters", "nan");
    check("nps_target", "40");
    check("nps_status", "no_data");
    check("amount", "nan");
    check("invited", "0");
    check("customers", "0");
    cr_assert(it.fields.is_empty);
}

Test(fields, too_few_answers_are_not_shown)
{
    it.model->views[0].min_n = 5;
    it.unique = 3;
    add_at(0, 4);
    add("nps", 9, 4);
    add("invited", 0, 4);
    put(3, "phone|_all");
    check("n", "4");
    check("nps", "nan");
    check("nps_detractors", "nan");
    check("nps_n", "4");
    check("nps_needed", "nan");
    check("nps_status", "no_data");
    check("invited", "4");
    check("customers", "3");
    add("nps", 9, 1);
    put(3, "phone|_all");
    check("nps", "100");
}

Test(fields, a_negative_counter_hides_its_metric_only)
{
    add_at(0, -1);
    add("nps", 9, 3);
    add("nps", 3, -1);
    add("csat", 5, 1);
    put(0, "phone|_all");
    check("n", "-1");
    check("nps", "nan");
    check("nps_n", "2");
    check("nps_promoters", "nan");
    check("csat", "100");
}

Test(fields, n_is_read_alone)
{
    struct kaiku_buffer cell = {0};
    int64_t n = 7;

    cr_assert_eq(fields_read_n(kaiku_buffer_as_text(&cell), &n), KAIKU_OK);
    cr_assert_eq(n, 0);
    add_at(0, -300);
    encode(&cell);
    cr_assert_eq(fields_read_n(kaiku_buffer_as_text(&cell), &n), KAIKU_OK);
    cr_assert_eq(n, -300);
    kaiku_buffer_release(&cell);
}

Test(fields, what_is_no_cell_of_the_model_is_refused)
{
    char chunk[KAIKU_CHUNK_MAX];
    int64_t counters[KAIKU_BLOCK] = {1};
    size_t size = kaiku_cell_put_block(4000, counters, chunk);

    cr_assert_eq(fields_read(&it.fields, (struct kaiku_text){chunk, size}), KAIKU_INVALID);
    size = kaiku_cell_put_block((uint16_t)kaiku_layout_dense_blocks(it.model), counters, chunk);
    cr_assert_eq(fields_read(&it.fields, (struct kaiku_text){chunk, size}), KAIKU_INVALID);
    cr_assert_eq(fields_read(&it.fields, KAIKU_TEXT("\x01")), KAIKU_INVALID);
    size = kaiku_cell_put_sum(9, 1, chunk);
    cr_assert_eq(fields_read(&it.fields, (struct kaiku_text){chunk, size}), KAIKU_INVALID);
}

Test(fields, counters_beyond_any_log_are_refused)
{
    char chunk[KAIKU_CHUNK_MAX];
    int64_t counters[KAIKU_BLOCK] = {0};
    size_t size;

    counters[1] = (INT64_C(1) << 42) - 1;
    size = kaiku_cell_put_block(0, counters, chunk);
    cr_assert_eq(fields_read(&it.fields, (struct kaiku_text){chunk, size}), KAIKU_OK);
    counters[1]++;
    size = kaiku_cell_put_block(0, counters, chunk);
    cr_assert_eq(fields_read(&it.fields, (struct kaiku_text){chunk, size}), KAIKU_INVALID);
    counters[1] = -counters[1] - 1;
    size = kaiku_cell_put_block(0, counters, chunk);
    cr_assert_eq(fields_read(&it.fields, (struct kaiku_text){chunk, size}), KAIKU_INVALID);
}

/* Each counter is one that a log could make, but not all of them together. */
Test(fields, more_answers_than_any_log_holds_have_no_statistics)
{
    add("ces", 1, (INT64_C(1) << 42) - 1);
    add("ces", 2, 1);
    put(0, "phone|_all");
    check("ces", "nan");
    check("ces_sd", "nan");
    check("ces_n", "4398046511104");
}
