#include "json.h"
#include "blocks.h"
#include "unescape.h"

#include <stdlib.h>

enum {
    PADDING = 64, /* NULs behind the record: a backslash at its end, and a few blocks */
    WORD_BITS = 64,
};

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline char *skip_space(char *p)
{
    while ((unsigned char)*p <= ' ' && is_space(*p))
        p++;
    return p;
}

/* The closing quote of a string whose first backslash or control byte is at p, or NULL. */
static char *escaped_string_end(char *p)
{
    while (*p == '\\')
        p = kaiku_string_stop(p + 2);
    return *p == '"' ? p : NULL;
}

/* The closing quote of the string whose inside begins at p; NULL where it does not end well. */
static inline char *string_end(char *p, bool *escaped)
{
    p = kaiku_string_stop(p);
    *escaped = *p != '"';
    return __builtin_expect(*escaped, 0) ? escaped_string_end(p) : p;
}

/* The end of a bare word that goes on with the control byte at p. */
static char *odd_word_end(const char *end, char *p)
{
    while ((unsigned char)*p < ' ' && !is_space(*p) && p < end)
        p = kaiku_word_stop(p + 1);
    return p;
}

/* The end of the bare word at p; NULL where there is none. */
static inline char *word_end(const char *end, char *p)
{
    char *stop = kaiku_word_stop(p);

    if (__builtin_expect((unsigned char)*stop < ' ', 0))
        stop = odd_word_end(end, stop); /* a control byte is as good as any other in a word */
    return stop > p ? stop : NULL;
}

/* The end of the object or array at p: brackets must pair by kind and strings must end, anything
 * may stand between them. The newest open brackets are kept in a word. */
static char *nested_end(uint64_t *brackets, const char *end, char *p)
{
    uint64_t open = 0;
    size_t depth = 0;
    bool escaped;

    while ((p = kaiku_nesting_stop(p, end))) {
        char c = *p++;

        if (c == '"') {
            p = string_end(p, &escaped);
            if (!p++)
                return NULL;
        } else if (c == '{' || c == '[') {
            open = open << 1 | (c == '{');
            if (++depth % WORD_BITS == 0)
                brackets[depth / WORD_BITS - 1] = open;
        } else {
            if (depth % WORD_BITS == 0)
                open = brackets[depth / WORD_BITS - 1];
            if ((open & 1) != (c == '}'))
                return NULL;
            open >>= 1;
            if (--depth == 0)
                return p;
        }
    }
    return NULL;
}

/* The value at p goes to *kind and *value, unread; returns its end, NULL: not_json. ahead: what is
 * known already of the stops from p. */
