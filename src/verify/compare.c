/* What the log makes, beside what Redis holds. */
#include "verify_private.h"

#include <inttypes.h>
#include <stdio.h>

struct comparison {
    struct kaiku_verify *verify;
    char key[KAIKU_KEY_MAX];
    struct kaiku_text member;
};

static void report(const struct comparison *at, const char *part, const char *stored,
                   const char *expected)
{
    verify_report(at->verify, at->key, at->member, part, kaiku_text_of(stored),
                  kaiku_text_of(expected));
}

/* ---- cells ---- */

static void compare_count(const struct comparison *at, uint32_t slot, int64_t stored, int64_t expected)
{
    char name[VERIFY_SLOT_NAME], texts[2][24];

    at->verify->figures.counters++;
    if (stored == expected)
        return;
    verify_slot_name(at->verify->model, slot, name);
    snprintf(texts[0], sizeof texts[0], "%" PRId64, stored);
    snprintf(texts[1], sizeof texts[1], "%" PRId64, expected);
    report(at, name, texts[0], texts[1]);
}

static void compare_counts(const struct comparison *at, const struct verify_cell *stored,
                           const struct verify_cell *expected)
{
    uint32_t s = 0, e = 0;

    while (s < stored->n || e < expected->n) {
        uint32_t stored_slot = s < stored->n ? stored->counts[s].slot : UINT32_MAX;
        uint32_t expected_slot = e < expected->n ? expected->counts[e].slot : UINT32_MAX;
        uint32_t slot = stored_slot < expected_slot ? stored_slot : expected_slot;
        compare_count(at, slot, slot == stored_slot ? stored->counts[s++].value : 0,
                      slot == expected_slot ? expected->counts[e++].value : 0);
    }
}

static const char *format_sum(__int128 sum, char out[48])
{
    unsigned __int128 rest = sum < 0 ? -(unsigned __int128)sum : (unsigned __int128)sum;
    char *at = out + 47;

    *at = '\0';
    do
        *--at = (char)('0' + (int)(rest % 10));
    while ((rest /= 10) > 0);
    if (sum < 0)
        *--at = '-';
    return at;
}

static void compare_sums(const struct comparison *at, const struct verify_cell *stored,
                         const struct verify_cell *expected)
{
    for (uint32_t i = 0; i < at->verify->model->n_sums; i++) {
        __int128 a = stored->sums ? stored->sums[i] : 0, b = expected->sums ? expected->sums[i] : 0;
        char name[VERIFY_SLOT_NAME], texts[2][48];
        at->verify->figures.counters += a != 0 || b != 0;
        if (a == b)
            continue;
        verify_sum_name(at->verify->model, i, name);
        report(at, name, format_sum(a, texts[0]), format_sum(b, texts[1]));
    }
}

/* Adds up what is stored; what cannot be read is a difference. */
static int read_stored(const struct comparison *at, const struct kaiku_text *texts,
                       struct verify_cell *out)
{
    const struct kaiku_model *model = at->verify->model;
    int status = verify_cell_read(out, model, texts[0]);

    if (status == KAIKU_INVALID)
        report(at, "", "bytes that are no cell", "a cell");
    for (uint32_t m = 0; m < model->n_metrics && status != KAIKU_NOMEM; m++) {
        const struct kaiku_metric *metric = &model->metrics[m];
        if (metric->kind != KAIKU_UNIQUE)
            continue;
        status = verify_cell_read_unique(out, model, (uint32_t)metric->unique,
                                         texts[1 + metric->unique]);
        if (status == KAIKU_INVALID)
            report(at, metric->name, "bytes that are no hyperloglog", "one");
    }
    return status == KAIKU_NOMEM ? status : KAIKU_OK;
}

static bool is_empty(const struct verify_cell *cell, const struct kaiku_model *model)
{
    for (uint32_t i = 0; i < cell->n; i++)
        if (cell->counts[i].value != 0)
            return false;
    for (uint32_t i = 0; cell->sums && i < model->n_sums; i++)
        if (cell->sums[i] != 0)
            return false;
    return true;
}

static int compare_member(const struct comparison *at, const struct verify_member *member)
{
    struct verify_cell stored = {0};
    int status;

    at->verify->figures.cells++;
    if (!member->stored) {
        if (!is_empty(&member->expected, at->verify->model))
            report(at, "", "nothing", "a cell");
        return KAIKU_OK;
    }
    status = read_stored(at, member->stored, &stored);
    if (status == KAIKU_OK) {
        compare_counts(at, &stored, &member->expected);
        compare_sums(at, &stored, &member->expected);
    }
    verify_cell_release(&stored);
    return status;
}

static int compare_page(struct kaiku_verify *verify, const struct verify_page *page)
{
    const struct kaiku_view *view = &verify->model->views[page->view];
    struct comparison at = {.verify = verify};
    int status = KAIKU_OK;

    if (page->is_gone)
        return KAIKU_OK;
    verify->figures.windows++;
    kaiku_key_cells(at.key, sizeof at.key, verify->options.prefix, page->shard,
                    kaiku_store_generation(verify->options.store), view->name,
                    view->windows[page->window].name, page->start_ms);
    for (const struct verify_node *node = page->members.first; node && status == KAIKU_OK;
         node = node->after) {
        at.member = verify_map_key(&page->members, node);
        status = compare_member(&at, (const struct verify_member *)node->record);
    }
    return status;
}

/* ---- counters ---- */

static void compare_counter(struct kaiku_verify *verify, const char *hash, const char *name,
                            const struct verify_counter *counter)
{
    const char *stored = counter->stored[0] ? counter->stored : "0";
    char expected[24];

    snprintf(expected, sizeof expected, "%" PRId64, counter->expected);
    verify->figures.counters++;
    if (strcmp(stored, expected) != 0)
        verify_report_state(verify, 0, hash, kaiku_text_of(name), kaiku_text_of(stored),
                            kaiku_text_of(expected));
}

static void compare_counters(struct kaiku_verify *verify)
{
#define X(name) compare_counter(verify, "totals", #name, &verify->totals[VERIFY_TOTAL_##name]);
    VERIFY_TOTAL_TABLE(X)
#undef X
    for (int r = 0; r < KAIKU_REASONS; r++)
        compare_counter(verify, "reasons", kaiku_reason_text((enum kaiku_reason)r),
                        &verify->reasons[r]);
}

static void compare_positions(struct kaiku_verify *verify)
{
    for (uint32_t p = 0; p < verify->n_partitions; p++) {
        verify_marks_pass(verify, &verify->partitions[p], verify->partitions[p].next);
        verify_marks_end(verify, &verify->partitions[p]);
    }
}

int kaiku_verify_compare(struct kaiku_verify *verify, struct kaiku_verify_figures *figures)
{
    int status;

    kaiku_buffer_clear(&verify->error);
    status = verify_require_whole(verify);
    if (status != KAIKU_OK)
        return status;
    compare_positions(verify);
    compare_counters(verify);
    for (uint32_t i = 0; i <= verify->model->n_alerts; i++)
        verify_stream_end(verify, &verify->streams[i]);
    for (const struct verify_node *node = verify->pages.first; node && status == KAIKU_OK;
         node = node->after)
        status = compare_page(verify, (const struct verify_page *)node->record);
    *figures = verify->figures;
    return status == KAIKU_OK ? status : verify_fail(verify, status, "%s", kaiku_status_text(status));
}
