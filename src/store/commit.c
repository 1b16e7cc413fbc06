/* Builds a commit: one command that compares and moves a shard's positions and adds its cells. */
#include "commit.h"
#include "shard.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

enum { REJECTED_KEPT = 10000 };

int kaiku_commit_create(struct kaiku_store *store, uint32_t shard, struct kaiku_commit **out)
{
    struct kaiku_commit *commit = calloc(1, sizeof *commit);

    *out = commit;
    if (!commit)
        return KAIKU_NOMEM;
    commit->store = store;
    commit->shard = shard;
    return KAIKU_OK;
}

void kaiku_commit_destroy(struct kaiku_commit *commit)
{
    if (!commit)
        return;
    store_groups_release(&commit->groups);
    kaiku_buffer_release(&commit->moves);
    kaiku_buffer_release(&commit->totals);
    kaiku_buffer_release(&commit->reasons);
    kaiku_buffer_release(&commit->streams);
    kaiku_buffer_release(&commit->values);
    kaiku_buffer_release(&commit->wire);
    free(commit);
}

void kaiku_commit_clear(struct kaiku_commit *commit)
{
    store_groups_clear(&commit->groups);
    commit->group = NULL;
    kaiku_buffer_clear(&commit->moves);
    kaiku_buffer_clear(&commit->totals);
    kaiku_buffer_clear(&commit->reasons);
    kaiku_buffer_clear(&commit->streams);
    kaiku_buffer_clear(&commit->values);
    kaiku_buffer_release(&commit->wire);
    commit->n_moves = commit->n_totals = commit->n_reasons = commit->n_streams = commit->n_values = 0;
    commit->stream_arguments = 0;
    commit->moves_any = commit->failed = false;
    commit->outcome = KAIKU_PENDING;
}

enum kaiku_outcome kaiku_commit_outcome(const struct kaiku_commit *commit)
{
    return commit->outcome;
}

/* ---- positions ---- */

void kaiku_commit_move(struct kaiku_commit *commit, const char *field, const char *base,
                       const char *next)
{
    kaiku_buffer_append(&commit->moves, field, strlen(field) + 1);
    kaiku_buffer_append(&commit->moves, base, strlen(base) + 1);
    kaiku_buffer_append(&commit->moves, next, strlen(next) + 1);
    commit->n_moves++;
    commit->moves_any |= strcmp(base, next) != 0;
}

const char *store_move_read(const char *at, struct store_move *out)
{
    out->field = at;
    out->base = out->field + strlen(out->field) + 1;
    out->next = out->base + strlen(out->base) + 1;
    return out->next + strlen(out->next) + 1;
}

/* ---- cells ---- */

void kaiku_commit_window(struct kaiku_commit *commit, uint32_t view, uint32_t window,
                         int64_t start_ms)
{
    commit->group = store_groups_find(&commit->groups, view, window, start_ms);
    commit->failed |= !commit->group;
}

void kaiku_commit_cell(struct kaiku_commit *commit, struct kaiku_text member,
                       struct kaiku_text delta)
{
    struct store_group *group = commit->group;

    if (!group)
        return;
    store_command_text(&group->members, member);
    store_command_text(&group->deltas, delta);
    group->n_cells++;
}

void kaiku_commit_unique(struct kaiku_commit *commit, uint32_t metric, const uint64_t *elements,
                         uint32_t n)
{
    struct store_group *group = commit->group;

    if (!group || n == 0)
        return;
    store_command_integer(&group->uniques, group->n_cells - 1);
    store_command_string(&group->uniques, commit->store->model->metrics[metric].name);
    kaiku_buffer_format(&group->uniques, "$%zu\r\n", 8 * (size_t)n);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t little = htole64(elements[i]);
        kaiku_buffer_append(&group->uniques, &little, sizeof little);
    }
    kaiku_buffer_append(&group->uniques, "\r\n", 2);
    group->n_uniques++;
}

/* ---- shard 0 ---- */

void kaiku_commit_total(struct kaiku_commit *commit, const char *name, int64_t add)
{
    store_command_string(&commit->totals, name);
    store_command_integer(&commit->totals, add);
    commit->n_totals++;
}

void kaiku_commit_reason(struct kaiku_commit *commit, enum kaiku_reason reason, int64_t add)
{
    store_command_string(&commit->reasons, kaiku_reason_text(reason));
    store_command_integer(&commit->reasons, add);
    commit->n_reasons++;
}

static void append_entry(struct kaiku_commit *commit, const char *stream, uint32_t keep,
                         const struct kaiku_text *fields, uint32_t n)
{
    store_command_string(&commit->streams, stream);
    store_command_integer(&commit->streams, keep);
    store_command_integer(&commit->streams, n);
    for (uint32_t i = 0; i < n; i++)
        store_command_text(&commit->streams, fields[i]);
    commit->stream_arguments += 3 + (size_t)n;
    commit->n_streams++;
}