static inline char *take_value(const struct kaiku_json *json, const char *end, char *p,
                               uint32_t ahead, uint8_t *kind, struct kaiku_number *value)
{
    bool escaped;
    char *stop;

    if (*p == '"') {
        ahead &= ~UINT32_C(1);
        p++;
        stop = ahead ? p + __builtin_ctz(ahead) - 1 : kaiku_string_stop(p);
        escaped = *stop != '"';
        if (__builtin_expect(escaped, 0) && !(stop = escaped_string_end(stop)))
            return NULL;
        value->text = (struct kaiku_text){p, (size_t)(stop - p)};
        *kind = escaped ? KAIKU_JSON_ESCAPED : KAIKU_JSON_TEXT;
        return stop + 1;
    }
    if (__builtin_expect(*p == '{' || *p == '[', 0)) {
        *kind = *p == '{' ? KAIKU_JSON_OBJECT : KAIKU_JSON_ARRAY;
        return nested_end(json->brackets, end, p);
    }
    stop = word_end(end, p);
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

/* The key at p: *node is what it leads to; returns where its value begins, NULL: not_json. *ahead:
 * the stops from there, as far as they were seen on the way. */
static inline char *take_key(const struct kaiku_path_node *root,
                             const struct kaiku_path_node *parent, char *p,
                             const struct kaiku_path_node **node, uint32_t *ahead, bool *escaped)
{
    char *key = p + 1;
    uint32_t stops = kaiku_block32_stops(kaiku_block32_load(key));
    size_t seen;

    if (*p != '"')
        return NULL;
    p = stops ? key + __builtin_ctz(stops) : kaiku_string_stop(key + 32);
    *escaped = *p != '"';
    if (__builtin_expect(*escaped, 0) && !(p = escaped_string_end(p)))
        return NULL;
    if (__builtin_expect(!*escaped, 1))
        *node = kaiku_paths_member(root, parent, key, (uint32_t)(p - key));
    else if (!(*node = find_escaped(root, parent, key, (size_t)(p - key))))
        return NULL;
    if (__builtin_expect(*++p != ':', 0))
        p = skip_space(p);
    if (*p != ':')
        return NULL;
    p = skip_space(p + 1);
    seen = (size_t)(p - key);
    *ahead = seen < 32 ? stops >> seen : 0;
    return p;
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

/* Where a walk stands. */
struct walk {
    struct kaiku_json *json;
    struct kaiku_json_frame *frame;
    const struct kaiku_path_node *node; /* of the value at hand */
    bool opens;                         /* pointers enter it: p is at its bracket, not behind it */
    struct foresight_member *last;      /* NULL: nothing can be foreseen */
    uint32_t ahead;                     /* what is known already of the stops from p */
    uint32_t hits, misses;
};

/* From p to the next value, as foreseen; NULL where it is not. */
static inline char *foresee(struct walk *walk, char *p)
{
    struct foresight_member *member = walk->last;

    if (!member || !(member = foresight_next(member, p, &walk->ahead)))
        return NULL;
    /* The value must begin here, and a bracket must be one that opens. */
    if (is_space(p[member->size]) || member->opens != walk->opens)
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
    const struct kaiku_path_node *root = walk->json->paths->nodes;
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
    walk->ahead = 0;
    if (walk->frame->close == ']') {
        walk->node = kaiku_paths_element(root, walk->frame->node, walk->frame->index++);
        walk->last = NULL;
        return p;
    }
    p = take_key(root, walk->frame->node, p, &walk->node, &walk->ahead, &escaped);
    walk->misses++;
    if (walk->last && p)
        walk->last = escaped ? NULL
                             : foresight_learn(&walk->json->foresight, walk->last,
                                               (struct kaiku_text){start, (size_t)(p - start)},
                                               (uint32_t)(before - walk->frame), walk->frame->node,
                                               walk->node);
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
        else if (!(p = take_value(json, end, p, walk->ahead, kind, &json->values[walk->node->number])))
            return NULL; /* what no pointer names is noted at the root, where nobody looks */
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
    return p;
}

static inline const char *read_digits(const char *p, uint64_t *mantissa)
{
    for (; is_digit(*p); p++)
        *mantissa = *mantissa * 10 + (uint64_t)(*p - '0');
    return p;
}

static bool read_number(struct kaiku_number *value)
{
    const char *start = value->text.data, *end = start + value->text.size;
    const char *digits = start + (*start == '-'), *p, *fraction, *exponent;
    uint64_t mantissa = 0; /* wraps where there are too many digits, and is not used then */
    size_t n;

    p = read_digits(digits, &mantissa);
    n = (size_t)(p - digits);
    if (n == 0 || (n > 1 && *digits == '0'))
        return false;
    value->scale = 0;
    if (*p == '.') {
        fraction = p + 1;
        p = read_digits(fraction, &mantissa);
        if (p == fraction)
            return false;
        value->scale = (uint32_t)(p - fraction);
        n += value->scale;
    }
    value->plain = n <= KAIKU_PLAIN_DIGITS;
    if (*p == 'e' || *p == 'E') {
        value->plain = false;
        exponent = p + 1 + (p[1] == '+' || p[1] == '-');
        p = read_digits(exponent, &mantissa);
        if (p == exponent)
            return false;
    }
    value->mantissa = *start == '-' ? -(int64_t)mantissa : (int64_t)mantissa;
    return p == end;
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

static inline bool read_word(uint8_t *kind, struct kaiku_number *value)
{
    if (*value->text.data >= 'a')
        return read_literal(value->text, kind);
    *kind = KAIKU_JSON_NUMBER;
    return read_number(value);
}

/* Words are read behind the walk, in the order of the pointers: there the processor can foresee
 * what each is like, whatever the order in the record. */
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

bool kaiku_json_scan(struct kaiku_json *json, struct kaiku_text record)
{
    char *p = json->bytes, *end = p + record.size;

    if (!kaiku_copy_ascii(p, record) && !kaiku_text_is_utf8(record))
        return false;
    memset(end, 0, PADDING);
    memset(json->kinds, KAIKU_JSON_MISSING, json->paths->n_nodes);
    p = skip_space(p);
    if (*p != '{')
        return false;
    p = walk(json, end, p);
    return p && skip_space(p) == end && read_values(json);
}

int kaiku_json_init(struct kaiku_json *json, const struct kaiku_paths *paths, uint32_t max_bytes)
{
    *json = (struct kaiku_json){
        .paths = paths,
        .kinds = calloc(paths->n_nodes, sizeof(*json->kinds)),
        .values = calloc(paths->n_nodes, sizeof(*json->values)),
        .bytes = malloc((size_t)max_bytes + PADDING),
        .brackets = calloc((size_t)max_bytes / WORD_BITS + 1, sizeof(*json->brackets)),
        .frames = calloc((size_t)paths->depth + 2, sizeof(*json->frames)),
    };
    if (json->kinds && json->values && json->bytes && json->brackets && json->frames &&
        foresight_init(&json->foresight) == KAIKU_OK)
        return KAIKU_OK;
    kaiku_json_release(json);
    return KAIKU_NOMEM;
}

void kaiku_json_release(struct kaiku_json *json)
{
    free(json->kinds);
    free(json->values);
    free(json->bytes);
    free(json->brackets);
    free(json->frames);
    foresight_release(&json->foresight);
    *json = (struct kaiku_json){0};
}
