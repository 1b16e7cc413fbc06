/* What becomes of the records under a configuration: decoded with kaiku's own decoder. */
#ifndef PROPOSE_TRIAL_H
#define PROPOSE_TRIAL_H

#include <model/model.h>
#include <propose/propose.h>

struct trial {
    uint32_t events, ignored, rejected, bad_answers;
    uint32_t reasons[KAIKU_REASONS];
};

/* CONFIG: kaiku does not take the text, which is a mistake of the proposal. */
int trial_run(struct kaiku_text config, const struct kaiku_sample *sample, struct trial *out) KAIKU_MUST_CHECK;

#endif
