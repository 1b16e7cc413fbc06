#include "values.h"

#include <model/member.h>

void verify_values_release(struct verify_values *values)
{
    verify_map_release(&values->set);
    kaiku_buffer_release(&values->escaped);
}

static bool is_reserved(struct kaiku_text value)
{
    return kaiku_text_equal(value, KAIKU_TEXT(KAIKU_ALL)) ||
           kaiku_text_equal(value, KAIKU_TEXT(KAIKU_NONE)) ||
           kaiku_text_equal(value, KAIKU_TEXT(KAIKU_OTHER));
}

int verify_values_take(struct verify_values *values, struct kaiku_text stored)
{
    bool created;

    if (!verify_map_get(&values->set, stored, &created))
        return KAIKU_NOMEM;
    values->n += created && !is_reserved(stored);
    return KAIKU_OK;
}

int verify_values_name(struct verify_values *values, const struct kaiku_dimension_value *value,
                       uint32_t max_values, struct kaiku_text *out, bool *is_missing)
{
    const struct verify_node *node;

    *is_missing = false;
    *out = value->state == KAIKU_VALUE_NONE ? KAIKU_TEXT(KAIKU_NONE) : KAIKU_TEXT(KAIKU_OTHER);
    if (value->state != KAIKU_VALUE_TEXT)
        return KAIKU_OK;
    kaiku_buffer_clear(&values->escaped);
    kaiku_member_escape(&values->escaped, value->text);
    if (values->escaped.failed)
        return KAIKU_NOMEM;
    node = verify_map_find(&values->set, kaiku_buffer_as_text(&values->escaped));
    if (!node && values->n >= max_values)
        return KAIKU_OK;
    if (!node) {
        *is_missing = true;
        node = verify_map_get(&values->set, kaiku_buffer_as_text(&values->escaped), &(bool){false});
        values->n++;
    }
    if (!node)
        return KAIKU_NOMEM;
    *out = verify_map_key(&values->set, node);
    return KAIKU_OK;
}
