/* Any text as a configuration: it is taken, or refused with mistakes that name a place in the text. What is taken can be
 * described, decoded with, and read again with the same digest. */
#include "fuzz.h"

#include <config/config.h>
#include <decode/decode.h>

static uint32_t count_lines(struct kaiku_text text)
{
    uint32_t lines = 1;

    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n' || text.data[i] == '\r';
    return lines;
}

static void check_mistakes(const struct kaiku_mistakes *mistakes, struct kaiku_text text)
{
    uint32_t last = count_lines(text) + 1; /* what is missing at the end may be named behind it */

    FUZZ_CHECK(mistakes->n > 0, "refused without a mistake");
    for (uint32_t i = 0; i < mistakes->n; i++) {
        const struct kaiku_mistake *mistake = &mistakes->items[i];
        FUZZ_CHECK(mistake->message && mistake->message[0], "mistake %u says nothing", i);
        FUZZ_CHECK(mistake->line <= last, "line %u of %u: %s", mistake->line, last, mistake->message);
        FUZZ_CHECK((mistake->line > 0) == (mistake->column > 0), "half a place: %s", mistake->message);
    }
}

static void use(const struct kaiku_settings *settings)
{
    static const char record[] = "{\"id\":\"a\",\"time\":1795000000,\"nps\":9}";
    static FILE *nowhere;
    struct kaiku_decoder *decoder;
    struct kaiku_event event;
    enum kaiku_reason reason;

    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    kaiku_config_describe(settings, nowhere);
    FUZZ_CHECK(kaiku_decoder_create(&settings->model, &decoder) == KAIKU_OK, "no decoder");
    (void)kaiku_decode(decoder, record, sizeof record - 1, INT64_C(1795000000000), &event, &reason);
    kaiku_decoder_destroy(decoder);
}

static void read_again(struct kaiku_text text, const char *digest)
{
    struct kaiku_settings *settings;
    struct kaiku_mistakes mistakes;

    FUZZ_CHECK(kaiku_config_parse(text, &settings, &mistakes) == KAIKU_OK, "refused the second time");
    FUZZ_CHECK(strcmp(settings->model.digest, digest) == 0, "another digest");
    kaiku_settings_destroy(settings);
    kaiku_mistakes_release(&mistakes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size);
    struct kaiku_text text = {copy, size};
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;

    if (kaiku_config_parse(text, &settings, &mistakes) == KAIKU_OK) {
        use(settings);
        read_again(text, settings->model.digest);
        kaiku_settings_destroy(settings);
    } else {
        FUZZ_CHECK(!settings, "refused, and given out");
        check_mistakes(&mistakes, text);
    }
    kaiku_mistakes_release(&mistakes);
    free(copy);
    return 0;
}
