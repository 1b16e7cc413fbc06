#include "yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    DEPTH_MAX = 64,
    NODES_MAX = 20000, /* keeps the search for repeated keys and anchors short */
};

struct builder {
    struct fy_parser *parser;
    struct fy_diag *diag;
    struct kaiku_yaml_document *document;
    struct kaiku_mistakes *mistakes;
    struct kaiku_yaml *anchors; /* newest first: a later one hides an earlier one */
    uint32_t depth, n_nodes;
};

struct place {
    uint32_t line, column;
};

static struct place place_of(struct fy_token *token, struct place otherwise)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;

    if (!mark)
        return otherwise;
    return (struct place){(uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
}

static char *copy_token(struct fy_token *token, size_t *size)
{
    const char *text = fy_token_get_text(token, size);
    char *copy = malloc(*size + 1);

    if (!copy)
        return NULL;
    if (*size)
        memcpy(copy, text, *size);
    copy[*size] = '\0';
    return copy;
}

static int add_node(struct builder *b, enum kaiku_yaml_kind kind, struct place place,
                    struct kaiku_yaml **out)
{
    if (b->n_nodes == NODES_MAX) {
        int status = kaiku_mistakes_add(b->mistakes, place.line, place.column,
                                        "more than %d values in one file", NODES_MAX);
        return status ? status : KAIKU_CONFIG;
    }
    struct kaiku_yaml *node = calloc(1, sizeof(*node));
    if (!node)
        return KAIKU_NOMEM;
    node->kind = kind;
    node->line = place.line;
    node->column = place.column;
    node->next = b->document->nodes;
    b->document->nodes = node;
    b->n_nodes++;
    *out = node;
    return KAIKU_OK;
}

/* Tags would change what a value is, so they are refused; an anchor is remembered. */
static int add_properties(struct builder *b, struct kaiku_yaml *node, struct fy_token *tag,
                          struct fy_token *anchor)
{
    size_t size;

    if (tag) {
        struct place place = place_of(tag, (struct place){node->line, node->column});
        int status = kaiku_mistakes_add(b->mistakes, place.line, place.column,
                                        "tags are not supported: values are taken as written");
        if (status)
            return status;
    }
    if (anchor) {
        node->anchor = copy_token(anchor, &size);
        if (!node->anchor)
            return KAIKU_NOMEM;
        node->next_anchor = b->anchors;
        b->anchors = node;
    }
    return KAIKU_OK;
}

static int build_scalar(struct builder *b, struct fy_event *event, struct place near,
                        struct kaiku_yaml **out)
{
    struct fy_token *token = event->scalar.value;
    struct place place = place_of(token, near);
    bool plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
    bool quoted = token && (fy_token_scalar_style(token) == FYSS_SINGLE_QUOTED ||
                            fy_token_scalar_style(token) == FYSS_DOUBLE_QUOTED);
    size_t size = 0;

    place.column -= quoted; /* libfyaml's mark stands behind the quote */
    int status = add_node(b, KAIKU_YAML_EMPTY, place, out);
    if (status)
        return status;
    struct kaiku_yaml *node = *out;
    if (token) {
        char *text = copy_token(token, &size);
        if (!text)
            return KAIKU_NOMEM;
        node->written = node->text = (struct kaiku_text){text, size};
    }
    node->plain = plain;
    if (size > 0 || !plain)
        node->kind = KAIKU_YAML_SCALAR;
    if (size > 0 && memchr(node->text.data, '\0', size)) {
        node->failed = true;
        status = kaiku_mistakes_add(b->mistakes, place.line, place.column,
                                    "NUL character in a value");
        if (status)
            return status;
    }
    return add_properties(b, node, event->scalar.tag, event->scalar.anchor);
}

static int build_alias(struct builder *b, struct fy_event *event, struct place near,
                       struct kaiku_yaml **out)
{
    struct place place = place_of(event->alias.anchor, near);
    struct kaiku_yaml *node = b->anchors;
    struct kaiku_text name;

    place.column--; /* libfyaml's mark stands behind the asterisk */
    name.data = fy_token_get_text(event->alias.anchor, &name.size);
    while (node && !kaiku_text_equal(kaiku_text_of(node->anchor), name))
        node = node->next_anchor;
    if (node) {
        *out = node;
        return KAIKU_OK;
    }
    int status = add_node(b, KAIKU_YAML_EMPTY, place, out);
    if (status)
        return status;
    (*out)->failed = true;
    return kaiku_mistakes_add(b->mistakes, place.line, place.column, "unknown alias %s",
                              kaiku_quote(name).text);
}

static int add_entry(struct kaiku_yaml *node, struct kaiku_yaml *key, struct kaiku_yaml *value)
{
    /* Full whenever its size is a power of two. */
    if ((node->n & (node->n - 1)) == 0) {
        size_t room = node->n ? (size_t)node->n * 2 : 1;
        struct kaiku_yaml_entry *entries = realloc(node->entries, room * sizeof(*entries));
        if (!entries)
            return KAIKU_NOMEM;
        node->entries = entries;
    }
    node->entries[node->n++] = (struct kaiku_yaml_entry){key, value};
    return KAIKU_OK;
}

static int build_node(struct builder *b, struct fy_event *event, struct place near,
                      struct kaiku_yaml **out);

/* The node that begins with the next event; *out = NULL where that ends a collection. */
static int build_next(struct builder *b, struct place near, struct kaiku_yaml **out)
{
    struct fy_event *event = fy_parser_parse(b->parser);
    int status = KAIKU_OK;

    *out = NULL;
    if (!event)
        return KAIKU_CONFIG;
    if (event->type != FYET_SEQUENCE_END && event->type != FYET_MAPPING_END)
        status = build_node(b, event, near, out);
    fy_parser_event_free(b->parser, event);
    return status;
}

/* Tells what is wrong with a key; readers pass over a failed one with its value. */
static int check_key(struct builder *b, const struct kaiku_yaml *map, struct kaiku_yaml *key)
{
    key->failed = true;
    /* A shared key could not be told from the value that it is elsewhere. */
    if (key->kind != KAIKU_YAML_SCALAR || key->anchor)
        return kaiku_mistakes_add(b->mistakes, key->line, key->column, "a key must be plain text");
    key->is_key = true;
    if (key->plain && kaiku_text_equal(key->text, KAIKU_TEXT("<<")))
        return kaiku_mistakes_add(b->mistakes, key->line, key->column,
                                  "merge keys ('<<') are not supported: write the keys out");
    for (uint32_t i = 0; i < map->n; i++)
        if (kaiku_text_equal(map->entries[i].key->text, key->text))
            return kaiku_mistakes_add(b->mistakes, key->line, key->column,
                                      "key %s stands twice, first in line %u",
                                      kaiku_quote(key->text).text, map->entries[i].key->line);
    key->failed = false;
    return KAIKU_OK;
}

static int build_entries(struct builder *b, struct kaiku_yaml *node)
{
    for (;;) {
        struct place near = {node->line, node->column};
        struct kaiku_yaml *key = NULL, *value;
        int status = KAIKU_OK;

        if (node->kind == KAIKU_YAML_MAP) {
            status = build_next(b, near, &key);
            if (status || !key)
                return status;
            status = check_key(b, node, key);
            if (status)
                return status;
            near = (struct place){key->line, key->column};
        }
        status = build_next(b, near, &value);
        if (status || !value)
            return status;
        status = add_entry(node, key, value);
        if (status)
            return status;
    }
}

/* libfyaml marks the mapping of `[a: b]` at its colon. */
static void move_to_first_key(struct kaiku_yaml *node)
{
    const struct kaiku_yaml *key = node->n > 0 ? node->entries[0].key : NULL;

    if (key && key->line == node->line && key->column < node->column)
        node->column = key->column;
}

static int build_collection(struct builder *b, struct fy_event *event, struct place near,
                            struct kaiku_yaml **out)
{
    bool is_map = event->type == FYET_MAPPING_START;
    struct fy_token *start = is_map ? event->mapping_start.mapping_start
                                    : event->sequence_start.sequence_start;
    struct place place = place_of(start, near);

    int status = add_node(b, is_map ? KAIKU_YAML_MAP : KAIKU_YAML_LIST, place, out);
    if (status)
        return status;
    if (b->depth == DEPTH_MAX) {
        status = kaiku_mistakes_add(b->mistakes, place.line, place.column,
                                    "nested deeper than %d levels", DEPTH_MAX);
        return status ? status : KAIKU_CONFIG;
    }
    b->depth++;
    status = build_entries(b, *out);
    b->depth--;
    if (status)
        return status;
    move_to_first_key(*out);
    /* Only now, so that no alias inside can name its own parent. */
    return is_map ? add_properties(b, *out, event->mapping_start.tag, event->mapping_start.anchor)
                  : add_properties(b, *out, event->sequence_start.tag,
                                   event->sequence_start.anchor);
}

static int build_node(struct builder *b, struct fy_event *event, struct place near,
                      struct kaiku_yaml **out)
{
    switch (event->type) {
    case FYET_SCALAR:
        return build_scalar(b, event, near, out);
    case FYET_ALIAS:
        return build_alias(b, event, near, out);
    case FYET_MAPPING_START:
    case FYET_SEQUENCE_START:
        return build_collection(b, event, near, out);
    default:
        return KAIKU_CONFIG;
    }
}

/* Stream start, one document, stream end. */
static int build_document(struct builder *b)
{
    const struct place start = {1, 1};
    bool ended = false;
    int status = KAIKU_OK;

    while (!ended && status == KAIKU_OK) {
        struct fy_event *event = fy_parser_parse(b->parser);
        if (!event)
            return KAIKU_CONFIG;
        if (event->type == FYET_DOCUMENT_START && !b->document->root) {
            status = build_next(b, start, &b->document->root);
        } else if (event->type == FYET_DOCUMENT_START) {
            struct place place = place_of(event->document_start.document_start, start);
            status = kaiku_mistakes_add(b->mistakes, place.line, place.column,
                                        "a second document begins here, but a file holds only one");
            ended = true;
        } else {
            ended = event->type == FYET_STREAM_END;
        }
        fy_parser_event_free(b->parser, event);
    }
    if (status == KAIKU_OK && !b->document->root)
        status = add_node(b, KAIKU_YAML_EMPTY, start, &b->document->root);
    return status;
}

/* What libfyaml found; something in any case. */
static int add_syntax_mistakes(struct builder *b)
{
    struct fy_diag_error *error;
    void *position = NULL;
    int status = KAIKU_OK;

    while (!status && (error = fy_diag_errors_iterate(b->diag, &position)))
        status = kaiku_mistakes_add(b->mistakes, (uint32_t)error->line, (uint32_t)error->column,
                                    "no valid YAML: %s", error->msg);
    if (!status && b->mistakes->n == 0)
        status = kaiku_mistakes_add(b->mistakes, 1, 1, "no valid YAML");
    return status ? status : KAIKU_CONFIG;
}

int kaiku_yaml_load(struct kaiku_text text, struct kaiku_mistakes *mistakes,
                    struct kaiku_yaml_document *document)
{
    struct builder b = {.document = document, .mistakes = mistakes};
    struct fy_diag_cfg diag_cfg;
    int status = KAIKU_NOMEM;

    *document = (struct kaiku_yaml_document){0};
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.colorize = false;
    b.diag = fy_diag_create(&diag_cfg);
    if (!b.diag)
        goto done;
    fy_diag_set_collect_errors(b.diag, true);
    const struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET, .diag = b.diag};
    b.parser = fy_parser_create(&cfg);
    if (!b.parser || fy_parser_set_string(b.parser, text.data ? text.data : "", text.size))
        goto done;
    status = build_document(&b);
    if (status == KAIKU_CONFIG)
        status = add_syntax_mistakes(&b);
done:
    if (b.parser)
        fy_parser_destroy(b.parser);
    if (b.diag)
        fy_diag_destroy(b.diag);
    return status;
}

void kaiku_yaml_release(struct kaiku_yaml_document *document)
{
    struct kaiku_yaml *node = document->nodes;

    while (node) {
        struct kaiku_yaml *next = node->next;
        free((char *)node->written.data);
        free(node->replaced);
        free(node->entries);
        free(node->anchor);
        free(node);
        node = next;
    }
    *document = (struct kaiku_yaml_document){0};
}

const struct kaiku_yaml_entry *kaiku_yaml_find(const struct kaiku_yaml *map, const char *key)
{
    struct kaiku_text name = kaiku_text_of(key);

    for (uint32_t i = 0; i < map->n; i++)
        if (!map->entries[i].key->failed && kaiku_text_equal(map->entries[i].key->text, name))
            return &map->entries[i];
    return NULL;
}
