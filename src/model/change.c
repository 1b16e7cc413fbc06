#include <model/change.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *kaiku_part_text(enum kaiku_part part)
{
    static const char *const texts[] = {
#define X(name) #name,
        KAIKU_PART_TABLE(X)
#undef X
    };

    return texts[part];
}

/* ---- lines: NAME NUMBER..., or NAME SIZE:TEXT ---- */

struct line {
    struct kaiku_text name, value;
    bool is_text;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip(struct kaiku_text *rest, size_t size)
{
    rest->data += size;
    rest->size -= size;
}

/* A name may be of several words: it ends before the first number. */
static bool take_name(struct kaiku_text *rest, struct kaiku_text *name)
{
    for (size_t i = 0; i + 1 < rest->size && rest->data[i] != '\n'; i++) {
        if (rest->data[i] != ' ' || (!is_digit(rest->data[i + 1]) && rest->data[i + 1] != '-'))
            continue;
        *name = (struct kaiku_text){rest->data, i};
        skip(rest, i + 1);
        return true;
    }
    return false;
}

/* The size of a text that begins here, and how many bytes its digits and the colon take; 0: it is a number. */
static size_t take_size(struct kaiku_text rest, size_t *size)
{
    size_t digits = 0;

    for (*size = 0; digits < rest.size && is_digit(rest.data[digits]) && *size < rest.size; digits++)
        *size = *size * 10 + (size_t)(rest.data[digits] - '0');
    return digits > 0 && digits < rest.size && rest.data[digits] == ':' ? digits + 1 : 0;
}

/* Takes the next line; false where there is none. */
static bool take_line(struct kaiku_text *rest, struct line *line)
{
    size_t before, size;
    const char *end;

    if (!take_name(rest, &line->name))
        return false;
    before = take_size(*rest, &size);
    line->is_text = before > 0;
    skip(rest, before);
    if (!line->is_text) {
        end = memchr(rest->data, '\n', rest->size);
        size = end ? (size_t)(end - rest->data) : rest->size;
    }
    if (size >= rest->size || rest->data[size] != '\n')
        return false;
    line->value = (struct kaiku_text){rest->data, size};
    skip(rest, size + 1);
    return true;
}

static bool is_named(const struct line *line, const char *name)
{
    return kaiku_text_equal(line->name, kaiku_text_of(name));
}

static bool is_same(const struct line *a, const struct line *b)
{
    return a->is_text == b->is_text && kaiku_text_equal(a->name, b->name) &&
           kaiku_text_equal(a->value, b->value);
}

/* ---- rules, divided into parts ---- */

struct part {
    struct kaiku_text name;
    struct kaiku_text lines; /* behind the one that names it */
};

struct parts {
    struct part list[KAIKU_MAX_METRICS];
    uint32_t n, most;
};

struct rules {
    struct kaiku_text event, rest; /* lines before the first part, and behind the last */
    struct parts parts[KAIKU_PARTS];
};

_Static_assert((int)KAIKU_MAX_METRICS >= (int)KAIKU_MAX_VIEWS &&
                   (int)KAIKU_MAX_METRICS >= (int)KAIKU_MAX_DIMENSIONS,
               "a list has room for the most parts of a kind");

/* The lines that begin with this one go to what answers; NULL: to the same as those before. */
static struct kaiku_text *begin_part(struct rules *rules, const struct line *line)
{
    if (!line->is_text) /* a dimension that a view filters by may have any name */
        return NULL;
    if (is_named(line, "time_zone"))
        return &rules->rest;
    for (int p = 0; p < KAIKU_PARTS; p++) {
        struct parts *parts = &rules->parts[p];
        if (!is_named(line, kaiku_part_text((enum kaiku_part)p)) || parts->n == parts->most)
            continue;
        parts->list[parts->n].name = line->value;
        return &parts->list[parts->n++].lines;
    }
    return NULL;
}

static int read_rules(struct kaiku_text text, struct rules *rules)
{
    struct kaiku_text *lines = &rules->event;

    *rules = (struct rules){.event = {text.data, 0}};
    rules->parts[KAIKU_PART_metric].most = KAIKU_MAX_METRICS;
    rules->parts[KAIKU_PART_view].most = KAIKU_MAX_VIEWS;
    rules->parts[KAIKU_PART_dimension].most = KAIKU_MAX_DIMENSIONS;
    while (text.size > 0) {
        const char *begin = text.data;
        struct kaiku_text *next;
        struct line line;
        if (!take_line(&text, &line))
            return KAIKU_INVALID;
        next = begin_part(rules, &line);
        if (next) {
            lines = next;
            lines->data = lines == &rules->rest ? begin : text.data;
        }
        lines->size = (size_t)(text.data - lines->data);
    }
    return rules->rest.size > 0 ? KAIKU_OK : KAIKU_INVALID;
}

static const struct part *find(const struct parts *parts, struct kaiku_text name)
{
    for (uint32_t i = 0; i < parts->n; i++)
        if (kaiku_text_equal(parts->list[i].name, name))
            return &parts->list[i];
    return NULL;
}

/* ---- differences ---- */

static int refuse(struct kaiku_change *change, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int refuse(struct kaiku_change *change, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(change->why, sizeof change->why, format, arguments);
    va_end(arguments);
    return KAIKU_REFUSED;
}

/* Names are of KAIKU_MAX_NAME bytes, whatever the text says. */
static int refuse_part(struct kaiku_change *change, enum kaiku_part part, struct kaiku_text name,
                       const char *what)
{
    return refuse(change, "%s '%.*s' %s", kaiku_part_text(part),
                  (int)(name.size < KAIKU_MAX_NAME ? name.size : KAIKU_MAX_NAME), name.data, what);
}

static int add(struct kaiku_change *change, enum kaiku_part part, struct kaiku_text name,
               uint32_t max_values)
{
    change->added[change->n++] = (struct kaiku_addition){part, name, max_values};
    return KAIKU_OK;
}

/* The first lines that differ; the name of one that is missing is "". window: that of the last line that named one. */
struct difference {
    struct line former, now, window;
};

static bool differ(struct kaiku_text former, struct kaiku_text now, struct difference *out)
{
    *out = (struct difference){0};
    while (former.size > 0 || now.size > 0) {
        out->former = out->now = (struct line){.name = KAIKU_TEXT("")};
        (void)take_line(&former, &out->former);
        (void)take_line(&now, &out->now);
        if (!is_same(&out->former, &out->now))
            return true;
        if (is_named(&out->now, "window"))
            out->window = out->now;
    }
    return false;
}

/* What the key of the configuration is called that a line comes from. */
struct key {
    const char *line, *key;
};

/* Of the first of these that either line is one of; NULL: neither is. */
static const char *key_of(const struct difference *difference, const struct key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_named(&difference->former, keys[i].line) || is_named(&difference->now, keys[i].line))
            return keys[i].key;
    return NULL;
}

#define KEY_OF(difference, keys) key_of(difference, keys, sizeof(keys) / sizeof((keys)[0]))

static int compare_others(struct kaiku_text former, struct kaiku_text now,
                          struct kaiku_change *change)
{
    static const struct key keys[] = {
        {"format", "what this version of kaiku stores"},
        {"id", "event.id"},
        {"type", "event.type"},
        {"op", "event.op"},
        {"time", "event.time"},
        {"max_bytes", "event.max_bytes"},
        {"max_ahead", "event.max_ahead"},
        {"max_age", "event.max_age"},
        {"late_after", "event.late_after"},
        {"time_zone", "time_zone"},
        {"span", "dedup.span"},
        {"shards", "redis.shards"},
    };
    struct difference difference;
    const char *key;

