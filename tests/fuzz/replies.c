/* Any replies of Redis to any call of the store: it goes well, or there is a status and a text that says why. The first
 * byte chooses the model, the second the call, the rest makes the replies: they wait in a socket, and behind the last one
 * the connection ends. */
#include "fuzz.h"

#include <store/inspect.h>
#include <store/store.h>

#include "link.h"
#include "opening.h"

#include <inttypes.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    DEPTH_MAX = 4,
    REPLIES_MAX = 100000, /* bytes; a socket takes them without a reader */
    FIELDS = 2,
    REFS = 3,
};

/* ---- replies ---- */

static const char *const texts[] = {
    "", "0", "1", "100", "1000", "86400000", "-5", "1e300", "nan", "none", "hash", "zset", "string", "stream", "set",
    "_all", "phone", "t:0", "all:day", "all:day:1000:_all", "phone:day:86400000:phone", "k:{0}:head",
    "5:1000:0123456789abcdef", "0:0:0000000000000000", "1:", "2:0123456789abcdef0123456789abcdef", "100-0", "111",
    "redis_version:7.0.15\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n",
    "redis_version:7.0.15\r\nrole:slave\r\nmaxmemory_policy:allkeys-lru\r\n",
};

static const char *const errors[] = {
    "ERR x", "NOSCRIPT x", "LOADING x", "READONLY", "OOM x", "BUSY x", "WRONGTYPE x", "",
};

static void put_bulk(struct kaiku_buffer *out, struct kaiku_text text)
{
    kaiku_buffer_format(out, "$%zu\r\n", text.size);
    kaiku_buffer_text(out, text);
    kaiku_buffer_string(out, "\r\n");
}

static void put_reply(struct kaiku_text *input, const struct kaiku_model *model, struct kaiku_buffer *out,
                      unsigned depth);

static void put_array(struct kaiku_text *input, const struct kaiku_model *model, struct kaiku_buffer *out,
                      unsigned depth)
{
    unsigned n = fuzz_take(input) % 8;

    kaiku_buffer_format(out, "*%u\r\n", n);
    for (unsigned i = 0; i < n; i++)
        put_reply(input, model, out, depth + 1);
}

/* One element many times. */
static void put_long_array(struct kaiku_text *input, const struct kaiku_model *model, struct kaiku_buffer *out)
{
    struct kaiku_buffer element = {0};
    unsigned n = fuzz_take(input) * 4u;

    put_reply(input, model, &element, DEPTH_MAX);
    if (n * element.size > REPLIES_MAX / 2)
        n = 0;
    kaiku_buffer_format(out, "*%u\r\n", n);
    for (unsigned i = 0; i < n; i++)
        kaiku_buffer_text(out, kaiku_buffer_as_text(&element));
    kaiku_buffer_release(&element);
}

static void put_own_text(struct kaiku_text *input, struct kaiku_buffer *out)
{
    size_t size = fuzz_take(input);

    if (size > input->size)
        size = input->size;
    put_bulk(out, (struct kaiku_text){input->data, size});
    input->data += size;
    input->size -= size;
}

static void put_reply(struct kaiku_text *input, const struct kaiku_model *model, struct kaiku_buffer *out,
                      unsigned depth)
{
    unsigned kind = fuzz_take(input) % 11;

    if (depth >= DEPTH_MAX && (kind == 7 || kind == 8))
        kind = 4;
    switch (kind) {
    case 0:
        kaiku_buffer_format(out, ":%d\r\n", (int8_t)fuzz_take(input));
        break;
    case 1:
        kaiku_buffer_format(out, ":%" PRId64 "\r\n", INT64_MAX >> fuzz_take(input) % 64);
        break;
    case 2:
        put_bulk(out, kaiku_text_of(texts[fuzz_take(input) % (sizeof texts / sizeof texts[0])]));
        break;
    case 3:
        put_own_text(input, out);
        break;
    case 4:
        kaiku_buffer_string(out, "$-1\r\n");
        break;
    case 5:
        kaiku_buffer_string(out, "+none\r\n");
        break;
    case 6:
        kaiku_buffer_format(out, "-%s\r\n", errors[fuzz_take(input) % (sizeof errors / sizeof errors[0])]);
        break;
    case 7:
        put_array(input, model, out, depth);
        break;
    case 8:
        put_long_array(input, model, out);
        break;
    case 9:
        kaiku_buffer_string(out, "*-1\r\n");
        break;
    case 10: /* a head */
        kaiku_buffer_format(out, "$34\r\n%u:%s\r\n", fuzz_take(input) % 4, model->digest);
        break;
    }
}

static struct kaiku_buffer make_replies(struct kaiku_text input, const struct kaiku_model *model)
{
    struct kaiku_buffer out = {0};

