#include "top_order.h"

#include <math.h>
#include <stdlib.h>

#include "utf8.h"

/* ---- filter ---- */

bool app_top_passes(const struct app_top_row *row, uint32_t grouping, const char *filter)
{
    const char *blanks = " ";
    struct kaiku_text rest = kaiku_text_of(filter);

    while (rest.size > 0) {
        size_t size = strcspn(rest.data, blanks);
        bool is_found = size == 0;

        for (uint32_t i = 0; i < KAIKU_MAX_BY && !is_found; i++)
            is_found = (grouping >> i & 1) && app_utf8_holds(row->parts[i], (struct kaiku_text){rest.data, size});
        if (!is_found)
            return false;
        size += rest.size > size;
        rest = (struct kaiku_text){rest.data + size, rest.size - size};
    }
    return true;
}

/* ---- order ---- */

static int compare_texts(struct kaiku_text a, struct kaiku_text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static double key_of(const struct app_top_row *row, const struct app_top_sort *sort)
{
    return sort->by == APP_TOP_BY_METRIC ? row->figures[sort->index].value : row->n;
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct app_top_row *left = *(struct app_top_row *const *)a, *right = *(struct app_top_row *const *)b;
    const struct app_top_sort *sort = context;
    int order;

    if (sort->by == APP_TOP_BY_DIMENSION) {
        order = compare_texts(left->parts[sort->index], right->parts[sort->index]);
    } else {
        double l = key_of(left, sort), r = key_of(right, sort);

        if (isnan(l) != isnan(r))
            return isnan(l) ? 1 : -1;
        order = (l > r) - (l < r);
    }
    if (order != 0)
        return sort->is_ascending ? order : -order;
    return strcmp(left->member, right->member);
}

uint32_t app_top_arrange(struct app_top_table *table, const struct app_top_choice *choice)
{
    struct app_top_sort sort = choice->sort;
    uint32_t n = 0;

    for (uint32_t i = 0; i < table->n; i++) {
        struct app_top_row *row = table->rows[i];

        if (!app_top_passes(row, choice->grouping, choice->filter))
            continue;
        table->rows[i] = table->rows[n];
        table->rows[n++] = row;
    }
    if (n > 1)
        qsort_r(table->rows, n, sizeof(struct app_top_row *), compare_rows, &sort);
    return n;
}
