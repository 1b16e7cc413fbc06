#include "trial.h"

#include <config/config.h>
#include <decode/decode.h>

#include <stdlib.h>

static void count(struct trial *trial, enum kaiku_verdict verdict, enum kaiku_reason reason,
                  const struct kaiku_event *event)
{
    if (verdict == KAIKU_IGNORED)
        trial->ignored++;
    if (verdict == KAIKU_REJECTED) {
        trial->rejected++;
        trial->reasons[reason]++;
    }
    if (verdict != KAIKU_EVENT)
        return;
    trial->events++;
    trial->bad_answers += event->n_bad;
    for (uint32_t i = 0; i < event->n_bad; i++)
        trial->reasons[event->bad[i].reason]++;
}

static int decode(const struct kaiku_settings *settings, const struct kaiku_sample *sample, struct trial *trial)
{
    struct kaiku_event *event = calloc(1, sizeof(*event));
    struct kaiku_decoder *decoder = NULL;
    int status = event ? kaiku_decoder_create(&settings->model, &decoder) : KAIKU_NOMEM;

    for (uint32_t i = 0; i < sample->n && status == KAIKU_OK; i++) {
        const struct kaiku_sample_record *record = &sample->records[i];
        enum kaiku_reason reason = KAIKU_TOO_LARGE;
        enum kaiku_verdict verdict = KAIKU_REJECTED;
        bool is_kept = record->value || record->size == 0;
        if (is_kept)
            verdict = kaiku_decode(decoder, record->value, record->size, record->timestamp_ms, event, &reason);
        count(trial, verdict, reason, event);
    }
    kaiku_decoder_destroy(decoder);
    free(event);
    return status;
}

int trial_run(struct kaiku_text config, const struct kaiku_sample *sample, struct trial *out)
{
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes = {0};
    int status = kaiku_config_parse(config, &settings, &mistakes);

    *out = (struct trial){0};
    kaiku_mistakes_print(&mistakes, "proposal", stderr);
    kaiku_mistakes_release(&mistakes);
    if (status == KAIKU_OK)
        status = decode(settings, sample, out);
    kaiku_settings_destroy(settings);
    return status;
}
