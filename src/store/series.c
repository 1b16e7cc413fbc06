/* Series: streams with one entry per window. Entries behind the end are appended; anything else rewrites
 * the tail, a short one within one script, a long one piece by piece in another stream that then takes the
 * place of the first. */
#include "shard.h"

#include <model/member.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECE = 100 }; /* entries that one script writes, and the longest tail it rewrites */

enum answer { DONE = 1, OLDER = 2, LONG = 3 };

struct series {
    struct kaiku_store *store;
    const char *key;
    char rewritten[KAIKU_KEY_MAX]; /* the stream that a long rewrite fills */
    uint32_t shard, view, window;  /* whose series the key says it is */
    struct kaiku_version version;
    /* how far it went: no more is sent once either is another one */
    int status;
    enum answer answer;
    /* a long rewrite */
    char nonce[STORE_NONCE_MAX], mark[48];
    int64_t floor_ms;
    struct kaiku_buffer piece; /* entries as arguments, not yet sent */
    size_t n_arguments;
    uint32_t n_pieced;
};

/* KEY is PREFIX:ts:V:W:MEMBER. */
static int locate(struct series *series)
{
    const struct kaiku_store *store = series->store;
    struct kaiku_text rest = kaiku_text_of(series->key);
    size_t prefix = strlen(store->options.prefix), skipped = prefix + strlen(":ts:");
    int size = snprintf(series->rewritten, sizeof series->rewritten, "%s" STORE_REWRITTEN,
                        series->key);

    if (size >= (int)sizeof series->rewritten || rest.size < skipped ||
        memcmp(rest.data, store->options.prefix, prefix) != 0 ||
        memcmp(rest.data + prefix, ":ts:", strlen(":ts:")) != 0)
        return KAIKU_INVALID;
    rest.data += skipped;
    rest.size -= skipped;
    if (!store_window_parse(store->model, &rest, &series->view, &series->window))
        return KAIKU_INVALID;
    series->shard = kaiku_member_shard(store->model, &store->model->views[series->view], rest);
    return KAIKU_OK;
}

static bool are_valid(const struct kaiku_entry *entries, uint32_t n)
{
    uint32_t columns = 0;

    for (uint32_t i = 0; i < n; i++) {
        if (entries[i].fields.n % 2 || (i > 0 && entries[i].start_ms <= entries[i - 1].start_ms) ||
            (columns > 0 && entries[i].fields.n > 0 && entries[i].fields.n != columns))
            return false;
        if (entries[i].fields.n > 0)
            columns = entries[i].fields.n;
    }
    return true;
}

/* The fields of the first entry that stays: all that stay have their names. */
static struct kaiku_fields fields_of(const struct kaiku_entry *entries, uint32_t n)
{
    struct kaiku_fields none = {0};

    for (uint32_t i = 0; i < n; i++)
        if (entries[i].fields.n > 0)
            return entries[i].fields;
    return none;
}

static void append_values(struct kaiku_buffer *out, const struct kaiku_entry *entry)
{
    store_command_integer(out, entry->start_ms);
    store_command_integer(out, entry->fields.n > 0);
    for (uint32_t i = 1; i < entry->fields.n; i += 2)
        store_command_text(out, entry->fields.texts[i]);
}

static size_t count_values(const struct kaiku_entry *entries, uint32_t n)
{
    size_t arguments = 2 * (size_t)n;

    for (uint32_t i = 0; i < n; i++)
        arguments += entries[i].fields.n / 2;
    return arguments;
}

static void append_entry(struct kaiku_buffer *out, const struct kaiku_entry *entry)
{
    store_command_integer(out, entry->start_ms);
    store_command_integer(out, entry->fields.n);
    for (uint32_t i = 0; i < entry->fields.n; i++)
        store_command_text(out, entry->fields.texts[i]);
}

static bool goes_on(const struct series *series)
{
    return series->status == KAIKU_OK && series->answer == DONE;
}

