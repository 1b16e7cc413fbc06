#include "top_order.h"
#include "top_world.h"

TestSuite(top_order, .init = set_up_top, .fini = tear_down_top);

static const char *order(void)
{
    static char names[64];
    uint32_t n = app_top_arrange(&table, &choice);

    names[0] = '\0';
    for (uint32_t i = 0; i < n; i++)
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%.*s ", (int)table.rows[i]->parts[0].size,
                 table.rows[i]->parts[0].data);
    return names;
}

static void fill(void)
{
    add_row("channel chat n 10 nps 5");
    add_row("channel app n 10 nps nan");
    add_row("channel Äly n 30 nps -5");
    add_row("channel phone n 20 nps 50");
    add_row("channel web n nan nps 7");
}

Test(top_order, sorts_by_any_column)
{
    fill();
    cr_expect_str_eq(order(), "Äly phone app chat web ");
    choice.sort = (struct app_top_sort){APP_TOP_BY_METRIC, 0, false};
    cr_expect_str_eq(order(), "phone web chat Äly app ");
    choice.sort = (struct app_top_sort){APP_TOP_BY_DIMENSION, 0, true};
    cr_expect_str_eq(order(), "app chat phone web Äly ");
    choice.sort.is_ascending = false;
    cr_expect_str_eq(order(), "Äly web phone chat app ");
}

Test(top_order, puts_unknown_values_last_in_either_order)
{
    fill();
    choice.sort = (struct app_top_sort){APP_TOP_BY_METRIC, 0, true};
    cr_expect_str_eq(order(), "Äly chat web phone app ");
    choice.sort = (struct app_top_sort){APP_TOP_BY_N, 0, true};
    cr_expect_str_eq(order(), "app chat phone Äly web ");
}

Test(top_order, keeps_what_holds_all_words)
{
    fill();
    strcpy(choice.filter, "ä");
    cr_expect_str_eq(order(), "Äly ");
    strcpy(choice.filter, "H");
    cr_expect_str_eq(order(), "phone chat ");
    strcpy(choice.filter, " h  o ");
    cr_expect_str_eq(order(), "phone ");
    strcpy(choice.filter, "nobody");
    cr_expect_str_eq(order(), "");
    choice.filter[0] = '\0';
    cr_expect_str_eq(order(), "Äly phone app chat web ");
}

Test(top_order, looks_at_the_dimensions_of_the_table_only)
{
    add_row("channel chat n 1");
    cr_expect_not(app_top_passes(table.rows[0], choice.grouping, "_all"));
    cr_expect(app_top_passes(table.rows[0], 3, "_all chat"));
}
