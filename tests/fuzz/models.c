#include "fuzz.h"

#include <base/hash.h>
#include <config/config.h>

extern const char fuzz_model_flat[], fuzz_model_cloud[], fuzz_model_nested[], fuzz_model_keys[];

static const char *const texts[] = {fuzz_model_flat, fuzz_model_cloud, fuzz_model_nested, fuzz_model_keys};

enum { MODELS = sizeof texts / sizeof texts[0] };

static struct kaiku_settings *settings[MODELS];

static void read_model(unsigned i)
{
    struct kaiku_mistakes mistakes;
    int status = kaiku_config_parse(kaiku_text_of(texts[i]), &settings[i], &mistakes);

    kaiku_mistakes_print(&mistakes, "model", stderr);
    FUZZ_CHECK(status == KAIKU_OK, "model %u", i);
    kaiku_mistakes_release(&mistakes);
}

const struct kaiku_model *fuzz_model(uint8_t number)
{
    if (!settings[0]) {
        kaiku_hash_seed();
        for (unsigned i = 0; i < MODELS; i++)
            read_model(i);
    }
    return &settings[number % MODELS]->model;
}
