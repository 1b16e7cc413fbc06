#include "ranking.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

static void offer(struct ranking *ranking, int64_t n, const char *member)
{
    struct kaiku_text text = kaiku_text_of(member);

    cr_assert_eq(ranking_offer(ranking, n, 0, text, text), KAIKU_OK);
}

static void check(const struct ranking *ranking, uint32_t i, int64_t n, const char *member)
{
    struct ranked *row = &ranking->rows[i];

    cr_assert_eq(row->n, n);
    cr_assert_str_eq(kaiku_buffer_cstring(&row->member), member);
    cr_assert_str_eq(kaiku_buffer_cstring(&row->cell), member);
}

Test(ranking, largest_first_ties_by_member)
{
    struct ranking ranking = {0};

    ranking_begin(&ranking, 10);
    offer(&ranking, 0, "b");
    offer(&ranking, -2, "a");
    offer(&ranking, 5, "\xc3\xa4");
    offer(&ranking, 5, "z");
    offer(&ranking, 0, "ab");
    offer(&ranking, 0, "a");
    ranking_end(&ranking);
    cr_assert_eq(ranking.n, 6);
    check(&ranking, 0, 5, "z");
    check(&ranking, 1, 5, "\xc3\xa4");
    check(&ranking, 2, 0, "a");
    check(&ranking, 3, 0, "ab");
    check(&ranking, 4, 0, "b");
    check(&ranking, 5, -2, "a");
    ranking_release(&ranking);
}

static int descending(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

Test(ranking, keeps_the_best_of_many)
{
    enum { ALL = 3000, BEST = 37 };
    struct ranking ranking = {0};
    int values[ALL];

    for (unsigned pass = 0; pass < 2; pass++) {
        ranking_begin(&ranking, BEST);
        for (unsigned i = 0; i < ALL; i++) {
            char member[16];
            values[i] = (int)((i * 2654435761u + pass) % 1000000007u);
            snprintf(member, sizeof(member), "m%d", values[i]);
            offer(&ranking, values[i], member);
        }
        ranking_end(&ranking);
        qsort(values, ALL, sizeof(*values), descending);
        cr_assert_eq(ranking.n, BEST);
        for (uint32_t i = 0; i < BEST; i++)
            cr_assert_eq(ranking.rows[i].n, values[i]);
    }
    ranking_release(&ranking);
}