    while (input.size > 0 && out.size < REPLIES_MAX / 2)
        put_reply(&input, model, &out, 0);
    return out;
}

/* The store is connected to a socket that holds the replies; the other end is kept, and never read. */
static int connect_to(struct kaiku_store *store, struct kaiku_text replies)
{
    const struct timeval soon = {.tv_usec = 1000};
    int ends[2], room = 2 * REPLIES_MAX;

    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
    for (unsigned i = 0; i < 2; i++)
        FUZZ_CHECK(setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room) == 0, "room");
    while (replies.size > 0) {
        ssize_t n = send(ends[1], replies.data, replies.size, MSG_DONTWAIT);
        if (n <= 0)
            break;
        replies.data += n;
        replies.size -= (size_t)n;
    }
    FUZZ_CHECK(shutdown(ends[1], SHUT_WR) == 0, "shutdown");
    store_link_close(&store->link);
    store->link.redis = redisConnectFd(ends[0]);
    FUZZ_CHECK(store->link.redis, "no memory");
    FUZZ_CHECK(redisSetTimeout(store->link.redis, soon) == REDIS_OK, "timeout");
    store->generation = 1;
    store->is_open = true;
    return ends[1];
}

/* ---- what is given out can be read ---- */

static volatile uint8_t seen;

static void look(struct kaiku_text text)
{
    for (size_t i = 0; i < text.size; i++)
        seen ^= (uint8_t)text.data[i];
}

static void look_at_text(void *context, struct kaiku_text text)
{
    (void)context;
    look(text);
}

static void look_at_pair(void *context, struct kaiku_text name, struct kaiku_text value)
{
    (void)context;
    look(name);
    look(value);
}

static void look_at_entry(void *context, const struct kaiku_text *items, uint32_t n)
{
    (void)context;
    for (uint32_t i = 0; i < n; i++)
        look(items[i]);
}

static void look_at_start(void *context, int64_t start_ms)
{
    (void)context;
    seen ^= (uint8_t)start_ms;
}

static void look_at_cell(void *context, struct kaiku_text member, struct kaiku_text cell,
                         const struct kaiku_text *uniques)
{
    const struct kaiku_store *store = context;

    look(member);
    look(cell);
    for (uint32_t i = 0; i < store->model->n_unique; i++)
        look(uniques[i]);
}

static void look_at_live(void *context, struct kaiku_text member, int64_t start_ms)
{
    look_at_start(context, start_ms);
    look(member);
}

static void look_at_dirty(void *context, uint32_t view, uint32_t window, int64_t start_ms, struct kaiku_text member,
                          int64_t applied)
{
    const struct kaiku_store *store = context;

    FUZZ_CHECK(view < store->model->n_views && window < store->model->views[view].n_windows, "no such window");
    look_at_live(context, member, start_ms ^ applied);
}

/* ---- calls ---- */

typedef int call(struct kaiku_store *store, struct kaiku_text replies);

static const char *const fields[FIELDS] = {"t:0", "t:1"};

static int open_all(struct kaiku_store *store, struct kaiku_text replies)
{
    static store_opening_step *const steps[] = {
        store_check_server, store_check_types, store_check_shards, store_link_load_scripts, store_take_heads,
        store_mark_shapes,  store_describe,
    };
    int status = KAIKU_OK;

    (void)replies;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == KAIKU_OK; i++)
        status = steps[i](store);
    return status;
}

/* Each step by itself: no input gets through all that come before. */
static int take_heads(struct kaiku_store *store, struct kaiku_text replies)
{
    int status = store_take_heads(store);

    (void)replies;
    return status == KAIKU_OK ? store_mark_shapes(store) : status;
}

static int check_types(struct kaiku_store *store, struct kaiku_text replies)
{
    int status = store_check_shards(store);

    (void)replies;
    return status == KAIKU_OK ? store_check_types(store) : status;
}

static int load_scripts(struct kaiku_store *store, struct kaiku_text replies)
{
    (void)replies;
    return store_link_load_scripts(store);
}

static int read_starts(struct kaiku_store *store, struct kaiku_text replies)
{
    int64_t offsets[FIELDS];
    bool has;
    int status = kaiku_store_has_starts(store, &has);

    (void)replies;
    return status == KAIKU_OK ? kaiku_store_starts(store, fields, FIELDS, offsets) : status;
}

static int read_positions(struct kaiku_store *store, struct kaiku_text replies)
{
    char (*rooms)[KAIKU_POSITION_MAX] = calloc(FIELDS * (size_t)store->model->shards, sizeof *rooms);
    struct kaiku_stored out[FIELDS] = {{rooms}, {rooms + store->model->shards}};
    int status = kaiku_store_positions(store, fields, FIELDS, out);

    (void)replies;
    for (uint32_t i = 0; i < FIELDS * store->model->shards; i++)
        look(kaiku_text_of(rooms[i]));
    free(rooms);
    return status;
}

