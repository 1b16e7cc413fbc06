#include <model/digest.h>

#include <base/hash.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The digest is a hash of a text with one line for each thing that decides:
 *
 *     NAME NUMBER
 *     NAME SIZE:TEXT
 *
 * Sizes keep texts with line ends apart. Lists whose order decides nothing stand sorted. Whoever
 * changes the meaning of what is stored changes the first line. */
#define FORMAT "kaiku 2"

static void put_number(struct kaiku_buffer *out, const char *name, int64_t value)
{
    kaiku_buffer_format(out, "%s %" PRId64 "\n", name, value);
}

static void put_text(struct kaiku_buffer *out, const char *name, struct kaiku_text text)
{
    kaiku_buffer_format(out, "%s %zu:", name, text.size);
    kaiku_buffer_text(out, text);
    kaiku_buffer_char(out, '\n');
}

static void put_string(struct kaiku_buffer *out, const char *name, const char *string)
{
    put_text(out, name, kaiku_text_of(string));
}

static int compare_texts(const void *a, const void *b)
{
    const struct kaiku_text *x = a, *y = b;
    size_t least = x->size < y->size ? x->size : y->size;
    int order = least > 0 ? memcmp(x->data, y->data, least) : 0;

    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

/* A set of texts: neither order nor repetition decides. */
static void put_texts(struct kaiku_buffer *out, const char *name, const struct kaiku_text *texts,
                      uint32_t n)
{
    struct kaiku_text *sorted;

    put_number(out, name, n > 0);
    if (n == 0)
        return;
    sorted = malloc(n * sizeof(*sorted));
    if (!sorted) {
        out->failed = true;
        return;
    }
    memcpy(sorted, texts, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), compare_texts);
    for (uint32_t i = 0; i < n; i++)
        if (i == 0 || !kaiku_text_equal(sorted[i], sorted[i - 1]))
            put_text(out, "-", sorted[i]);
    free(sorted);
}

/* By value: "<= 20" and "<=20.0" decide alike. */
static void put_condition(struct kaiku_buffer *out, const struct kaiku_condition *when)
{
    const struct kaiku_decimal *limit = &when->limit;

    kaiku_buffer_format(out, "when %d %s", (int)when->relation, limit->negative ? "-" : "");
    for (uint32_t i = 0; i < limit->size; i++)
        if (limit->digits[i] != '.')
            kaiku_buffer_char(out, limit->digits[i]);
    kaiku_buffer_format(out, " %" PRId32 "\n", limit->count > 0 ? limit->point : 0);
}

static void put_metric(struct kaiku_buffer *out, const struct kaiku_model *model,
                       const struct kaiku_metric *metric)
{
    put_string(out, "metric", metric->name);
    put_string(out, "kind", kaiku_kind_text(metric->kind));
    if (metric->kind == KAIKU_RATIO) {
        put_string(out, "of", model->metrics[metric->of].name);
        put_string(out, "over", model->metrics[metric->over].name);
        return;
    }
    put_string(out, "type", model->types[metric->type]);
    if (metric->pointer >= 0)
        put_string(out, "field", model->pointers[metric->pointer]);
    if (metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_MEAN) {
        put_number(out, "low", metric->low);
        put_number(out, "high", metric->high);
    }
    if (metric->kind == KAIKU_TOP_BOX) {
        put_number(out, "top low", metric->top_low);
        put_number(out, "top high", metric->top_high);
    }
    if (metric->kind == KAIKU_SUM)
        put_number(out, "decimals", metric->decimals);
    if (metric->has_when)
        put_condition(out, &metric->when);
    put_texts(out, "in", metric->among, metric->n_among);
}

static void put_metrics(struct kaiku_buffer *out, const struct kaiku_model *model)
{
    for (uint32_t i = 0; i < model->n_metrics; i++)
        put_metric(out, model, &model->metrics[i]);
}

