#include "generator.h"

#include <criterion/criterion.h>
#include <decode/decode.h>
#include <stdlib.h>

#include <base/hash.h>
#include <config/config.h>

#include "contact.h"
#include "contact_json.h"

#define HOUR_MS INT64_C(3600000)
#define RETRACT "\"op\":\"retract\","

extern const char app_demo_config[];

static struct app_generator_options options;
static struct app_generator *generator;
static struct kaiku_settings *settings;
static struct kaiku_decoder *decoder;

static void setup(void)
{
    struct kaiku_mistakes mistakes;

    app_generator_defaults(&options);
    kaiku_hash_seed();
    cr_assert_eq(kaiku_config_parse(kaiku_text_of(app_demo_config), &settings, &mistakes),
                 KAIKU_OK);
    kaiku_mistakes_release(&mistakes);
    cr_assert_eq(kaiku_decoder_create(&settings->model, &decoder), KAIKU_OK);
}

static void teardown(void)
{
    app_generator_destroy(generator);
    kaiku_decoder_destroy(decoder);
    kaiku_settings_destroy(settings);
}

TestSuite(generator, .init = setup, .fini = teardown);

static void begin(void)
{
    app_generator_destroy(generator);
    cr_assert_eq(app_generator_create(&options, &generator), KAIKU_OK);
}

static void only(uint32_t late, uint32_t duplicates, uint32_t retractions, uint32_t broken)
{
    options.late = late;
    options.duplicates = duplicates;
    options.retractions = retractions;
    options.broken = broken;
    begin();
}

static uint64_t hash_of(int n)
{
    struct kaiku_buffer all = {0};
    struct app_generated event;
    uint64_t hash;

    begin();
    for (int i = 0; i < n; i++) {
        app_generator_next(generator, &event);
        kaiku_buffer_text(&all, event.value);
        kaiku_buffer_char(&all, '\n');
    }
    hash = kaiku_hash_stable(all.data, all.size);
    kaiku_buffer_release(&all);
    return hash;
}

static enum kaiku_verdict decode(const struct app_generated *generated, struct kaiku_event *event)
{
    enum kaiku_reason reason;

    return kaiku_decode(decoder, generated->value.data, generated->value.size,
                        generated->written_ms, event, &reason);
}

Test(generator, gives_the_same_bytes_for_the_same_seed_only)
{
    uint64_t first = hash_of(1000);

    cr_assert_eq(hash_of(1000), first);
    options.seed = 2;
    cr_assert_neq(hash_of(1000), first);
}

/* Made on x86-64; whoever changes what is generated writes the new number here. */
Test(generator, gives_the_same_bytes_on_every_machine)
{
    cr_assert_eq(hash_of(10000), UINT64_C(0xe61c1fddabb6f74a), "%#llx",
                 (unsigned long long)hash_of(10000));
}

Test(generator, makes_events_that_count)
{
    struct app_generated generated;
    struct kaiku_event event;
    int answers = 0;

    only(0, 0, 0, 0);
    for (int i = 0; i < 5000; i++) {
        app_generator_next(generator, &generated);
        cr_assert_eq(decode(&generated, &event), KAIKU_EVENT, "%.*s", (int)generated.value.size,
                     generated.value.data);
        cr_assert_eq(event.n_bad, 0);
        cr_assert(event.has_id && !event.retract && !event.clamped);
        cr_assert_eq(event.time_ms, generated.written_ms);
        answers += event.answered;
    }
    /* Answers to invitations as 36 to 100, about. */
    cr_assert(answers > 1250 && answers < 1450, "%d", answers);
}

Test(generator, keeps_the_stated_shares)
{
    const int n = 100000;
    struct app_generated generated;
    struct kaiku_event event;
    int retracted = 0, late = 0, broken = 0;

    only(100000, 0, 50000, 20000);
    for (int i = 0; i < n; i++) {
        app_generator_next(generator, &generated);
        if (decode(&generated, &event) != KAIKU_EVENT || event.n_bad > 0) {
            broken++;
            continue;
        }
        retracted += event.retract;
        late += !event.retract && event.time_ms < generated.written_ms;
    }
    cr_assert(abs(late - n / 10) < n / 200, "%d", late);
    cr_assert(abs(retracted - n / 20) < n / 200, "%d", retracted);
    cr_assert(abs(broken - n / 50) < n / 200, "%d", broken);
}

