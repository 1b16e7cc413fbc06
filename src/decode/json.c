#include "json.h"
#include "nested.h"
#include "tokens.h"
#include "unescape.h"

#include <stdlib.h>

/* The value at p goes to *kind and *value, unread; returns its end, NULL: not_json. */
static inline char *take_value(const struct kaiku_json *json, const char *end, char *p, uint8_t *kind,
                               struct kaiku_number *value)
{
    bool escaped;
    char *stop;

    if (*p == '"') {
        if (!(stop = string_end(&json->marks, ++p, &escaped)))
            return NULL;
        value->text = (struct kaiku_text){p, (size_t)(stop - p)};
        *kind = escaped ? KAIKU_JSON_ESCAPED : KAIKU_JSON_TEXT;
        return stop + 1;
    }
    if (__builtin_expect(*p == '{' || *p == '[', 0)) {
        *kind = *p == '{' ? KAIKU_JSON_OBJECT : KAIKU_JSON_ARRAY;
        return nested_end(&json->marks, json->brackets, end, p);
    }
    stop = word_end(&json->marks, end, p);
    if (!stop)
        return NULL;
    value->text = (struct kaiku_text){p, (size_t)(stop - p)};
    *kind = KAIKU_JSON_WORD;
    return stop;
}

/* The node of a key with backslashes, the root where there is none; NULL: not_json. */
static const struct kaiku_path_node *find_escaped(const struct kaiku_path_node *root,
                                                  const struct kaiku_path_node *parent, char *key,
                                                  size_t size)
{
    enum kaiku_unescaped result = kaiku_unescape(key, &size);

    if (result == KAIKU_UNESCAPED_BAD)
        return NULL;
    if (result == KAIKU_UNESCAPED_ODD)
        return root; /* no pointer holds such text */
    key[size] = '"';
    return kaiku_paths_member(root, parent, key, (uint32_t)size);
}

/* The key at p: *node is what it leads to; returns where its value begins, NULL: not_json. */
static inline char *take_key(const struct kaiku_json *json, const struct kaiku_path_node *parent,
                             char *p, const struct kaiku_path_node **node, bool *escaped)
{
    const struct kaiku_path_node *root = json->paths->nodes;
    char *key = p + 1;

    if (*p != '"' || !(p = string_end(&json->marks, key, escaped)))
        return NULL;
    if (__builtin_expect(!*escaped, 1))
        *node = kaiku_paths_member(root, parent, key, (uint32_t)(p - key));
    else if (!(*node = find_escaped(root, parent, key, (size_t)(p - key))))
        return NULL;
    if (__builtin_expect(*++p != ':', 0))
        p = skip_space(p);
    return *p == ':' ? skip_space(p + 1) : NULL;
}

/* Opens the object or array at p; returns where its first member may begin. */
static inline char *open_frame(struct kaiku_json_frame *frame, const struct kaiku_path_node *node,
                               char *p)
{
    *frame = (struct kaiku_json_frame){.node = node, .close = *p == '{' ? '}' : ']'};
    return skip_space(p + 1);
}

/* Behind a value, at p: closes what closes, up to the next comma. Returns where the next member
 * begins, NULL: not_json. *frame becomes NULL where the outermost object closes. */
static inline char *close_frames(struct kaiku_json_frame *outermost, char *p,
                                 struct kaiku_json_frame **frame)
{
    while (*(p = skip_space(p)) != ',') {
        if (*p++ != (*frame)->close)
            return NULL;
        if ((*frame)-- == outermost) {
            *frame = NULL;
            return p;
        }
    }
    return skip_space(p + 1);
}

static bool read_literal(struct kaiku_text text, uint8_t *kind)
{
    static const struct kaiku_text words[] = {
        [KAIKU_JSON_NULL] = {"null", 4},
        [KAIKU_JSON_FALSE] = {"false", 5},
        [KAIKU_JSON_TRUE] = {"true", 4},
    };

    for (uint8_t i = KAIKU_JSON_NULL; i <= KAIKU_JSON_TRUE; i++) {
        if (kaiku_text_equal(text, words[i])) {
            *kind = i;
            return true;
        }
    }
    return false;
}

