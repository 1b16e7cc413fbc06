#include <model/member.h>

#include <base/hash.h>

enum {
    /* eight values, each escaped threefold, and the bars between them */
    MAX_MEMBER = KAIKU_MAX_BY * (3 * KAIKU_MAX_VALUE + 1),
};

static bool must_escape(char c)
{
    return (unsigned char)c < 32 || c == 127 || c == '%' || c == '|' || c == '{' || c == '}';
}

void kaiku_member_escape(struct kaiku_buffer *out, struct kaiku_text value)
{
    static const char hexadecimal[] = "0123456789ABCDEF";
    char *start = kaiku_buffer_reserve(out, 3 * value.size);
    char *to = start;

    if (!start)
        return;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (must_escape(c) || (i == 0 && c == '_')) {
            *to++ = '%';
            *to++ = hexadecimal[(unsigned char)c >> 4];
            *to++ = hexadecimal[c & 15];
        } else {
            *to++ = c;
        }
    }
    out->size += (size_t)(to - start);
}

uint32_t kaiku_member_split(struct kaiku_text member, struct kaiku_text parts[KAIKU_MAX_BY])
{
    uint32_t n = 0;

    while (n < KAIKU_MAX_BY - 1) {
        const char *bar = member.size > 0 ? memchr(member.data, '|', member.size) : NULL;
        if (!bar)
            break;
        parts[n] = (struct kaiku_text){member.data, (size_t)(bar - member.data)};
        member.data += parts[n].size + 1;
        member.size -= parts[n].size + 1;
        n++;
    }
    parts[n++] = member;
    return n;
}

static bool is_all(struct kaiku_text part)
{
    return kaiku_text_equal(part, KAIKU_TEXT(KAIKU_ALL));
}

uint32_t kaiku_member_grouping(struct kaiku_text member)
{
    struct kaiku_text parts[KAIKU_MAX_BY];
    uint32_t n = kaiku_member_split(member, parts);
    uint32_t grouping = 0;

    for (uint32_t i = 0; i < n; i++)
        if (!is_all(parts[i]))
            grouping |= UINT32_C(1) << i;
    return grouping;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool is_digit(char c, bool hexadecimal)
{
    return (c >= '0' && c <= '9') || (hexadecimal && lower(c) >= 'a' && lower(c) <= 'f');
}

/* Takes a sign from the start of text, if there is one. */
static void take_sign(struct kaiku_text *text)
{
    if (text->size > 0 && (*text->data == '+' || *text->data == '-'))
        *text = (struct kaiku_text){text->data + 1, text->size - 1};
}

/* Takes digits from the start of text; true if there were any. */
static bool take_digits(struct kaiku_text *text, bool hexadecimal)
{
    size_t n = 0;

    while (n < text->size && is_digit(text->data[n], hexadecimal))
        n++;
    *text = (struct kaiku_text){text->data + n, text->size - n};
    return n > 0;
}

/* Is text this word (in lower case), case ignored? */
static bool is_word(struct kaiku_text text, const char *word)
{
    size_t size = strlen(word);

    if (text.size != size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (lower(text.data[i]) != word[i])
            return false;
    return true;
}

/* `12`, `1.`, `.5`, and an exponent behind any of them, to the end of text. */
static bool is_magnitude(struct kaiku_text text, bool hexadecimal)
{
    bool any = take_digits(&text, hexadecimal);

    if (text.size > 0 && *text.data == '.') {
        text = (struct kaiku_text){text.data + 1, text.size - 1};
        any |= take_digits(&text, hexadecimal);
    }
    if (!any || text.size == 0)
        return any;
    if (lower(*text.data) != (hexadecimal ? 'p' : 'e'))
        return false;
    text = (struct kaiku_text){text.data + 1, text.size - 1};
    take_sign(&text);
    return take_digits(&text, false) && text.size == 0;
}

bool kaiku_member_looks_numeric(struct kaiku_text value)
{
    take_sign(&value);
    if (value.size > 2 && value.data[0] == '0' && lower(value.data[1]) == 'x')
        return is_magnitude((struct kaiku_text){value.data + 2, value.size - 2}, true);
    return is_magnitude(value, false) || is_word(value, "inf") || is_word(value, "infinity") ||
           is_word(value, "nan");
}

void kaiku_member_column(struct kaiku_buffer *out, struct kaiku_text value)
{
    if (kaiku_member_looks_numeric(value))
        kaiku_buffer_string(out, "\u00a0");
    kaiku_buffer_text(out, value);
}

uint32_t kaiku_member_shard(const struct kaiku_model *model, const struct kaiku_view *view,
                            struct kaiku_text member)
{
    char text[KAIKU_MAX_NAME + 1 + MAX_MEMBER];
    size_t name_size = strlen(view->name);
    size_t size = member.size < MAX_MEMBER ? member.size : MAX_MEMBER;

    memcpy(text, view->name, name_size);
    text[name_size] = ':';
    if (size > 0)
        memcpy(text + name_size + 1, member.data, size);
    return (uint32_t)(kaiku_hash_stable(text, name_size + 1 + size) % model->shards);
}

void kaiku_member_set(struct kaiku_buffer *out, const struct kaiku_model *model,
                      const struct kaiku_view *view, uint32_t grouping)
{
    const char *separator = "";

    for (uint32_t i = 0; i < view->n_by; i++) {
        if (!(grouping >> i & 1))
            continue;
        kaiku_buffer_string(out, separator);
        kaiku_buffer_string(out, model->dimensions[view->by[i]].name);
        separator = "+";
    }
}

static bool takes(const struct kaiku_text *pattern, const struct kaiku_text *parts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        bool is_any = kaiku_text_equal(pattern[i], KAIKU_TEXT("*")) && !is_all(parts[i]);
        if (!is_any && !kaiku_text_equal(pattern[i], parts[i]))
            return false;
    }
    return true;
}

const struct kaiku_target *kaiku_member_target(const struct kaiku_view *view, uint32_t window,
                                               uint32_t metric, struct kaiku_text member)
{
    struct kaiku_text parts[KAIKU_MAX_BY];

    if (kaiku_member_split(member, parts) < view->n_by)
        return NULL;
    for (uint32_t i = 0; i < view->n_targets; i++) {
        const struct kaiku_target *target = &view->targets[i];
        if (target->window == window && target->metric == metric &&
            takes(target->parts, parts, view->n_by))
            return target;
    }
    return NULL;
}
