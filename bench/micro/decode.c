/* Records to events, against simdjson On-Demand reading the same fields and against a copy of the
 * bytes. */
#include "bench.h"
#include "corpus.h"
#include "ondemand_pass.h"
#include "subjects.h"
#include "world.h"

#include <decode/decode.h>

#include <math.h>

enum { EVENTS = 500000, COPY_SIZE = 1024 };

struct scene {
    struct world world;
    struct corpus corpus;
    struct kaiku_decoder *decoder;
    void *plain, *avx2; /* readers */
};

static struct kaiku_event event;

static double pass_kaiku(void *context)
{
    const struct scene *scene = context;
    const struct corpus *corpus = &scene->corpus;
    enum kaiku_reason reason;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < corpus->n; i++) {
        enum kaiku_verdict verdict =
            kaiku_decode(scene->decoder, corpus->values[i].data, corpus->values[i].size,
                         corpus->stamps_ms[i], &event, &reason);
        sum += verdict == KAIKU_EVENT ? (uint64_t)event.time_ms + event.answer[0].bin : 0;
    }
    bench_keep(sum);
    return (bench_thread_ns() - begin) / corpus->n;
}

static double pass_simdjson(const struct corpus *corpus, const struct ondemand_build *build,
                            void *reader)
{
    double begin = bench_thread_ns();

    ondemand_read_copies(build, reader, corpus->values, corpus->n);
    return (bench_thread_ns() - begin) / corpus->n;
}

static double pass_plain(void *context)
{
    const struct scene *scene = context;
    return pass_simdjson(&scene->corpus, &ondemand_plain, scene->plain);
}

#ifdef __x86_64__
static double pass_avx2(void *context)
{
    const struct scene *scene = context;
    return pass_simdjson(&scene->corpus, &ondemand_avx2, scene->avx2);
}

/* The corpus is readable behind its last record, so here it can be done. */
static double pass_in_place(void *context)
{
    const struct scene *scene = context;
    const struct corpus *corpus = &scene->corpus;
    double begin = bench_thread_ns();

    ondemand_read_in_place(&ondemand_avx2, scene->avx2, corpus->values, corpus->n);
    return (bench_thread_ns() - begin) / corpus->n;
}
#endif

static double pass_copy(void *context)
{
    const struct corpus *corpus = &((const struct scene *)context)->corpus;
    static char copy[COPY_SIZE];
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < corpus->n; i++) {
        memcpy(copy, corpus->values[i].data, corpus->values[i].size);
        __asm__ volatile("" : : "r"(copy) : "memory");
    }
    return (bench_thread_ns() - begin) / corpus->n;
}

/* ---- both must read the same ---- */

static bool same_text(const struct kaiku_dimension_value *value, struct ondemand_text text)
{
    if (value->state == KAIKU_VALUE_NONE)
        return text.size == 0;
    return kaiku_text_equal(value->text, (struct kaiku_text){text.data, text.size});
}

static bool same_answer(uint32_t metric, int64_t value, bool given)
{
    bool answered = event.answers >> metric & 1;
    return answered == given && (!given || event.answer[metric].value == value);
}

static void compare_contenders(const struct scene *scene)
{
    const struct corpus *corpus = &scene->corpus;
    enum kaiku_reason reason;

    for (uint32_t i = 0; i < corpus->n; i++) {
        struct ondemand_event out = {.csat = UINT64_MAX, .wait_s = -1};
        const struct kaiku_text value = corpus->values[i];
        bool read = ondemand_plain.read(scene->plain, value.data, value.size, &out);
        bench_check(read, "simdjson refuses");
        read = kaiku_decode(scene->decoder, value.data, value.size, corpus->stamps_ms[i], &event,
                            &reason) == KAIKU_EVENT;
        bench_check(read, "kaiku refuses");
        bench_check(event.has_id && event.time_ms == (int64_t)out.ts && !event.clamped &&
                        same_text(&event.dimensions[0], out.channel) &&
                        same_text(&event.dimensions[1], out.touchpoint) &&
                        same_text(&event.dimensions[2], out.reason) &&
                        same_answer(0, (int64_t)out.nps, true) &&
                        same_answer(1, (int64_t)out.csat, out.csat != UINT64_MAX) &&
                        same_answer(2, llround(out.wait_s * 1000), out.wait_s >= 0),
                    "kaiku and simdjson read different events");
    }
}

/* ---- cases ---- */

static void run_case(struct scene *scene, enum corpus_layout layout, const char *name)
{
    struct bench_case one = {
        .bench = "decode",
        .name = name,
        .unit = "ns/event",
        .context = scene,
        .contenders = {{NULL, "simdjson", pass_kaiku},
                       {"simdjson", NULL, pass_plain},
                       {"memcpy", NULL, pass_copy}},
    };

#ifdef __x86_64__
    if (ondemand_best() == &ondemand_avx2) {
        one.contenders[1].pass = pass_avx2;
        one.contenders[3] = (struct bench_contender){"simdjson in place", NULL, pass_in_place};
        one.contenders[4] = (struct bench_contender){"simdjson plain", NULL, pass_plain};
    }
#endif
    corpus_init(&scene->corpus, layout, bench_size(EVENTS));
    compare_contenders(scene);
    bench_run(&one);
    corpus_release(&scene->corpus);
}

void bench_decode(void)
{
    struct scene scene = {.plain = ondemand_plain.create()};

    world_init(&scene.world, "[1m]");
    bench_check(kaiku_decoder_create(scene.world.model, &scene.decoder) == KAIKU_OK, "no decoder");
#ifdef __x86_64__
    scene.avx2 = ondemand_avx2.create();
#endif
    run_case(&scene, CORPUS_FIXED, "fixed");
    run_case(&scene, CORPUS_PRODUCERS, "producers");
    run_case(&scene, CORPUS_OPTIONAL, "optional");
    run_case(&scene, CORPUS_SHUFFLED, "shuffled");
#ifdef __x86_64__
    ondemand_avx2.destroy(scene.avx2);
#endif
    ondemand_plain.destroy(scene.plain);
    kaiku_decoder_destroy(scene.decoder);
    world_release(&scene.world);
}
