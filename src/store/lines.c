/* Lines: tables over time, each a stream. What a stream shows stands beside it, in one hash of shard 0 for all of
 * them: there are few, and none need not be told from one that went. */
#include "shard.h"

#include <kaiku/keys.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    STATE_MAX = 128,
    PIECE = 100, /* entries that one script gathers */
};

static void append_name(const struct kaiku_store *store, struct kaiku_buffer *out, const struct kaiku_lines *lines)
{
    const struct kaiku_view *view = &store->model->views[lines->view];
    struct kaiku_buffer name = {0};

    kaiku_buffer_format(&name, "%s:%s:%s", view->name, view->windows[lines->window].name, lines->set);
    store_command_text(out, kaiku_buffer_as_text(&name));
    out->failed |= name.failed;
    kaiku_buffer_release(&name);
}

static void append_key(const struct kaiku_store *store, struct kaiku_buffer *out, const struct kaiku_lines *lines)
{
    const struct kaiku_view *view = &store->model->views[lines->view];
    char key[KAIKU_KEY_MAX];
    int size = kaiku_key_lines(key, sizeof key, store->options.prefix, view->name,
                               view->windows[lines->window].name, lines->set);

    store_command_made(out, key, size);
}

/* ---- what they show ---- */

/* "GENERATION:NEWEST:APPLIED:MEMBERS:WRITES"; "" before the first write. */
static void append_state(struct kaiku_buffer *out, const struct kaiku_lines_state *state)
{
    char text[STATE_MAX] = "";

    if (state->writes > 0)
        snprintf(text, sizeof text, "%" PRIu32 ":%" PRId64 ":%" PRId64 ":%" PRIx64 ":%" PRIu64,
                 state->version.generation, state->newest_ms, state->version.applied, state->members,
                 state->writes);
    store_command_string(out, text);
}

static bool parse_state(const char *text, struct kaiku_lines_state *out)
{
    int end = 0;

    return sscanf(text, "%" SCNu32 ":%" SCNd64 ":%" SCNd64 ":%" SCNx64 ":%" SCNu64 "%n", &out->version.generation,
                  &out->newest_ms, &out->version.applied, &out->members, &out->writes, &end) == 5 &&
           text[end] == '\0';
}

int kaiku_store_look_at_lines(struct kaiku_store *store, struct kaiku_lines *lines)
{
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    lines->seen = (struct kaiku_lines_state){0};
    store_command_begin(command, 3);
    store_command_string(command, "HGET");
    store_command_key(store, command, 0, "lines");
    append_name(store, command, lines);
    status = store_call_scratch(store, "n", &reply);
    if (status != KAIKU_OK)
        return status;
    if (reply->type == REDIS_REPLY_STRING && !parse_state(reply->str, &lines->seen))
        status = store_link_fail(&store->link, KAIKU_REFUSED, "what the lines of '%s' show is no state of kaiku: '%s'",
                                 lines->set, reply->str);
    freeReplyObject(reply);
    return status;
}

/* ---- entries ---- */

static size_t count_arguments(const struct kaiku_lines_entry *entries, uint32_t n)
{
    size_t columns = n > 0 ? entries[0].fields.n / 2 : 0;

    return 1 + columns + n * (1 + columns);
}

static void append_entries(struct kaiku_buffer *out, const struct kaiku_lines_entry *entries, uint32_t n)
{
    uint32_t columns = n > 0 ? entries[0].fields.n / 2 : 0;
    char id[48];

    store_command_integer(out, columns);
    for (uint32_t column = 0; column < columns; column++)
        store_command_text(out, entries[0].fields.texts[2 * column]);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(id, sizeof id, "%" PRId64 "-%" PRIu32, entries[i].start_ms, entries[i].rank);
        store_command_string(out, id);
        for (uint32_t column = 0; column < columns; column++)
            store_command_text(out, entries[i].fields.texts[2 * column + 1]);
    }
}

static bool are_alike(const struct kaiku_lines_entry *entries, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (entries[i].fields.n != entries[0].fields.n)
            return false;
    return true;
}

static int take_answer(struct kaiku_store *store, bool *done)
{
    redisReply *reply;
    int status = store_shard_call(store, "i", &reply);

    if (status != KAIKU_OK)
        return status;
    *done = reply->integer == 1;
    freeReplyObject(reply);
    return KAIKU_OK;
}

/* ---- writing ---- */

static int gather_piece(struct kaiku_store *store, const struct kaiku_lines *lines, bool begins,
                        const struct kaiku_lines_entry *entries, uint32_t n, bool *done)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_shard(store, command, STORE_SCRIPT_gather, 0, 3 + count_arguments(entries, n));
    append_name(store, command, lines);
    store_command_string(command, lines->mark);
    store_command_integer(command, begins);
    append_entries(command, entries, n);
    return take_answer(store, done);
}

int kaiku_store_gather_lines(struct kaiku_store *store, struct kaiku_lines *lines,
                             const struct kaiku_lines_entry *entries, uint32_t n, bool *done)
{
    bool begins = lines->mark[0] == '\0';
    char nonce[STORE_NONCE_MAX];
    int status = KAIKU_OK;

    *done = true;
    if (!are_alike(entries, n))
        return store_link_fail(&store->link, KAIKU_INVALID, "lines of '%s' are not alike", lines->set);
    if (begins) {
        status = store_draw_nonce(store, nonce);
        if (status != KAIKU_OK)
            return status;
        snprintf(lines->mark, sizeof lines->mark, "%" PRIu32 "-%s", lines->next.version.generation, nonce);
    }
    for (uint32_t i = 0; status == KAIKU_OK && *done && (begins || i < n); i += PIECE, begins = false)
        status = gather_piece(store, lines, begins, entries + i, n - i < PIECE ? n - i : PIECE, done);
    return status;
}

int kaiku_store_put_lines(struct kaiku_store *store, const struct kaiku_lines *lines,
                          const struct kaiku_lines_entry *entries, uint32_t n, bool *done)
{
    struct kaiku_buffer *command = store_scratch(store);

    if (!are_alike(entries, n))
        return store_link_fail(&store->link, KAIKU_INVALID, "lines of '%s' are not alike", lines->set);
    store_command_shard(store, command, STORE_SCRIPT_lines, 0, 7 + count_arguments(entries, n));
    append_name(store, command, lines);
    append_key(store, command, lines);
    append_state(command, &lines->seen);
    append_state(command, &lines->next);
    store_command_integer(command, lines->first_ms);
    if (lines->is_whole)
        store_command_string(command, "");
    else
        store_command_integer(command, lines->from_ms);
    store_command_string(command, lines->mark);
    append_entries(command, entries, n);
    return take_answer(store, done);
}