Test(generator, is_late_by_minutes_to_hours)
{
    struct app_generated generated;
    struct kaiku_event event;

    only(APP_MILLION, 0, 0, 0);
    for (int i = 0; i < 1000; i++) {
        app_generator_next(generator, &generated);
        cr_assert_eq(decode(&generated, &event), KAIKU_EVENT);
        int64_t behind_ms = generated.written_ms - event.time_ms;
        cr_assert(behind_ms >= 120000 && behind_ms <= 12 * HOUR_MS);
    }
}

struct seen {
    struct kaiku_text value;
    uint64_t id;
    bool is_retracted;
};

static struct seen *find(struct seen *seen, int n, struct kaiku_text value, uint64_t id)
{
    for (int i = n - 1; i >= 0; i--)
        if (seen[i].id == id && kaiku_text_equal(seen[i].value, value))
            return &seen[i];
    return NULL;
}

static void forget(struct seen *seen, int n)
{
    for (int i = 0; i < n; i++)
        free((char *)(uintptr_t)seen[i].value.data);
}

Test(generator, repeats_whole_events)
{
    enum { N = 2000 };
    static struct seen seen[N];
    struct app_generated event;
    int n = 0;

    only(0, 300000, 0, 0);
    for (int i = 0; i < N; i++) {
        app_generator_next(generator, &event);
        if (find(seen, n, event.value, event.id))
            continue;
        seen[n].value = (struct kaiku_text){strndup(event.value.data, event.value.size),
                                            event.value.size};
        seen[n++].id = event.id;
    }
    forget(seen, n);
    cr_assert(abs(n - N * 7 / 10) < N / 20, "%d", n);
}

Test(generator, retracts_an_earlier_event_once)
{
    enum { N = 2000 };
    static struct seen seen[N];
    struct app_generated event;
    int n = 0, retracted = 0;

    only(0, 0, 200000, 0);
    for (int i = 0; i < N; i++) {
        char text[APP_EVENT_MAX + sizeof(RETRACT)];
        app_generator_next(generator, &event);
        snprintf(text, sizeof(text), "%.*s", (int)event.value.size, event.value.data);
        char *op = strstr(text, RETRACT);
        if (!op) {
            seen[n].value = kaiku_text_of(strdup(text));
            seen[n++].id = event.id;
            continue;
        }
        memmove(op, op + sizeof(RETRACT) - 1, strlen(op + sizeof(RETRACT) - 1) + 1);
        struct seen *original = find(seen, n, kaiku_text_of(text), event.id);
        cr_assert_not_null(original, "%s", text);
        cr_assert_not(original->is_retracted);
        original->is_retracted = true;
        retracted++;
    }
    forget(seen, n);
    cr_assert(abs(retracted - N / 5) < N / 20, "%d", retracted);
}

Test(generator, follows_the_day_of_its_local_clock)
{
    struct app_generated event;
    int by_hour[24] = {0};

    options.utc_offset_min = 120;
    options.per_day = 20000;
    only(0, 0, 0, 0);
    for (int i = 0; i < 20000; i++) {
        app_generator_next(generator, &event);
        by_hour[(event.written_ms / HOUR_MS + 2) % 24]++;
        cr_assert_not_null(memmem(event.value.data, event.value.size, "+02:00\"", 7));
    }
    cr_assert_gt(by_hour[10], 20 * by_hour[3]);
    cr_assert_gt(by_hour[10], by_hour[8]);
    cr_assert_gt(by_hour[10], by_hour[12]);
    cr_assert_gt(by_hour[15], by_hour[13]);
    cr_assert_gt(by_hour[15], by_hour[17]);
}

Test(generator, spreads_a_day_of_events_over_a_day)
{
    struct app_generated event;
    int n = 0;

    options.per_day = 5000;
    only(0, 0, 0, 0);
    do {
        app_generator_next(generator, &event);
        n++;
    } while (event.written_ms - options.start_ms < 5 * 24 * HOUR_MS);
    cr_assert(abs(n - 5 * 5000) < 500, "%d", n);
}

Test(generator, stands_at_the_time_it_is_given)
{
    struct app_generated event;

    options.per_day = 0;
    only(0, 0, 0, 0);
    for (int i = 0; i < 10; i++) {
        app_generator_set_time(generator, 1700000000000 + i);
        app_generator_next(generator, &event);
        cr_assert_eq(event.written_ms, 1700000000000 + i);
    }
}