/* Calls what stands in scratch. Lists are the caller's, in *list; an answer in numbers is taken. */
static void call(struct series *series, const char *shape, redisReply **list)
{
    redisReply *reply;

    *list = NULL;
    series->status = store_shard_call(series->store, shape, &reply);
    if (series->status != KAIKU_OK)
        return;
    if (reply->type == REDIS_REPLY_ARRAY) {
        *list = reply;
        return;
    }
    series->answer = (enum answer)reply->integer;
    freeReplyObject(reply);
}

/* ---- a short tail ---- */

/* longest: of a tail that the script rewrites by itself. */
static void build_short(struct series *series, const struct kaiku_entry *entries, uint32_t n,
                        uint32_t longest)
{
    struct kaiku_buffer *command = store_scratch(series->store);
    struct kaiku_fields names = fields_of(entries, n);

    store_command_shard(series->store, command, STORE_SCRIPT_series, series->shard,
                        7 + names.n / 2 + count_values(entries, n));
    store_command_window(series->store, command, series->view, series->window);
    store_command_string(command, series->key);
    store_command_string(command, series->rewritten);
    store_command_integer(command, series->version.generation);
    store_command_integer(command, series->version.applied);
    store_command_integer(command, longest);
    store_command_integer(command, names.n / 2);
    for (uint32_t i = 0; i < names.n; i += 2)
        store_command_text(command, names.texts[i]);
    for (uint32_t i = 0; i < n; i++)
        append_values(command, &entries[i]);
}

static void put_short(struct series *series, const struct kaiku_entry *entries, uint32_t n,
                      uint32_t longest)
{
    redisReply *list;

    build_short(series, entries, n, longest);
    call(series, "i", &list);
}

/* ---- a long one ---- */

static void draw_nonce(struct series *series)
{
    series->status = store_draw_nonce(series->store, series->nonce);
    if (series->status != KAIKU_OK)
        return;
    snprintf(series->mark, sizeof series->mark, "%" PRIu32 "-%s", series->version.generation,
             series->nonce);
}

/* Begins; *copied: what stands before first_ms is there already, with the tail. */
static void begin_rewrite(struct series *series, int64_t first_ms, bool *copied)
{
    struct kaiku_buffer *command = store_scratch(series->store);
    redisReply *list;

    store_command_shard(series->store, command, STORE_SCRIPT_rewrite, series->shard, 7);
    store_command_window(series->store, command, series->view, series->window);
    store_command_string(command, series->key);
    store_command_string(command, series->rewritten);
    store_command_integer(command, series->version.generation);
    store_command_integer(command, series->version.applied);
    store_command_string(command, series->nonce);
    store_command_integer(command, first_ms);
    call(series, "i|[ii]", &list);
    if (!list)
        return;
    series->floor_ms = list->element[0]->integer;
    *copied = list->element[1]->integer == 1;
    freeReplyObject(list);
}

/* Cuts at most `most` entries off that start at cut_ms or later, then adds the piece; *cut: how many. */
static void send_piece(struct series *series, int64_t cut_ms, uint32_t most, long long *cut)
{
    struct kaiku_buffer *command = store_scratch(series->store);
    redisReply *list;

    store_command_shard(series->store, command, STORE_SCRIPT_piece, series->shard,
                        4 + series->n_arguments);
    store_command_string(command, series->rewritten);
    store_command_string(command, series->mark);
    store_command_integer(command, cut_ms);
    store_command_integer(command, most);
    kaiku_buffer_text(command, kaiku_buffer_as_text(&series->piece));
    command->failed |= series->piece.failed;
    kaiku_buffer_clear(&series->piece);
    series->n_arguments = 0;
    series->n_pieced = 0;
    call(series, "i|[i]", &list);
    if (!list)
        return;
    *cut = list->element[0]->integer;
    freeReplyObject(list);
}

static void cut_tail(struct series *series, int64_t first_ms)
{
    long long cut = PIECE;

    while (goes_on(series) && cut == PIECE)
        send_piece(series, first_ms, PIECE, &cut);
}

static void close_piece(struct series *series, size_t n_arguments)
{
    long long cut;

    series->n_arguments += n_arguments;
    if (++series->n_pieced == PIECE && goes_on(series))
        send_piece(series, 0, 0, &cut);
}