static bool read_word(uint8_t *kind, struct kaiku_number *value)
{
    const char *end;

    if (*value->text.data >= 'a')
        return read_literal(value->text, kind);
    *kind = KAIKU_JSON_NUMBER;
    end = value->text.data + value->text.size;
    return kaiku_number_read(value->text.data, value) == end;
}

/* What was not foreseen is read behind the walk, in the order of the pointers: there the processor can foresee what
 * each is like, whatever the order in the record. */
static bool read_values(const struct kaiku_json *json)
{
    for (uint32_t k = 0; k < json->paths->n_used; k++) {
        uint32_t i = json->paths->used[k];
        struct kaiku_number *value = &json->values[i];

        if (json->kinds[i] == KAIKU_JSON_WORD) {
            if (!read_word(&json->kinds[i], value))
                return false;
        } else if (json->kinds[i] == KAIKU_JSON_ESCAPED) {
            json->kinds[i] = KAIKU_JSON_TEXT;
            if (kaiku_unescape((char *)value->text.data, &value->text.size) != KAIKU_UNESCAPED)
                return false;
        }
    }
    return true;
}

/* Where a walk stands. */
struct walk {
    struct kaiku_json *json;
    struct kaiku_json_frame *frame;
    const struct kaiku_path_node *node; /* of the value at hand */
    bool opens;                         /* pointers enter it: p is at its bracket, not behind it */
    struct foresight_member *last;      /* NULL: nothing can be foreseen */
    bool leaves;                        /* values that are not read yet */
    uint32_t hits, misses;
};

/* From p to the next value, as foreseen; NULL where it is not. */
static inline char *foresee(struct walk *walk, char *p)
{
    struct foresight_member *member = walk->last;

    if (!member || !(member = foresight_next(member, p)))
        return NULL;
    /* The value must begin here, and a bracket must be one that opens. */
    if (begins_with_space(p + member->size) || member->opens != walk->opens)
        return NULL;
    if (__builtin_expect(walk->opens, 0))
        (void)open_frame(++walk->frame, walk->node, p);
    walk->frame -= member->n_closed;
    walk->node = member->node;
    walk->last = member;
    walk->hits++;
    return p + member->size;
}

/* From p to the next value, by reading; NULL: not_json, or the record's end with frame NULL and *end. */
static char *find_value(struct walk *walk, char *p, char **end)
{
    struct kaiku_json_frame *before = walk->frame;
    char *start = p;
    bool escaped;

    if (walk->opens) {
        p = open_frame(++walk->frame, walk->node, p);
        before = walk->frame;
    }
    if (!walk->opens || *p == walk->frame->close) {
        p = close_frames(walk->json->frames + 1, p, &walk->frame);
        if (!p || !walk->frame) {
            *end = p;
            return NULL;
        }
    }
    if (walk->frame->close == ']') {
        walk->node = kaiku_paths_element(walk->json->paths->nodes, walk->frame->node, walk->frame->index++);
        walk->last = NULL;
        return p;
    }
    p = take_key(walk->json, walk->frame->node, p, &walk->node, &escaped);
    walk->misses++;
    if (walk->last && p)
        walk->last = escaped ? NULL
                             : foresight_learn(&walk->json->foresight, walk->last,
                                               (struct kaiku_text){start, (size_t)(p - start)},
                                               (uint32_t)(before - walk->frame), walk->frame->node,
                                               walk->node);
    return p;
}

/* Runs over the members from p that are foreseen, stand in the object at hand, and have plain texts or numbers as
 * values: nearly all there are. Everything else, what is wrong included, is left to the walk. */
