#include "top_world.h"

#include <math.h>

TestSuite(top_data, .init = set_up_top, .fini = tear_down_top);

Test(top_data, takes_figures_of_each_kind)
{
    add_row("channel phone n 120 nps 42.5 nps_lo 38 nps_hi 47.25 nps_target 40 nps_needed 0 nps_status met "
            "csat nan csat_lo nan csat_hi nan wait_s_p50 41 wait_s_p90 230 answered 1234 cost 12.5");
    const struct app_top_row *row = table.rows[0];

    cr_expect_str_eq(row->member, "phone|_all");
    cr_expect(kaiku_text_equal(row->parts[0], KAIKU_TEXT("phone")));
    cr_expect_eq(row->n, 120);
    cr_expect_eq(row->figures[0].value, 42.5);
    cr_expect_eq(row->figures[0].low, 38);
    cr_expect_eq(row->figures[0].high, 47.25);
    cr_expect_eq(row->figures[0].target, 40);
    cr_expect_eq(row->figures[0].status, KAIKU_TARGET_MET);
    cr_expect(isnan(row->figures[1].value));
    cr_expect_eq(row->figures[1].status, KAIKU_TARGET_NONE);
    cr_expect_eq(row->figures[3].value, 41);
    cr_expect_eq(row->figures[3].high, 230);
    cr_expect_eq(row->figures[4].value, 1234);
    cr_expect_eq(row->figures[5].value, 12.5);
}

Test(top_data, names_members_as_keys_do)
{
    choice.grouping = 3;
    add_row("channel \u00a042 touchpoint a%7Cb n 1");
    add_row("channel \u00a0x touchpoint \u00a0 n 1");
    cr_expect_str_eq(table.rows[0]->member, "42|a%7Cb");
    cr_expect_str_eq(table.rows[1]->member, "\u00a0x|\u00a0");
    choice.grouping = 2;
    add_row("touchpoint billing n 1");
    cr_expect_str_eq(table.rows[2]->member, "_all|billing");
}

Test(top_data, the_total_has_no_columns)
{
    struct app_top_row *row = make_row(0, "from 1 to 2 n 7 nps 1");

    cr_expect_str_eq(row->member, "_all|_all");
    cr_expect_eq(row->n, 7);
    app_top_row_destroy(row);
}

Test(top_data, grows)
{
    for (int i = 0; i < 1000; i++)
        add_row("channel phone n 1");
    cr_expect_eq(table.n, 1000);
    cr_expect_eq(app_top_table_add(&table, NULL), KAIKU_NOMEM);
}
