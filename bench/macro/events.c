#include "events.h"

#include <string.h>

enum { BRIEF_BELOW = 250, FULL_SIZE = 316, DECIMAL = 10, HEX = 16 };

static const uint64_t SEED = 88172645463325252u, BEGIN_MS = 1732201234567u;

static const char *const channels[8] = {"web_chat",   "phone", "email", "store",
                                        "mobile_app", "ivr",   "sms",   "social"};
static const char *const reasons[8] = {"billing_dispute",  "delivery_late",  "login_problem",
                                       "refund_status",    "product_question", "cancel_contract",
                                       "other",            "technical_fault"};
static const char *const comments[6] = {
    "Agent was friendly and solved it.",
    "Waited far too long, please call me back",
    "He said \\\"no\\\" and hung up.\\nVery bad",
    "ok",
    "Sehr gut \\u00fc, danke",
    "Great service, thanks to Anna at the store in M\xC3\xBCnchen",
};

void events_init(struct events *events, const struct events_options *options)
{
    *events = (struct events){.options = *options, .random = SEED, .time_ms = BEGIN_MS};
}

static uint64_t next_random(struct events *events)
{
    uint64_t x = events->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return events->random = x;
}

static char *put(char *at, const char *text)
{
    return stpcpy(at, text);
}

static char *put_number(char *at, uint64_t value, unsigned base, unsigned width)
{
    char digits[64];
    unsigned n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    for (; width > n; width--)
        *at++ = '0';
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

static char *put_id(char *at, uint64_t a, uint64_t b)
{
    at = put_number(put(at, "{\"event_id\":\""), a & 0xffffffff, HEX, 8);
    at = put_number(put(at, "-"), a >> 32 & 0xffff, HEX, 4);
    at = put_number(put(at, "-7"), a >> 48 & 0xfff, HEX, 3);
    at = put_number(put(at, "-"), b & 0xffff, HEX, 4);
    return put_number(put(at, "-"), b >> 16, HEX, 12);
}

static char *put_answers(char *at, uint64_t a, uint64_t b)
{
    uint64_t wait = (b >> 20) % 60000;
    at = put_number(put(at, ",\"nps\":"), (a >> 20) % 11, DECIMAL, 1);
    at = put_number(put(at, ",\"csat\":"), 1 + (a >> 30) % 5, DECIMAL, 1);
    at = put_number(put(at, ",\"wait_s\":"), wait / 100, DECIMAL, 1);
    return put_number(put(at, "."), wait % 100, DECIMAL, 2);
}

/* What no pointer names: it is walked over. */
static char *put_rest(char *at, uint64_t b, uint32_t size)
{
    at = put(put(at, ",\"reason\":\""), reasons[b >> 40 & 7]);
    at = put(at, "\",\"survey\":\"nps_2026_q3\",\"lang\":\"de\",\"comment\":\"");
    at = put(at, comments[(b >> 44) % 6]);
    for (uint32_t n = FULL_SIZE; n < size; n++)
        *at++ = n % 7 == 0 ? ' ' : 'x';
    at = put_number(put(at, "\",\"meta\":{\"app\":\"4.2."), b & 31, DECIMAL, 1);
    return put(at, "\",\"retry\":false}");
}

size_t events_next(struct events *events, char *out)
{
    const struct events_options *options = &events->options;
    bool brief = options->size < BRIEF_BELOW;
    uint64_t a = next_random(events), b = next_random(events);
    uint64_t touchpoint = options->in_turn ? events->count : b >> 9;
    char *at = out;

    events->time_ms += a % 3;
    events->count++;
    at = put_number(put(put_id(at, a, b), "\",\"ts\":"), events->time_ms, DECIMAL, 1);
    if (!brief)
        at = put(put_number(put(at, ",\"respondent_id\":\"r-"), a % 20000000, DECIMAL, 8), "\"");
    at = put(put(at, ",\"channel\":\""), channels[a >> 8 & 7]);
    touchpoint %= options->touchpoints;
    at = put_number(put(at, "\",\"touchpoint\":\"tp_"), touchpoint, DECIMAL, 4);
    at = put_answers(put(at, "\""), a, b);
    if (!brief)
        at = put_rest(at, b, options->size);
    at = put(at, "}");
    return (size_t)(at - out);
}
