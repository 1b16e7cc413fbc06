/* Is a reply what was asked for? Scripts answer in a few shapes; anything else comes from something that is not the
 * Redis that kaiku wrote for, and must not be read as if it were. */
#include "link.h"

#include <stdlib.h>

/* What follows the item of a shape that begins here. */
static const char *skip_item(const char *shape)
{
    int depth = 0;

    do
        depth += (*shape == '[') - (*shape == ']');
    while (*shape++ && depth > 0);
    return shape;
}

static bool has_item(const redisReply *reply, const char *shape);

/* Behind the [ of a shape. */
static bool has_elements(const redisReply *array, const char *shape)
{
    size_t i = 0;

    while (*shape != ']') {
        const char *next = skip_item(shape);
        if (*next == '*') {
            while (i < array->elements && has_item(array->element[i], shape))
                i++;
            next++;
        } else if (i == array->elements || !has_item(array->element[i++], shape)) {
            return false;
        }
        shape = next;
    }
    return i == array->elements;
}

static bool has_item(const redisReply *reply, const char *shape)
{
    bool is_text = reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS;

    switch (*shape) {
    case 'i':
        return reply->type == REDIS_REPLY_INTEGER;
    case 's':
        return is_text;
    case 'n':
        return is_text || reply->type == REDIS_REPLY_NIL;
    case 'a':
        return is_text || reply->type == REDIS_REPLY_INTEGER;
    default:
        return reply->type == REDIS_REPLY_ARRAY && has_elements(reply, shape + 1);
    }
}

bool store_reply_has(const redisReply *reply, const char *shape)
{
    for (;;) {
        if (has_item(reply, shape))
            return true;
        shape = skip_item(shape);
        if (*shape != '|')
            return false;
        shape++;
    }
}

int64_t store_reply_score(const redisReply *reply)
{
    const double exact = (double)(INT64_C(1) << 53);
    double score = strtod(reply->str, NULL);

    return score >= -exact && score <= exact ? (int64_t)score : 0;
}
