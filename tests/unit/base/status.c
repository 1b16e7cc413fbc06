#include <criterion/criterion.h>

#include <kaiku/status.h>

Test(status, has_a_text_for_each_code)
{
    cr_assert_str_eq(kaiku_status_text(KAIKU_OK), "done");
    cr_assert_str_eq(kaiku_status_text(KAIKU_NOMEM), "out of memory");
    cr_assert_str_eq(kaiku_status_text(KAIKU_STOPPED), "stopped on request");
}

Test(status, admits_what_it_does_not_know)
{
    cr_assert_str_eq(kaiku_status_text(1), "unknown status");
    cr_assert_str_eq(kaiku_status_text(-999), "unknown status");
}