    if (!differ(former, now, &difference))
        return KAIKU_OK;
    key = KEY_OF(&difference, keys);
    return refuse(change, "%s differs", key ? key : "something");
}

/* A part of this name that stands at another place, or was added or removed. */
static int refuse_place(struct kaiku_change *change, enum kaiku_part part, const struct rules *former,
                        const struct rules *now, uint32_t i)
{
    const struct parts *before = &former->parts[part], *after = &now->parts[part];

    if (i < before->n && !find(after, before->list[i].name))
        return refuse_part(change, part, before->list[i].name, "was removed");
    if (i < after->n && !find(before, after->list[i].name))
        return refuse_part(change, part, after->list[i].name,
                           part == KAIKU_PART_metric
                               ? "was added before others: new ones go behind all that are there"
                               : "was added");
    return refuse_part(change, part, before->list[i].name, "stands at another place");
}

static bool is_same_at(const struct parts *former, const struct parts *now, uint32_t i)
{
    return i < former->n && i < now->n &&
           kaiku_text_equal(former->list[i].name, now->list[i].name);
}

/* ---- dimensions ---- */

static int compare_dimension(const struct part *former, const struct part *now,
                             struct kaiku_change *change)
{
    struct difference difference;
    uint32_t before, after;
    char what[96];

    if (!differ(former->lines, now->lines, &difference))
        return KAIKU_OK;
    if (!is_named(&difference.former, "max_values") || !is_named(&difference.now, "max_values"))
        return refuse_part(change, KAIKU_PART_dimension, now->name, "has another field");
    before = (uint32_t)strtoul(difference.former.value.data, NULL, 10);
    after = (uint32_t)strtoul(difference.now.value.data, NULL, 10);
    if (after > before)
        return add(change, KAIKU_PART_dimension, now->name, before);
    snprintf(what, sizeof what, "has a max_values of %" PRIu32 ", less than the %" PRIu32 " before",
             after, before);
    return refuse_part(change, KAIKU_PART_dimension, now->name, what);
}

static int compare_dimensions(const struct rules *former, const struct rules *now,
                              struct kaiku_change *change)
{
    const struct parts *before = &former->parts[KAIKU_PART_dimension];
    const struct parts *after = &now->parts[KAIKU_PART_dimension];
    int status = KAIKU_OK;