static void add_entry(struct series *series, const struct kaiku_entry *entry)
{
    /* What was removed meanwhile does not come back. */
    if (entry->fields.n == 0 || entry->start_ms < series->floor_ms)
        return;
    append_entry(&series->piece, entry);
    close_piece(series, 2 + (size_t)entry->fields.n);
}

/* kept: an id and a list of texts, as XRANGE gives an entry. */
static void add_kept(struct series *series, int64_t start_ms, const redisReply *kept)
{
    const redisReply *texts = kept->element[1];

    store_command_integer(&series->piece, start_ms);
    store_command_integer(&series->piece, (int64_t)texts->elements);
    for (size_t i = 0; i < texts->elements; i++)
        store_command_text(&series->piece, store_reply_text(texts->element[i]));
    close_piece(series, 2 + texts->elements);
}

static redisReply *read_tail(struct series *series, const char *from)
{
    struct kaiku_buffer *command = store_scratch(series->store);
    redisReply *reply = NULL;

    store_command_begin(command, 6);
    store_command_string(command, "XRANGE");
    store_command_string(command, series->key);
    store_command_string(command, from);
    store_command_string(command, "+");
    store_command_string(command, "COUNT");
    store_command_integer(command, PIECE);
    series->status = store_call_scratch(series->store, "[[s[s*]]*]", &reply);
    return reply;
}

/* The tail as it will be: what stands in the old stream, and the entries in their places. */
static void merge_tail(struct series *series, const struct kaiku_entry *entries, uint32_t n)
{
    const struct kaiku_entry *next = entries, *end = entries + n;
    char from[48];
    size_t n_read = PIECE;

    snprintf(from, sizeof from, "%" PRId64 "-0", entries->start_ms);
    while (goes_on(series) && n_read == PIECE) {
        redisReply *page = read_tail(series, from);
        if (!page)
            return;
        n_read = page->elements;
        for (size_t i = 0; i < n_read; i++) {
            const redisReply *kept = page->element[i];
            int64_t start_ms = strtoll(kept->element[0]->str, NULL, 10);
            while (next < end && next->start_ms < start_ms)
                add_entry(series, next++);
            if (next < end && next->start_ms == start_ms)
                add_entry(series, next++);
            else
                add_kept(series, start_ms, kept);
            snprintf(from, sizeof from, "(%s", kept->element[0]->str);
        }
        freeReplyObject(page);
    }
    while (next < end)
        add_entry(series, next++);
}

static void end_rewrite(struct series *series)
{
    struct kaiku_buffer *command = store_scratch(series->store);
    redisReply *list;

    store_command_shard(series->store, command, STORE_SCRIPT_rename, series->shard, 5);
    store_command_string(command, series->key);
    store_command_string(command, series->rewritten);
    store_command_integer(command, series->version.generation);
    store_command_integer(command, series->version.applied);
    store_command_string(command, series->nonce);
    call(series, "i", &list);
}

/* Whatever the crash of a rewrite leaves behind goes with the next write of the series; its entries are
 * still on the list of changed ones, so there will be one. */
static void put_long(struct series *series, const struct kaiku_entry *entries, uint32_t n)
{
    bool copied = false;
    long long cut;

    series->answer = DONE;
    draw_nonce(series);
    if (goes_on(series))
        begin_rewrite(series, entries->start_ms, &copied);
    if (copied)
        cut_tail(series, entries->start_ms);
    merge_tail(series, entries, n);
    if (goes_on(series) && series->n_pieced > 0)
        send_piece(series, 0, 0, &cut);
    if (goes_on(series))
        end_rewrite(series);
    kaiku_buffer_release(&series->piece);
}

/* ---- many at once ---- */

static int open_series(struct kaiku_store *store, struct kaiku_version version,
                       const struct kaiku_series *wanted, struct series *series)
{
    *series = (struct series){.store = store, .key = wanted->key, .version = version, .answer = DONE};
    if (are_valid(wanted->entries, wanted->n) && locate(series) == KAIKU_OK)
        return KAIKU_OK;
    return store_link_fail(&store->link, KAIKU_INVALID, "'%s' is no series of these entries",
                           wanted->key);
}