static inline char *run_over(struct walk *walk, char *p)
{
    struct kaiku_json *json = walk->json;
    struct foresight_member *last = walk->last, *next;
    uint32_t hits = 0;

    while ((next = foresight_next(last, p)) && next->stays) {
        struct kaiku_number *value = &json->values[next->number];
        uint8_t *kind = &json->kinds[next->number];
        char *begin = p + next->size, *stop;

        if (*kind & next->repeats)
            break;
        if (*begin == '"') {
            stop = string_stop(&json->marks, ++begin);
            if (*stop != '"')
                break;
            value->text = (struct kaiku_text){begin, (size_t)(stop - begin)};
            *kind = KAIKU_JSON_TEXT;
            p = stop + 1;
        } else {
            if ((unsigned char)(*begin - '0') > 9)
                break;
            stop = (char *)kaiku_number_read(begin, value);
            if (!stop || (*stop != ',' && *stop != '}'))
                break;
            *kind = KAIKU_JSON_NUMBER;
            p = stop;
        }
        last = next;
        hits++;
    }
    walk->hits += hits;
    walk->last = last;
    return p;
}

/* Walks over the outermost object, at p: pointers enter objects and arrays, a frame each. Returns its end,
 * NULL: not_json. */
static char *walk_over(struct walk *walk, const char *end, char *p)
{
    const struct kaiku_json *json = walk->json;
    char *found, *over = NULL;
    uint8_t *kind;

    for (;;) {
        if (!walk->opens && walk->last)
            p = run_over(walk, p);
        found = foresee(walk, p);
        if (!found && !(found = find_value(walk, p, &over)))
            return over;
        p = found;
        kind = &json->kinds[walk->node->number];
        if (*kind & walk->node->repeats)
            return NULL; /* a used key twice */
        walk->opens = walk->node->is_entered && (*p == '{' || *p == '[');
        if (__builtin_expect(walk->opens, 0))
            *kind = *p == '{' ? KAIKU_JSON_OBJECT : KAIKU_JSON_ARRAY;
        else if (!(p = take_value(json, end, p, kind, &json->values[walk->node->number])))
            return NULL; /* what no pointer names is noted at the root, where nobody looks */
        else if (*kind >= KAIKU_JSON_WORD && walk->node->repeats)
            walk->leaves = true;
    }
}

static char *walk(struct kaiku_json *json, const char *end, char *p)
{
    struct walk walk = {
        .json = json,
        .frame = json->frames,
        .node = json->paths->nodes,
        .opens = true,
        .last = foresight_begin(&json->foresight),
    };
    bool rests = !walk.last;

    p = walk_over(&walk, end, p);
    if (!rests)
        foresight_judge(&json->foresight, walk.hits, walk.misses);
    return p && walk.leaves && !read_values(json) ? NULL : p;
}

bool kaiku_json_scan(struct kaiku_json *json, struct kaiku_text record)
{
    char *p = json->marks.bytes, *end = p + record.size;

    if (!marks_take(&json->marks, record) && !kaiku_text_is_utf8(record))
        return false;
    memset(json->kinds, KAIKU_JSON_MISSING, json->paths->n_nodes);
    p = skip_space(p);
    if (*p != '{')
        return false;
    p = walk(json, end, p);
    return p && skip_space(p) == end;
}

int kaiku_json_init(struct kaiku_json *json, const struct kaiku_paths *paths, uint32_t max_bytes)
{
    *json = (struct kaiku_json){
        .paths = paths,
        .kinds = calloc(paths->n_nodes, sizeof(*json->kinds)),
        .values = calloc(paths->n_nodes, sizeof(*json->values)),
        .brackets = calloc((size_t)max_bytes / NESTED_WORD_BITS + 1, sizeof(*json->brackets)),
        .frames = calloc((size_t)paths->depth + 2, sizeof(*json->frames)),
    };
    if (json->kinds && json->values && json->brackets && json->frames &&
        marks_init(&json->marks, max_bytes) == KAIKU_OK && foresight_init(&json->foresight) == KAIKU_OK)
        return KAIKU_OK;
    kaiku_json_release(json);
    return KAIKU_NOMEM;
}

void kaiku_json_release(struct kaiku_json *json)
{
    free(json->kinds);
    free(json->values);
    marks_release(&json->marks);
    free(json->brackets);
    free(json->frames);
    foresight_release(&json->foresight);
    *json = (struct kaiku_json){0};
}
