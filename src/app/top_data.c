#include "top_data.h"

#include <model/member.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- figures ---- */

static double number_of(struct kaiku_pairs pairs, const char *metric, const char *suffix)
{
    char name[KAIKU_MAX_NAME + 16];

    snprintf(name, sizeof(name), "%s%s", metric, suffix);
    return kaiku_pairs_number(pairs, name);
}

static enum kaiku_target_status status_of(struct kaiku_pairs pairs, const char *metric)
{
    char name[KAIKU_MAX_NAME + 16];
    struct kaiku_text text;

    snprintf(name, sizeof(name), "%s_status", metric);
    text = kaiku_pairs_text(pairs, name);
    for (enum kaiku_target_status status = KAIKU_TARGET_MET; status < KAIKU_TARGET_NONE; status++)
        if (kaiku_text_equal(text, kaiku_text_of(kaiku_target_status_text(status))))
            return status;
    return KAIKU_TARGET_NONE;
}

static struct app_top_figure figure_of(struct kaiku_pairs pairs, const struct kaiku_metric *metric)
{
    bool is_quantiles = metric->kind == KAIKU_QUANTILES;

    return (struct app_top_figure){
        .value = number_of(pairs, metric->name, is_quantiles ? "_p50" : ""),
        .low = number_of(pairs, metric->name, "_lo"),
        .high = number_of(pairs, metric->name, is_quantiles ? "_p90" : "_hi"),
        .target = number_of(pairs, metric->name, "_target"),
        .needed = number_of(pairs, metric->name, "_needed"),
        .status = status_of(pairs, metric->name),
    };
}

/* ---- members ---- */

/* A text column without the no-break space that keeps Grafana from reading it as a number. */
static struct kaiku_text without_guard(struct kaiku_text column)
{
    const size_t guard = sizeof("\u00a0") - 1;
    struct kaiku_text rest;

    if (column.size <= guard || memcmp(column.data, "\u00a0", guard) != 0)
        return column;
    rest = (struct kaiku_text){column.data + guard, column.size - guard};
    return kaiku_member_looks_numeric(rest) ? rest : column;
}

static char *member_of(const struct kaiku_model *model, const struct kaiku_view *view, uint32_t grouping,
                       struct kaiku_pairs pairs)
{
    struct kaiku_buffer member = {0};
    char *copy;

    for (uint32_t i = 0; i < view->n_by; i++) {
        bool is_kept = grouping >> i & 1;

        if (i > 0)
            kaiku_buffer_char(&member, '|');
        kaiku_buffer_text(&member, is_kept ? without_guard(kaiku_pairs_text(
                                                 pairs, model->dimensions[view->by[i]].name))
                                           : KAIKU_TEXT(KAIKU_ALL));
    }
    if (view->n_by == 0)
        kaiku_buffer_string(&member, KAIKU_ALL);
    copy = member.failed ? NULL : strdup(kaiku_buffer_cstring(&member));
    kaiku_buffer_release(&member);
    return copy;
}

struct app_top_row *app_top_row_create(const struct kaiku_model *model, const struct kaiku_view *view,
                                       uint32_t grouping, struct kaiku_pairs pairs)
{
    struct app_top_row *row = calloc(1, sizeof(*row) + model->n_metrics * sizeof(row->figures[0]));

    if (!row)
        return NULL;
    row->member = member_of(model, view, grouping, pairs);
    if (!row->member) {
        free(row);
        return NULL;
    }
    kaiku_member_split(kaiku_text_of(row->member), row->parts);
    row->n = kaiku_pairs_number(pairs, "n");
    for (uint32_t m = 0; m < model->n_metrics; m++)
        row->figures[m] = figure_of(pairs, &model->metrics[m]);
    return row;
}

void app_top_row_destroy(struct app_top_row *row)
{
    if (!row)
        return;
    free(row->member);
    free(row);
}

/* ---- tables ---- */

int app_top_table_add(struct app_top_table *table, struct app_top_row *row)
{
    if (row && table->n == table->capacity) {
        uint32_t capacity = table->capacity ? 2 * table->capacity : 64;
        struct app_top_row **grown = realloc(table->rows, capacity * sizeof(struct app_top_row *));

        if (!grown) {
            app_top_row_destroy(row);
            return KAIKU_NOMEM;
        }
        table->rows = grown;
        table->capacity = capacity;
    }
    if (!row)
        return KAIKU_NOMEM;
    table->rows[table->n++] = row;
    return KAIKU_OK;
}

void app_top_table_release(struct app_top_table *table)
{
    for (uint32_t i = 0; i < table->n; i++)
        app_top_row_destroy(table->rows[i]);
    free(table->rows);
    *table = (struct app_top_table){0};
}
