/* The nearest of several known names, for "did you mean". */
#ifndef CONFIG_SUGGEST_H
#define CONFIG_SUGGEST_H

#include <base/text.h>

struct kaiku_suggestion {
    struct kaiku_text wrong; /* borrowed */
    const char *best;        /* borrowed from the offers; NULL before the first */
    uint32_t distance;
};

static inline struct kaiku_suggestion kaiku_suggestion_for(struct kaiku_text wrong)
{
    return (struct kaiku_suggestion){.wrong = wrong};
}

/* Of equally near candidates the first one offered stays. */
void kaiku_suggestion_offer(struct kaiku_suggestion *suggestion, const char *candidate);

#endif
