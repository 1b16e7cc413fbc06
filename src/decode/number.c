#include <decode/number.h>

const int64_t kaiku_powers_of_ten[KAIKU_PLAIN_DIGITS + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* value * 10^places of a number that is not plain. */
static int read_moved(const struct kaiku_number *number, uint32_t places,
                      struct kaiku_decimal *out)
{
    if (kaiku_decimal_read(number->text, out) != KAIKU_OK)
        return KAIKU_INVALID;
    if (out->count > 0)
        out->point += (int32_t)places;
    return KAIKU_OK;
}

int kaiku_number_rescale(const struct kaiku_number *number, uint32_t places, int64_t *out)
{
    const int64_t most = kaiku_powers_of_ten[KAIKU_PLAIN_DIGITS];
    struct kaiku_decimal decimal;
    int64_t factor;

    if (!number->plain) {
        if (read_moved(number, places, &decimal) != KAIKU_OK ||
            !kaiku_decimal_is_integer(&decimal))
            return KAIKU_INVALID;
        return kaiku_decimal_scaled(&decimal, 0, out) ? KAIKU_OK : KAIKU_FULL;
    }
    if (number->scale > places) {
        factor = kaiku_powers_of_ten[number->scale - places];
        *out = number->mantissa / factor;
        return number->mantissa % factor ? KAIKU_INVALID : KAIKU_OK;
    }
    factor = kaiku_powers_of_ten[places - number->scale];
    if (__builtin_mul_overflow(number->mantissa, factor, out) || *out > most || *out < -most)
        return KAIKU_FULL;
    return KAIKU_OK;
}

int kaiku_number_round_down(const struct kaiku_number *number, uint32_t places, int64_t *out)
{
    struct kaiku_decimal decimal;
    int64_t divisor;

    if (!number->plain) {
        if (read_moved(number, places, &decimal) != KAIKU_OK)
            return KAIKU_INVALID;
        *out = kaiku_decimal_floor(&decimal, 0);
    } else if (number->scale > places) {
        divisor = kaiku_powers_of_ten[number->scale - places];
        *out = number->mantissa / divisor - (number->mantissa % divisor < 0);
    } else {
        *out = number->mantissa < 0 ? -INT64_MAX : INT64_MAX;
    }
    return KAIKU_OK;
}

double kaiku_number_nearest(const struct kaiku_number *number)
{
    struct kaiku_decimal decimal = {0};

    if (kaiku_decimal_read(number->text, &decimal) != KAIKU_OK)
        return 0.0;
    return kaiku_decimal_double(&decimal);
}

void kaiku_limit_init(struct kaiku_limit *limit, const struct kaiku_condition *condition)
{
    static const uint8_t orders[] = {
        [KAIKU_LT] = 1, [KAIKU_LE] = 3, [KAIKU_EQ] = 2, [KAIKU_GE] = 6, [KAIKU_GT] = 4,
    };
    const struct kaiku_decimal *d = &condition->limit;
    int32_t scale = (int32_t)d->count > d->point ? (int32_t)d->count - d->point : 0;

    *limit = (struct kaiku_limit){.holds = orders[condition->relation], .exact = *d};
    if (scale > KAIKU_PLAIN_DIGITS)
        return;
    limit->plain = kaiku_decimal_scaled(d, scale, &limit->mantissa);
    limit->scale = (uint32_t)scale;
}

/* -1, 0, 1 */
static int compare_plain(const struct kaiku_number *number, const struct kaiku_limit *limit)
{
    __int128 a = number->mantissa, b = limit->mantissa;

    if (number->scale < limit->scale)
        a *= kaiku_powers_of_ten[limit->scale - number->scale];
    else
        b *= kaiku_powers_of_ten[number->scale - limit->scale];
    return (a > b) - (a < b);
}

static int compare_exact(const struct kaiku_number *number, const struct kaiku_limit *limit,
                         int *order)
{
    struct kaiku_decimal decimal;

    if (kaiku_decimal_read(number->text, &decimal) != KAIKU_OK)
        return KAIKU_INVALID;
    *order = kaiku_decimal_compare(&decimal, &limit->exact);
    return KAIKU_OK;
}

int kaiku_number_holds(const struct kaiku_number *number, const struct kaiku_limit *limit,
                       bool *holds)
{
    int order;

    if (!number->plain || !limit->plain) {
        if (compare_exact(number, limit, &order) != KAIKU_OK)
            return KAIKU_INVALID;
    } else if (number->scale == limit->scale) {
        order = (number->mantissa > limit->mantissa) - (number->mantissa < limit->mantissa);
    } else {
        order = compare_plain(number, limit);
    }
    *holds = limit->holds >> (order + 1) & 1;
    return KAIKU_OK;
}