/* One that needs more than one script, by itself. */
static int put_alone(struct kaiku_store *store, struct kaiku_version version,
                     struct kaiku_series *wanted)
{
    struct series series;
    /* More than one script's worth can only be appended so: a reader must not see half a new tail. */
    uint32_t longest = wanted->n <= PIECE ? PIECE : 0;
    int status = open_series(store, version, wanted, &series);

    if (status != KAIKU_OK)
        return status;
    for (uint32_t i = 0; i < wanted->n && goes_on(&series); i += PIECE) {
        uint32_t n = wanted->n - i < PIECE ? wanted->n - i : PIECE;
        put_short(&series, wanted->entries + i, n, longest);
        if (series.status == KAIKU_OK && series.answer == LONG) {
            put_long(&series, wanted->entries + i, wanted->n - i);
            break;
        }
    }
    wanted->done = goes_on(&series);
    return series.status;
}

static bool is_short(const struct kaiku_series *wanted)
{
    return wanted->n > 0 && wanted->n <= PIECE;
}

/* Nothing is sent unless all are valid: what was queued must be answered. */
static int queue_all(struct kaiku_store *store, struct kaiku_version version,
                     const struct kaiku_series *wanted, uint32_t n)
{
    struct series series;

    for (uint32_t i = 0; i < n; i++) {
        int status = open_series(store, version, &wanted[i], &series);
        if (status != KAIKU_OK)
            return status;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!is_short(&wanted[i]))
            continue;
        if (open_series(store, version, &wanted[i], &series) == KAIKU_OK)
            build_short(&series, wanted[i].entries, wanted[i].n, PIECE);
        store_queue_scratch(store);
    }
    return KAIKU_OK;
}

static int take_answer(struct kaiku_store *store, struct kaiku_series *wanted, bool *alone)
{
    redisReply *reply;
    int status = store_link_reply(&store->link, &reply);

    if (status == KAIKU_OK && reply->type != REDIS_REPLY_ERROR)
        status = store_link_expect(&store->link, "i", &reply);
    if (status != KAIKU_OK)
        return status;
    if (reply->type == REDIS_REPLY_INTEGER) {
        wanted->done = reply->integer == DONE;
        *alone = reply->integer == LONG;
        status = reply->integer == 0 ? KAIKU_MISMATCH : KAIKU_OK;
    } else if (store_reply_is(reply, "NOSCRIPT")) {
        *alone = true; /* a single call loads the scripts */
    } else {
        status = store_link_fail(&store->link,
                                 store_reply_passes(reply) ? KAIKU_AGAIN : KAIKU_REFUSED, "redis: %s",
                                 reply->str);
    }
    freeReplyObject(reply);
    return status;
}

/* Takes all answers, also behind a failure, so that the next call finds its own. alone[i]: the script alone
 * could not do it. */
static int take_answers(struct kaiku_store *store, struct kaiku_series *wanted, uint32_t n,
                        bool *alone)
{
    int worst = KAIKU_OK;

    for (uint32_t i = 0; i < n; i++) {
        wanted[i].done = wanted[i].n == 0;
        alone[i] = wanted[i].n > PIECE;
        if (!is_short(&wanted[i]))
            continue;
        int status = take_answer(store, &wanted[i], &alone[i]);
        if (status == KAIKU_AWAY)
            return status;
        if (worst != KAIKU_MISMATCH && status != KAIKU_OK)
            worst = status;
    }
    return worst == KAIKU_MISMATCH ? store_lose_head(store) : worst;
}

int kaiku_store_put_series(struct kaiku_store *store, struct kaiku_version version,
                           struct kaiku_series *series, uint32_t n)
{
    bool *alone = calloc(n + 1, sizeof *alone);
    int status = alone ? KAIKU_OK : KAIKU_NOMEM;

    if (status == KAIKU_OK && !store->link.redis)
        status = store_link_fail(&store->link, KAIKU_AWAY, "not connected to redis");
    if (status == KAIKU_OK)
        status = queue_all(store, version, series, n);
    if (status == KAIKU_OK)
        status = take_answers(store, series, n, alone);
    for (uint32_t i = 0; i < n && status == KAIKU_OK; i++)
        if (alone[i])
            status = put_alone(store, version, &series[i]);
    free(alone);
    return status;
}