static void put_event(struct kaiku_buffer *out, const struct kaiku_model *model)
{
    for (uint32_t i = 0; i < model->n_id; i++)
        put_string(out, "id", model->pointers[model->id[i]]);
    put_string(out, "type", model->pointers[model->type]);
    put_string(out, "op", model->pointers[model->op]);
    put_string(out, "time", model->pointers[model->time]);
    put_number(out, "max_bytes", model->max_bytes);
    put_number(out, "max_ahead", model->max_ahead_ms);
    put_number(out, "max_age", model->max_age_ms);
    put_number(out, "late_after", model->late_after_ms);
    for (uint32_t i = 0; i < model->n_dimensions; i++) {
        const struct kaiku_dimension *dimension = &model->dimensions[i];
        put_string(out, "dimension", dimension->name);
        put_string(out, "field", model->pointers[dimension->pointer]);
        put_number(out, "max_values", dimension->max_values);
    }
}

static void put_where(struct kaiku_buffer *out, const struct kaiku_model *model,
                      const struct kaiku_where *where)
{
    for (uint32_t dimension = 0; dimension < model->n_dimensions; dimension++)
        for (uint32_t i = 0; i < where->n; i++)
            if (where->terms[i].dimension == dimension)
                put_texts(out, model->dimensions[dimension].name, where->terms[i].values,
                          where->terms[i].n_values);
}

static void put_groupings(struct kaiku_buffer *out, const struct kaiku_view *view)
{
    bool kept[KAIKU_MAX_GROUPINGS] = {false};

    for (uint32_t i = 0; i < view->n_groupings; i++)
        kept[view->groupings[i]] = true;
    for (uint32_t grouping = 0; grouping < KAIKU_MAX_GROUPINGS; grouping++)
        if (kept[grouping])
            put_number(out, "grouping", grouping);
}

static void put_view(struct kaiku_buffer *out, const struct kaiku_model *model,
                     const struct kaiku_view *view)
{
    put_string(out, "view", view->name);
    for (uint32_t i = 0; i < view->n_by; i++)
        put_string(out, "by", model->dimensions[view->by[i]].name);
    put_groupings(out, view);
    for (uint32_t i = 0; i < view->n_windows; i++) {
        const struct kaiku_window *window = &view->windows[i];
        put_string(out, "window", window->name);
        put_number(out, "retention", window->retention_ms);
    }
    put_where(out, model, &view->where);
}

void kaiku_digest_text(struct kaiku_text text, char out[33])
{
    struct kaiku_hash128 hash = kaiku_hash_stable128(text.data, text.size);

    snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, hash.high, hash.low);
}

/* Takes what text holds. */
static int finish(struct kaiku_buffer *text, char out[33])
{
    int status = text->failed ? KAIKU_NOMEM : KAIKU_OK;

    if (status == KAIKU_OK)
        kaiku_digest_text(kaiku_buffer_as_text(text), out);
    kaiku_buffer_release(text);
    return status;
}

void kaiku_digest_rules(const struct kaiku_model *model, struct kaiku_buffer *out)
{
    put_string(out, "format", FORMAT);
    put_event(out, model);
    put_metrics(out, model);
    for (uint32_t i = 0; i < model->n_views; i++)
        put_view(out, model, &model->views[i]);
    put_string(out, "time_zone", model->time_zone);
    put_number(out, "span", (int64_t)model->dedup_span);
    put_number(out, "shards", model->shards);
}

int kaiku_digest_model(struct kaiku_model *model)
{
    struct kaiku_buffer text = {0};

    kaiku_digest_rules(model, &text);
    return finish(&text, model->digest);
}

int kaiku_digest_shape(const struct kaiku_model *model, uint32_t view, uint32_t window,
                       char out[33])
{
    const struct kaiku_view *shown = &model->views[view];
    struct kaiku_buffer text = {0};

    put_string(&text, "format", FORMAT);
    put_metrics(&text, model);
    put_number(&text, "min_n", shown->min_n);
    for (uint32_t i = 0; i < shown->n_targets; i++) {
        const struct kaiku_target *target = &shown->targets[i];
        if (target->window != window)
            continue;
        put_string(&text, "target", model->metrics[target->metric].name);
        put_number(&text, target->goal.at_most ? "at most" : "at least", target->goal.micro);
        for (uint32_t part = 0; part < shown->n_by; part++)
            put_text(&text, "part", target->parts[part]);
    }
    return finish(&text, out);
}