    for (uint32_t i = 0; (i < before->n || i < after->n) && status == KAIKU_OK; i++) {
        if (!is_same_at(before, after, i))
            return refuse_place(change, KAIKU_PART_dimension, former, now, i);
        status = compare_dimension(&before->list[i], &after->list[i], change);
    }
    return status;
}

/* ---- metrics ---- */

static int compare_metric(const struct part *former, const struct part *now,
                          struct kaiku_change *change)
{
    static const struct key keys[] = {
        {"kind", "kind"},       {"of", "of"},         {"over", "over"},         {"type", "type"},
        {"field", "field"},     {"low", "scale"},     {"high", "scale"},        {"top low", "top"},
        {"top high", "top"},    {"decimals", "decimals"}, {"when", "when"},     {"in", "in"},
        {"-", "in"},
    };
    struct difference difference;
    char what[64];
    const char *key;

    if (!differ(former->lines, now->lines, &difference))
        return KAIKU_OK;
    key = KEY_OF(&difference, keys);
    snprintf(what, sizeof what, "has another %s", key ? key : "rule");
    return refuse_part(change, KAIKU_PART_metric, now->name, what);
}

static int compare_metrics(const struct rules *former, const struct rules *now,
                           struct kaiku_change *change)
{
    const struct parts *before = &former->parts[KAIKU_PART_metric];
    const struct parts *after = &now->parts[KAIKU_PART_metric];
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < before->n && status == KAIKU_OK; i++) {
        if (!is_same_at(before, after, i))
            return refuse_place(change, KAIKU_PART_metric, former, now, i);
        status = compare_metric(&before->list[i], &after->list[i], change);
    }
    for (uint32_t i = before->n; i < after->n && status == KAIKU_OK; i++)
        status = add(change, KAIKU_PART_metric, after->list[i].name, 0);
    return status;
}

/* ---- views ---- */

static int compare_view(const struct part *former, const struct part *now,
                        struct kaiku_change *change)
{
    static const struct key keys[] = {
        {"by", "has another 'by'"},
        {"grouping", "has another grouping"},
        {"window", "has other windows"},
    };
    struct difference difference;
    const struct kaiku_text *window = &difference.window.value;
    const char *what;
    char text[64];

    if (!differ(former->lines, now->lines, &difference))
        return KAIKU_OK;
    what = KEY_OF(&difference, keys);
    if (!what && is_named(&difference.now, "retention")) {
        snprintf(text, sizeof text, "has another retention of '%.*s'",
                 (int)(window->size < 16 ? window->size : 16), window->data);
        what = text;
    }
    return refuse_part(change, KAIKU_PART_view, now->name, what ? what : "has another 'where'");
}

/* Nothing that is stored depends on the order of views; yet it decides which of two configurations is the later
 * one. */
static int compare_views(const struct rules *former, const struct rules *now,
                         struct kaiku_change *change)
{
    const struct parts *before = &former->parts[KAIKU_PART_view];
    const struct parts *after = &now->parts[KAIKU_PART_view];
    int status = KAIKU_OK;
    uint32_t i = 0;

    for (uint32_t k = 0; k < after->n && status == KAIKU_OK; k++) {
        if (i < before->n && kaiku_text_equal(before->list[i].name, after->list[k].name))
            status = compare_view(&before->list[i++], &after->list[k], change);
        else if (!find(before, after->list[k].name))
            status = add(change, KAIKU_PART_view, after->list[k].name, 0);
        else
            break;
    }
    if (status != KAIKU_OK || i == before->n)
        return status;
    return refuse_part(change, KAIKU_PART_view, before->list[i].name,
                       find(after, before->list[i].name) ? "stands at another place" : "was removed");
}

int kaiku_change_find(struct kaiku_text former, struct kaiku_text now, struct kaiku_change *change)
{
    struct rules before, after;
    int status = read_rules(former, &before);

    *change = (struct kaiku_change){0};
    if (status == KAIKU_OK)
        status = read_rules(now, &after);
    if (status == KAIKU_OK)
        status = compare_others(before.event, after.event, change);
    if (status == KAIKU_OK)
        status = compare_dimensions(&before, &after, change);
    if (status == KAIKU_OK)
        status = compare_metrics(&before, &after, change);
    if (status == KAIKU_OK)
        status = compare_views(&before, &after, change);
    return status == KAIKU_OK ? compare_others(before.rest, after.rest, change) : status;
}
