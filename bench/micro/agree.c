#include "agree.h"
#include "bench.h"
#include "ondemand.h"

#include <decode/decode.h>

#include <math.h>
#include <stdio.h>
#include <time.h>

struct pair {
    const struct kaiku_model *model;
    struct kaiku_decoder *decoder;
    struct kaiku_event event;
    struct ondemand_event out;
    struct kaiku_buffer carried;
};

static bool same_text(const struct kaiku_dimension_value *value, struct ondemand_text text)
{
    if (value->state == KAIKU_VALUE_NONE)
        return text.size == 0;
    return kaiku_text_equal(value->text, (struct kaiku_text){text.data, text.size});
}

static bool same_answer(const struct kaiku_event *event, uint32_t metric, int64_t value, bool given)
{
    bool answered = event->answers >> metric & 1;
    return answered == given && (!given || event->answer[metric].value == value);
}

static bool same_seconds(const struct kaiku_event *event, uint32_t metric, double seconds)
{
    return same_answer(event, metric, llround(seconds * 1000), seconds >= 0);
}

static bool same_score(const struct kaiku_event *event, uint32_t metric, uint64_t score)
{
    return same_answer(event, metric, (int64_t)score, score != UINT64_MAX);
}

static bool same(const struct pair *pair)
{
    const struct kaiku_event *event = &pair->event;
    const struct ondemand_event *out = &pair->out;

    return event->time_ms == (int64_t)out->ts &&
           same_text(&event->dimensions[0], out->channel) &&
           same_text(&event->dimensions[1], out->touchpoint) &&
           same_text(&event->dimensions[2], out->reason) && same_score(event, 0, out->nps) &&
           same_score(event, 1, out->csat) && same_seconds(event, 2, out->wait_s);
}

/* ---- the second headline ---- */

static int64_t ms_of(struct ondemand_text time)
{
    struct tm tm = {0};
    int ms = 0, n = sscanf(time.data, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &tm.tm_year, &tm.tm_mon,
                           &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &ms);

    bench_check(n == 7, "a time is written in another way");
    tm.tm_year -= 1900;
    tm.tm_mon--;
    return (int64_t)timegm(&tm) * 1000 + ms;
}

static bool same_comment(struct pair *pair)
{
    const struct kaiku_alert *detractor = &pair->model->alerts[0];

    if (!(pair->event.alerts & 1))
        return true;
    kaiku_buffer_clear(&pair->carried);
    kaiku_decoder_carry(pair->decoder, &pair->event, &detractor->carry[detractor->n_carry - 1],
                        &pair->carried);
    return kaiku_text_equal(kaiku_buffer_as_text(&pair->carried),
                            (struct kaiku_text){pair->out.comment_ref.data,
                                                pair->out.comment_ref.size});
}

/* Metrics and dimensions by their order in deploy/kaiku.yaml. */
static bool same_contact(struct pair *pair)
{
    const struct kaiku_event *event = &pair->event;
    const struct ondemand_event *out = &pair->out;
    const struct ondemand_text dimensions[] = {out->channel, out->touchpoint, out->team,
                                               out->agent, out->reason};
    const char *type = pair->model->types[event->type];
    bool is_same = event->time_ms == ms_of(out->time) && out->op.size == 0 &&
                   kaiku_text_equal(kaiku_text_of(type),
                                    (struct kaiku_text){out->type.data, out->type.size});

    for (uint32_t d = 0; d < sizeof dimensions / sizeof *dimensions; d++)
        is_same = is_same && same_text(&event->dimensions[d], dimensions[d]);
    return is_same && same_score(event, 0, out->nps) && same_score(event, 1, out->csat) &&
           same_score(event, 2, out->ces) &&
           same_answer(event, 3, out->resolved, out->resolved >= 0) &&
           same_seconds(event, 5, out->wait_s) && same_seconds(event, 6, out->handle_s) &&
           same_comment(pair);
}

void agree_check(const struct world *world, const struct corpus *corpus, bool contacts)
{
    const struct ondemand_build *build = &ondemand_plain;
    ondemand_read *read = contacts ? build->read_contact : build->read;
    struct pair pair = {.model = world->model};
    void *reader = build->create();
    enum kaiku_reason reason;

    bench_check(kaiku_decoder_create(world->model, &pair.decoder) == KAIKU_OK, "no decoder");
    for (uint32_t i = 0; i < corpus->n; i++) {
        const struct kaiku_text value = corpus->values[i];
        pair.out = (struct ondemand_event){.nps = UINT64_MAX, .csat = UINT64_MAX, .ces = UINT64_MAX,
                                           .resolved = -1, .wait_s = -1, .handle_s = -1};
        bench_check(read(reader, value.data, value.size, &pair.out), "simdjson refuses");
        bench_check(kaiku_decode(pair.decoder, value.data, value.size, corpus->stamps_ms[i],
                                 &pair.event, &reason) == KAIKU_EVENT,
                    "kaiku refuses");
        bench_check(pair.event.has_id && !pair.event.clamped &&
                        (contacts ? same_contact(&pair) : same(&pair)),
                    "kaiku and simdjson read different events");
    }
    kaiku_buffer_release(&pair.carried);
    kaiku_decoder_destroy(pair.decoder);
    build->destroy(reader);
}
