#include "event.h"
#include "random.h"

#include <string.h>

enum { DECIMAL = 10, HEX = 16 };

static const uint64_t SEED = 88172645463325252u, BEGIN_MS = 1732201234567u;

static const char *const names[EVENT_MEMBERS] = {
    "\"event_id\":", "\"ts\":",     "\"respondent_id\":", "\"channel\":", "\"touchpoint\":",
    "\"nps\":",      "\"csat\":",   "\"wait_s\":",        "\"reason\":",  "\"survey\":",
    "\"lang\":",     "\"comment\":", "\"meta\":",
};
static const char *const channels[EVENT_CHANNELS] = {"web_chat",   "phone", "email", "store",
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

void event_init(struct event *event)
{
    *event = (struct event){.random = SEED, .time_ms = BEGIN_MS};
}

void event_draw(struct event *event, uint32_t touchpoints)
{
    uint64_t a = bench_random(&event->random), b = bench_random(&event->random);

    event->a = a;
    event->b = b;
    event->time_ms += a % 3;
    event->respondent = (uint32_t)(a % 20000000);
    event->channel = a >> 8 & 7;
    event->touchpoint = (uint32_t)((b >> 9) % touchpoints);
    event->nps = (uint32_t)((a >> 20) % 11);
    event->csat = 1 + (uint32_t)((a >> 30) % 5);
    event->wait_cs = (uint32_t)((b >> 20) % 60000);
    event->reason = b >> 40 & 7;
    event->comment = (uint32_t)((b >> 44) % 6);
    event->version = b & 31;
}

/* ---- as JSON ---- */

static char *put(char *at, const char *text)
{
    return stpcpy(at, text);
}

static char *put_quoted(char *at, const char *text)
{
    return put(put(put(at, "\""), text), "\"");
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
    at = put_number(put(at, "\""), a & 0xffffffff, HEX, 8);
    at = put_number(put(at, "-"), a >> 32 & 0xffff, HEX, 4);
    at = put_number(put(at, "-7"), a >> 48 & 0xfff, HEX, 3);
    at = put_number(put(at, "-"), b & 0xffff, HEX, 4);
    return put(put_number(put(at, "-"), b >> 16, HEX, 12), "\"");
}

static char *put_comment(char *at, const struct event *event)
{
    at = put(put(at, "\""), comments[event->comment]);
    for (uint32_t i = 0; i < event->padding; i++)
        *at++ = i % 7 == 6 ? ' ' : 'x';
    return put(at, "\"");
}

static char *put_value(char *at, const struct event *event, enum event_member member,
                       const char *gap)
{
    switch (member) {
    case EVENT_ID:
        return put_id(at, event->a, event->b);
    case EVENT_TIME:
        return put_number(at, event->time_ms, DECIMAL, 1);
    case EVENT_RESPONDENT:
        return put(put_number(put(at, "\"r-"), event->respondent, DECIMAL, 8), "\"");
    case EVENT_CHANNEL:
        return put_quoted(at, channels[event->channel]);
    case EVENT_TOUCHPOINT:
        return put(put_number(put(at, "\"tp_"), event->touchpoint, DECIMAL, 4), "\"");
    case EVENT_NPS:
        return put_number(at, event->nps, DECIMAL, 1);
    case EVENT_CSAT:
        return put_number(at, event->csat, DECIMAL, 1);
    case EVENT_WAIT:
        at = put(put_number(at, event->wait_cs / 100, DECIMAL, 1), ".");
        return put_number(at, event->wait_cs % 100, DECIMAL, 2);
    case EVENT_REASON:
        return put_quoted(at, reasons[event->reason]);
    case EVENT_SURVEY:
        return put_quoted(at, "nps_2026_q3");
    case EVENT_LANGUAGE:
        return put_quoted(at, "de");
    case EVENT_COMMENT:
        return put_comment(at, event);
    case EVENT_META:
        at = put_number(put(put(put(at, "{\"app\":"), gap), "\"4.2."), event->version, DECIMAL, 1);
        return put(at, "\",\"retry\":false}");
    default:
        return at;
    }
}

size_t event_write(const struct event *event, const uint8_t *members, uint32_t n, bool spaced,
                   char *out)
{
    const char *gap = spaced ? " " : "";
    char *at = put(out, "{");

    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            at = put(put(at, ","), gap);
        at = put_value(put(put(at, names[members[i]]), gap), event, members[i], gap);
    }
    return (size_t)(put(at, "}") - out);
}
