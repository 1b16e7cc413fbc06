#include <store/reader.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "link.h"

struct kaiku_view_reader {
    struct kaiku_store store; /* its connection only: there is no model */
    struct kaiku_text *items;
    size_t capacity;
};

struct kaiku_text kaiku_pairs_text(struct kaiku_pairs pairs, const char *name)
{
    struct kaiku_text wanted = kaiku_text_of(name);

    for (uint32_t i = 0; i < pairs.n; i++)
        if (kaiku_text_equal(pairs.items[2 * i], wanted))
            return pairs.items[2 * i + 1];
    return KAIKU_TEXT("");
}

double kaiku_pairs_number(struct kaiku_pairs pairs, const char *name)
{
    struct kaiku_text text = kaiku_pairs_text(pairs, name);
    char digits[64], *end;
    double number;

    snprintf(digits, sizeof(digits), "%.*s", (int)text.size, text.data);
    number = strtod(digits, &end);
    return end != digits && *end == '\0' ? number : NAN;
}

int kaiku_view_reader_create(const struct kaiku_store_options *options,
                             struct kaiku_view_reader **out)
{
    struct kaiku_view_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return KAIKU_NOMEM;
    reader->store.options = *options;
    *out = reader;
    return KAIKU_OK;
}

void kaiku_view_reader_destroy(struct kaiku_view_reader *reader)
{
    if (!reader)
        return;
    store_link_close(&reader->store.link);
    store_borrow(&reader->store, NULL);
    kaiku_buffer_release(&reader->store.link.out);
    kaiku_buffer_release(&reader->store.scratch);
    free(reader->items);
    free(reader);
}

const char *kaiku_view_reader_error(const struct kaiku_view_reader *reader)
{
    return reader->store.link.error;
}

static int connect_once(struct kaiku_view_reader *reader)
{
    return reader->store.link.redis ? KAIKU_OK : store_link_connect(&reader->store);
}

/* Sends what stands in scratch; the reply is kept until the next call. */
static int ask(struct kaiku_view_reader *reader, const char *shape, redisReply **reply)
{
    int status = connect_once(reader);

    if (status == KAIKU_OK)
        status = store_call_scratch(&reader->store, shape, reply);
    if (status == KAIKU_OK)
        store_borrow(&reader->store, *reply);
    return status;
}

/* The texts of a flat array of names and values. */
static int take_pairs(struct kaiku_view_reader *reader, const redisReply *array,
                      struct kaiku_pairs *out)
{
    if (array->elements > reader->capacity) {
        struct kaiku_text *grown = realloc(reader->items, array->elements * sizeof(*grown));

        if (!grown)
            return store_link_fail(&reader->store.link, KAIKU_NOMEM, "%s",
                                   kaiku_status_text(KAIKU_NOMEM));
        reader->items = grown;
        reader->capacity = array->elements;
    }
    for (size_t i = 0; i < array->elements; i++)
        reader->items[i] = store_reply_text(array->element[i]);
    *out = (struct kaiku_pairs){.items = reader->items, .n = (uint32_t)(array->elements / 2)};
    return KAIKU_OK;
}

int kaiku_view_reader_hash(struct kaiku_view_reader *reader, const char *key,
                           struct kaiku_pairs *out)
{
    struct kaiku_buffer *command = store_scratch(&reader->store);
    redisReply *reply;
    int status;

    store_command_begin(command, 2);
    store_command_string(command, "HGETALL");
    store_command_string(command, key);
    status = ask(reader, "[s*]", &reply);
    return status == KAIKU_OK ? take_pairs(reader, reply, out) : status;
}

static void queue_range(struct kaiku_view_reader *reader, const char *key, const struct kaiku_id_range *range)
{
    struct kaiku_buffer *command = store_scratch(&reader->store);

    store_command_begin(command, 6);
    if (range->newest_first)
        store_command_string(command, "XREVRANGE");
    else
        store_command_string(command, "XRANGE");
    store_command_string(command, key);
    store_command_string(command, range->newest_first ? range->to : range->from);
    store_command_string(command, range->newest_first ? range->from : range->to);
    store_command_string(command, "COUNT");
    store_command_integer(command, range->count);
    store_queue_scratch(&reader->store);
}

static int visit_entries(struct kaiku_view_reader *reader, kaiku_pairs_visit *visit, void *context)
{
    redisReply *reply;
    int status = store_link_answer(&reader->store.link, "[[s[s*]]*]", &reply);

    if (status == KAIKU_OK)
        store_borrow(&reader->store, reply);
    for (size_t i = 0; status == KAIKU_OK && i < reply->elements; i++) {
        struct kaiku_pairs pairs;

        status = take_pairs(reader, reply->element[i]->element[1], &pairs);
        pairs.id = store_reply_text(reply->element[i]->element[0]);
        if (status == KAIKU_OK)
            visit(context, pairs);
    }
    return status;
}

int kaiku_view_reader_range(struct kaiku_view_reader *reader, const char *key,
                            const struct kaiku_id_range *range, kaiku_pairs_visit *visit, void *context)
{
    int status = connect_once(reader);

    if (status != KAIKU_OK)
        return status;
    queue_range(reader, key, range);
    return visit_entries(reader, visit, context);
}

int kaiku_view_reader_newest_of(struct kaiku_view_reader *reader, const char *const *keys, uint32_t n,
                                uint32_t count, kaiku_pairs_visit *visit, void *const *contexts)
{
    struct kaiku_id_range range = {.from = "-", .to = "+", .count = count, .newest_first = true};
    int status = connect_once(reader);

    if (status != KAIKU_OK)
        return status;
    for (uint32_t i = 0; i < n; i++)
        queue_range(reader, keys[i], &range);
    /* Each answer is taken, whatever the one before it was. */
    for (uint32_t i = 0; i < n; i++) {
        int answer = visit_entries(reader, visit, contexts[i]);

        status = status != KAIKU_OK ? status : answer;
    }
    return status;
}

int kaiku_view_reader_newest(struct kaiku_view_reader *reader, const char *key, uint32_t count,
                             kaiku_pairs_visit *visit, void *context)
{
    return kaiku_view_reader_newest_of(reader, &key, 1, count, visit, &context);
}

int kaiku_view_reader_set(struct kaiku_view_reader *reader, const char *key,
                          kaiku_text_visit *visit, void *context)
{
    struct kaiku_buffer *command = store_scratch(&reader->store);
    redisReply *reply;
    int status;

    store_command_begin(command, 2);
    store_command_string(command, "SMEMBERS");
    store_command_string(command, key);
    status = ask(reader, "[s*]", &reply);
    for (size_t i = 0; status == KAIKU_OK && i < reply->elements; i++)
        visit(context, store_reply_text(reply->element[i]));
    return status;
}