static int begin(struct kaiku_store *store, struct kaiku_text replies)
{
    const int64_t offsets[FIELDS] = {0, 7};

    (void)replies;
    return kaiku_store_begin(store, fields, offsets, FIELDS);
}

static void fill_commit(struct kaiku_store *store, uint32_t shard, struct kaiku_commit **out)
{
    FUZZ_CHECK(kaiku_commit_create(store, shard, out) == KAIKU_OK, "no memory");
    kaiku_commit_move(*out, "t:0", "0:0:0000000000000000", "5:1000:0123456789abcdef");
    kaiku_commit_move(*out, "t:1", "", "");
    kaiku_commit_window(*out, 0, 0, 0);
    kaiku_commit_cell(*out, KAIKU_TEXT("_all"), KAIKU_TEXT(""));
    FUZZ_CHECK(kaiku_commit_finish(*out, 1000) == KAIKU_OK, "no memory");
}

/* Sent, and where the connection was lost, settled over the next one. */
static int commit(struct kaiku_store *store, struct kaiku_text replies)
{
    struct kaiku_commit *commits[2];
    int status, other_end;

    for (uint32_t i = 0; i < 2; i++)
        fill_commit(store, i, &commits[i]);
    status = kaiku_store_commit(store, commits, 2);
    for (uint32_t i = 0; i < 2 && status == KAIKU_OK; i++)
        FUZZ_CHECK(kaiku_commit_outcome(commits[i]) >= KAIKU_APPLIED, "not settled");
    if (status == KAIKU_AWAY) {
        other_end = connect_to(store, replies);
        status = kaiku_store_resolve(store, commits, 2);
        for (uint32_t i = 0; i < 2 && status == KAIKU_OK; i++)
            FUZZ_CHECK(kaiku_commit_outcome(commits[i]) != KAIKU_UNKNOWN, "not resolved");
        close(other_end);
    }
    for (uint32_t i = 0; i < 2; i++)
        kaiku_commit_destroy(commits[i]);
    return status;
}

static int admit(struct kaiku_store *store, struct kaiku_text replies)
{
    const struct kaiku_text values[] = {{"a", 1}, {"b", 1}, {"c", 1}};
    bool admitted[3];
    int status = kaiku_store_admit(store, 0, values, 3, admitted);

    (void)replies;
    return status == KAIKU_OK ? kaiku_store_values(store, 0, look_at_text, NULL) : status;
}

static int read_cells(struct kaiku_store *store, struct kaiku_text replies)
{
    int64_t estimates[REFS][KAIKU_MAX_METRICS];
    struct kaiku_cell_ref refs[REFS] = {
        {.view = 0, .member = KAIKU_TEXT("_all"), .unique = estimates[0]},
        {.view = 1, .member = KAIKU_TEXT("phone"), .unique = estimates[1]},
        {.view = 1, .start_ms = 86400000, .member = KAIKU_TEXT("12"), .unique = estimates[2]},
    };
    struct kaiku_version version;
    int status = kaiku_store_cells(store, 0, refs, REFS, &version);

    (void)replies;
    for (unsigned i = 0; i < REFS && status == KAIKU_OK; i++)
        look(refs[i].cell);
    return status;
}

static int read_window(struct kaiku_store *store, struct kaiku_text replies)
{
    struct kaiku_version version;

    (void)replies;
    return kaiku_store_window(store, 1, 0, 0, 1000, look_at_pair, NULL, &version);
}

static int read_dirty(struct kaiku_store *store, struct kaiku_text replies)
{
    (void)replies;
    return kaiku_store_dirty(store, 0, look_at_dirty, store);
}

static int read_live(struct kaiku_store *store, struct kaiku_text replies)
{
    const struct kaiku_cell_ref refs[] = {{.member = KAIKU_TEXT("_all")}, {.view = 1, .member = KAIKU_TEXT("a")}};
    int64_t starts_ms[2];
    int status = kaiku_store_ripen(store, 0, 0, 0, 1000);

    (void)replies;
    if (status == KAIKU_OK)
        status = kaiku_store_live(store, 0, 0, 0, 1, look_at_live, NULL);
    return status == KAIKU_OK ? kaiku_store_newest(store, 0, refs, 2, starts_ms) : status;
}

static int bury(struct kaiku_store *store, struct kaiku_text replies)
{
    (void)replies;
    return kaiku_store_dead(store, 0, 0, 0, 1000, look_at_live, NULL);
}