void kaiku_commit_feed(struct kaiku_commit *commit, uint32_t alert, const struct kaiku_text *fields,
                       uint32_t n)
{
    const struct kaiku_alert *of = &commit->store->model->alerts[alert];
    char stream[sizeof of->name + 8];

    snprintf(stream, sizeof stream, "feed:%s", of->name);
    append_entry(commit, stream, of->keep, fields, n);
}

void kaiku_commit_rejected(struct kaiku_commit *commit, const struct kaiku_text *fields, uint32_t n)
{
    append_entry(commit, "rejected", REJECTED_KEPT, fields, n);
}

void kaiku_commit_value(struct kaiku_commit *commit, uint32_t view, uint32_t place, struct kaiku_text parent,
                        struct kaiku_text value)
{
    store_command_values_beside(commit->store, &commit->values, view, place, parent);
    store_command_text(&commit->values, value);
    commit->n_values++;
}

/* ---- the command ---- */

/* Shard 0 counts the commits that move something. */
static uint32_t counts_itself(const struct kaiku_commit *commit)
{
    return commit->shard == 0 && commit->moves_any;
}

static bool has_shard_0(const struct kaiku_commit *commit)
{
    return commit->n_totals + commit->n_reasons + commit->n_streams + commit->n_values + counts_itself(commit) > 0;
}

static size_t count_arguments(const struct kaiku_commit *commit)
{
    size_t n = 4 + 3 * (size_t)commit->n_moves; /* tip, whether empty cells stay, two counts */

    for (uint32_t i = 0; i < commit->groups.n; i++) {
        const struct store_group *group = &commit->groups.groups[i];
        n += 4 + 2 * (size_t)group->n_cells + 3 * (size_t)group->n_uniques;
    }
    if (has_shard_0(commit))
        n += 4 + 2 * ((size_t)commit->n_totals + counts_itself(commit) + commit->n_reasons + commit->n_values) +
             commit->stream_arguments;
    return n;
}

/* All fields, all bases, all nexts: the script hands the fields on in one run. */
static void append_moves(const struct kaiku_commit *commit, struct kaiku_buffer *wire)
{
    store_command_integer(wire, commit->n_moves);
    for (int column = 0; column < 3; column++) {
        const char *at = commit->moves.data;
        for (uint32_t i = 0; i < commit->n_moves; i++) {
            struct store_move move;
            at = store_move_read(at, &move);
            store_command_string(wire, column == 0   ? move.field
                                       : column == 1 ? move.base
                                                     : move.next);
        }
    }
}

static void append_group(const struct kaiku_commit *commit, const struct store_group *group,
                         struct kaiku_buffer *wire)
{
    store_command_window(commit->store, wire, group->view, group->window);
    store_command_integer(wire, group->start_ms);
    store_command_integer(wire, group->n_cells);
    store_command_integer(wire, group->n_uniques);
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&group->members));
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&group->deltas));
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&group->uniques));
    wire->failed |= group->members.failed | group->deltas.failed | group->uniques.failed;
}

static void append_shard_0(const struct kaiku_commit *commit, struct kaiku_buffer *wire)
{
    store_command_integer(wire, commit->n_totals + counts_itself(commit));
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&commit->totals));
    if (counts_itself(commit)) {
        store_command_string(wire, "commits");
        store_command_integer(wire, 1);
    }
    store_command_integer(wire, commit->n_reasons);
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&commit->reasons));
    store_command_integer(wire, commit->n_streams);
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&commit->streams));
    store_command_integer(wire, commit->n_values);
    kaiku_buffer_text(wire, kaiku_buffer_as_text(&commit->values));
    wire->failed |=
        commit->totals.failed | commit->reasons.failed | commit->streams.failed | commit->values.failed;
}

int kaiku_commit_finish(struct kaiku_commit *commit, int64_t tip_ms)
{
    struct kaiku_store *store = commit->store;
    struct kaiku_buffer *wire = &commit->wire;

    /* Whether it was applied is told by positions alone. */
    if (!commit->moves_any && (commit->groups.n > 0 || has_shard_0(commit)))
        return KAIKU_INVALID;
    store_command_shard(store, wire, STORE_SCRIPT_commit, commit->shard, count_arguments(commit));
    store_command_integer(wire, tip_ms);
    /* An emptied cell's HyperLogLog counts again where events come back, so its member stays
     * listed. */
    store_command_integer(wire, store->model->n_unique > 0);
    append_moves(commit, wire);
    store_command_integer(wire, commit->groups.n);
    for (uint32_t i = 0; i < commit->groups.n; i++)
        append_group(commit, &commit->groups.groups[i], wire);
    if (has_shard_0(commit))
        append_shard_0(commit, wire);
    /* A commit that catches up is large: its cells are not kept twice. */
    store_groups_release(&commit->groups);
    commit->group = NULL;
    return wire->failed || commit->failed || commit->moves.failed ? KAIKU_NOMEM : KAIKU_OK;
}
