/* Records to events, against simdjson On-Demand reading the same fields and against a copy of the
 * bytes. */
#include "agree.h"
#include "bench.h"
#include "corpus.h"
#include "ondemand_pass.h"
#include "subjects.h"
#include "world.h"

#include <decode/decode.h>

enum { EVENTS = 500000, COPY_SIZE = 1024 };

struct scene {
    struct world world;
    struct corpus corpus;
    bool contacts; /* the second headline */
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

static ondemand_read *read_of(const struct scene *scene, const struct ondemand_build *build)
{
    return scene->contacts ? build->read_contact : build->read;
}

static double pass_simdjson(const struct scene *scene, const struct ondemand_build *build,
                            void *reader)
{
    const struct corpus *corpus = &scene->corpus;
    double begin = bench_thread_ns();

    ondemand_read_copies(read_of(scene, build), reader, corpus->values, corpus->n);
    return (bench_thread_ns() - begin) / corpus->n;
}

static double pass_plain(void *context)
{
    const struct scene *scene = context;
    return pass_simdjson(scene, &ondemand_plain, scene->plain);
}

#ifdef __x86_64__
static double pass_avx2(void *context)
{
    const struct scene *scene = context;
    return pass_simdjson(scene, &ondemand_avx2, scene->avx2);
}

/* The corpus is readable behind its last record, so here it can be done. */
static double pass_in_place(void *context)
{
    const struct scene *scene = context;
    const struct corpus *corpus = &scene->corpus;
    double begin = bench_thread_ns();

    ondemand_read_in_place(read_of(scene, &ondemand_avx2), scene->avx2, corpus->values, corpus->n);
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
    agree_check(&scene->world, &scene->corpus, scene->contacts);
    bench_run(&one);
    corpus_release(&scene->corpus);
}

static void use_world(struct scene *scene)
{
    int rc = kaiku_decoder_create(scene->world.model, &scene->decoder);

    bench_check(rc == KAIKU_OK, "no decoder");
}

static void leave_world(struct scene *scene)
{
    kaiku_decoder_destroy(scene->decoder);
    world_release(&scene->world);
}

void bench_decode(void)
{
    struct scene scene = {.plain = ondemand_plain.create()};

#ifdef __x86_64__
    scene.avx2 = ondemand_avx2.create();
#endif
    world_init(&scene.world, "[1m]");
    use_world(&scene);
    run_case(&scene, CORPUS_FIXED, "fixed");
    run_case(&scene, CORPUS_PRODUCERS, "producers");
    run_case(&scene, CORPUS_OPTIONAL, "optional");
    run_case(&scene, CORPUS_SHUFFLED, "shuffled");
    leave_world(&scene);
    scene.contacts = true;
    world_init_contacts(&scene.world);
    use_world(&scene);
    run_case(&scene, CORPUS_CONTACTS, "contact center");
    run_case(&scene, CORPUS_CONTACTS_SHUFFLED, "contact center, shuffled");
    leave_world(&scene);
#ifdef __x86_64__
    ondemand_avx2.destroy(scene.avx2);
#endif
    ondemand_plain.destroy(scene.plain);
}
