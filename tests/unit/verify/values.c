#include "values.h"

#include <criterion/criterion.h>

static struct verify_values values;

static void set_up(void)
{
    static const char *const stored[] = {"_all", "_none", "phone", "%5Fx", "a%7Cb"};

    values = (struct verify_values){0};
    for (size_t i = 0; i < sizeof stored / sizeof *stored; i++)
        cr_assert_eq(verify_values_take(&values, kaiku_text_of(stored[i])), KAIKU_OK);
}

static void tear_down(void)
{
    verify_values_release(&values);
}

TestSuite(values, .init = set_up, .fini = tear_down);

static void assert_name(struct kaiku_dimension_value value, uint32_t max_values, const char *name,
                        bool missing)
{
    struct kaiku_text got;
    bool is_missing;

    cr_assert_eq(verify_values_name(&values, &value, max_values, &got, &is_missing), KAIKU_OK);
    cr_assert(kaiku_text_equal(got, kaiku_text_of(name)), "'%.*s', not '%s'", (int)got.size, got.data,
              name);
    cr_assert_eq(is_missing, missing);
}

static struct kaiku_dimension_value text(const char *value)
{
    return (struct kaiku_dimension_value){kaiku_text_of(value), KAIKU_VALUE_TEXT};
}

Test(values, admitted_ones_stand_as_in_members)
{
    assert_name(text("phone"), 3, "phone", false);
    assert_name(text("_x"), 3, "%5Fx", false);
    assert_name(text("a|b"), 3, "a%7Cb", false);
    assert_name((struct kaiku_dimension_value){.state = KAIKU_VALUE_NONE}, 3, "_none", false);
    assert_name((struct kaiku_dimension_value){.state = KAIKU_VALUE_OTHER}, 3, "_other", false);
}

/* Reserved values take no room. */
Test(values, others_are_refused_where_there_is_no_room)
{
    assert_name(text("fax"), 3, "_other", false);
    assert_name(text("fax"), 4, "fax", true);
    assert_name(text("fax"), 4, "fax", false);
    assert_name(text("mail"), 4, "_other", false);
}
