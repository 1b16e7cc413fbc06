#include "forms.h"

#include <criterion/criterion.h>

Test(forms, know_numbers)
{
    cr_expect(form_is_number(KAIKU_TEXT("9")));
    cr_expect(form_is_number(KAIKU_TEXT("-1.5e3")));
    cr_expect_not(form_is_number(KAIKU_TEXT("09")));
    cr_expect_not(form_is_number(KAIKU_TEXT("nine")));
    cr_expect_not(form_is_number(KAIKU_TEXT("")));
}

Test(forms, know_addresses)
{
    cr_expect(form_is_email(KAIKU_TEXT("someone@example.com")));
    cr_expect_not(form_is_email(KAIKU_TEXT("@home.now")));
    cr_expect_not(form_is_email(KAIKU_TEXT("see you @ noon. Bye")));
    cr_expect(form_is_phone(KAIKU_TEXT("+358 40 123 4567")));
    cr_expect(form_is_phone(KAIKU_TEXT("(040) 123-4567")));
    cr_expect_not(form_is_phone(KAIKU_TEXT("123456")));
    cr_expect_not(form_is_phone(KAIKU_TEXT("a1234567")));
    cr_expect(form_is_link(KAIKU_TEXT("s3://voice/8396")));
    cr_expect_not(form_is_link(KAIKU_TEXT("phone: //")));
}

Test(forms, know_dates)
{
    cr_expect(form_is_date(KAIKU_TEXT("2026-11-21")));
    cr_expect(form_is_date(KAIKU_TEXT("2026-11-21T10:00:00")));
    cr_expect_not(form_is_date(KAIKU_TEXT("21.11.2026")));
    cr_expect_not(form_is_date(KAIKU_TEXT("2026-11")));
}