static void look_at_since(void *context, const struct kaiku_since *since)
{
    FUZZ_CHECK(since->part < KAIKU_PARTS, "no such part");
    look_at_start(context, since->offset ^ since->epoch ^ since->max_values);
    look(since->name);
}

static int read_since(struct kaiku_store *store, struct kaiku_text replies)
{
    int status = kaiku_store_since(store, fields[0], look_at_since, NULL);

    (void)replies;
    return status == KAIKU_OK ? kaiku_store_former_values(store, 0, 1, look_at_text, NULL) : status;
}

static int read_totals(struct kaiku_store *store, struct kaiku_text replies)
{
    struct kaiku_version version;
    int status = kaiku_store_totals(store, look_at_pair, look_at_pair, NULL);

    (void)replies;
    return status == KAIKU_OK ? kaiku_store_shard_positions(store, 1, look_at_pair, NULL, &version) : status;
}

static int inspect_first(struct kaiku_store *store, struct kaiku_text replies)
{
    int status = kaiku_store_inspect_starts(store, look_at_pair, NULL);

    (void)replies;
    if (status == KAIKU_OK)
        status = kaiku_store_inspect_totals(store, look_at_pair, look_at_pair, look_at_pair, NULL);
    return status == KAIKU_OK ? kaiku_store_inspect_stream(store, "rejected", look_at_pair, look_at_entry, NULL)
                              : status;
}

static int inspect_windows(struct kaiku_store *store, struct kaiku_text replies)
{
    int64_t floor_ms;
    int status = kaiku_store_inspect_windows(store, 1, 0, 0, look_at_pair, look_at_start, NULL, &floor_ms);

    (void)replies;
    return status == KAIKU_OK ? kaiku_store_inspect_cells(store, 1, 0, 0, 1000, look_at_pair, look_at_cell, store,
                                                          &floor_ms)
                              : status;
}

static int remove_windows(struct kaiku_store *store, struct kaiku_text replies)
{
    uint64_t removed;

    (void)replies;
    return kaiku_store_remove(store, 0, 0, 0, 1000, &removed);
}

static const struct kaiku_text field_texts[] = {{"n", 1}, {"5", 1}, {"nps", 3}, {"40", 2}};
static const struct kaiku_fields some_fields = {field_texts, 4};
static const struct kaiku_version some_version = {1, 100};

/* One that is short, and one that takes more than one script. */
static int put_series(struct kaiku_store *store, struct kaiku_text replies)
{
    enum { LONG = 150 };
    static struct kaiku_entry entries[LONG];
    struct kaiku_series series[] = {
        {.key = "k:ts:all:day:_all", .entries = entries, .n = 2},
        {.key = "k:ts:phone:day:phone", .entries = entries, .n = LONG},
    };

    (void)replies;
    for (int i = 0; i < LONG; i++)
        entries[i] = (struct kaiku_entry){1000 + i, some_fields};
    return kaiku_store_put_series(store, some_version, series, 2);
}

static int put_views(struct kaiku_store *store, struct kaiku_text replies)
{
    int status;

    (void)replies;
    kaiku_store_put_now(store, "k:now:all:day:_all", 1000, some_version, some_fields);
    kaiku_store_put_hash(store, "k:trust", some_version, some_fields);
    status = kaiku_store_flush(store);
    return status == KAIKU_OK ? kaiku_store_put_rows(store, "k:rows:phone:day:x", 0, some_version, &some_fields, 1)
                              : status;
}

static call *const calls[] = {
    open_all,   take_heads,  check_types, load_scripts, read_starts, read_positions, begin,
    commit,     admit,       read_cells,  read_window,  read_dirty,  read_live,      bury,
    read_totals, inspect_first, inspect_windows, remove_windows, put_series, put_views,
    read_since,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kaiku_text input = {(const char *)data, size};
    const struct kaiku_model *model = fuzz_model(fuzz_take(&input));
    call *chosen = calls[fuzz_take(&input) % (sizeof calls / sizeof calls[0])];
    struct kaiku_buffer replies = make_replies(input, model);
    const struct kaiku_store_options options = {.path = "unused", .prefix = "k", .timeout_ms = 1};
    struct kaiku_store *store;
    int status, other_end;

    FUZZ_CHECK(kaiku_store_create(&options, model, &store) == KAIKU_OK, "no memory");
    other_end = connect_to(store, kaiku_buffer_as_text(&replies));
    status = chosen(store, kaiku_buffer_as_text(&replies));
    FUZZ_CHECK(status == KAIKU_OK || kaiku_store_error(store)[0], "status %d without a text", status);
    FUZZ_CHECK(status != KAIKU_AWAY || !kaiku_store_is_open(store), "away and open");
    kaiku_store_destroy(store);
    close(other_end);
    kaiku_buffer_release(&replies);
    return 0;
}
