/* Keys as words: waitTimeS, wait-time-s and WAIT_TIME_S are `wait time s`. */
#ifndef PROPOSE_WORDS_H
#define PROPOSE_WORDS_H

#include <base/text.h>

enum { WORDS_MAX = 12, WORDS_BYTES = 96 };

struct words {
    char text[WORDS_BYTES]; /* each ends with a NUL */
    uint8_t at[WORDS_MAX];
    uint32_t n;
};

/* Letters with accents lose them; what is no letter and no digit separates. What has no room is left out. */
void words_split(struct words *words, struct kaiku_text key);

static inline const char *words_get(const struct words *words, uint32_t i)
{
    return words->text + words->at[i];
}

/* Is one of the patterns among them? Patterns stand between blanks; a word matches that begins with one, or equals it
 * where it ends with a $. */
bool words_match(const struct words *words, const char *patterns);
/* The same for the last word. */
bool words_end_with(const struct words *words, const char *patterns);

#endif
