#include "words.h"

/* U+00C0 to U+00FF. */
static const char plain_letters[] = "aaaaaaaceeeeiiiidnooooo_ouuuuytsaaaaaaaceeeeiiiidnooooo_ouuuuyty";

struct splitting {
    struct words *words;
    size_t used;
    bool in_word;
    char last; /* letter or digit as it stood, 0 behind a separator */
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add(struct splitting *splitting, char letter)
{
    struct words *words = splitting->words;

    if (splitting->used + 2 > WORDS_BYTES)
        return;
    if (!splitting->in_word) {
        if (words->n == WORDS_MAX)
            return;
        splitting->used += words->n > 0; /* behind the NUL */
        words->at[words->n++] = (uint8_t)splitting->used;
        splitting->in_word = true;
    }
    if (splitting->used + 2 <= WORDS_BYTES)
        words->text[splitting->used++] = letter;
}

/* Does a word begin at c? */
static bool turns(char last, char c, char next)
{
    return is_upper(c) && (is_lower(last) || is_digit(last) || (is_upper(last) && is_lower(next)));
}

void words_split(struct words *words, struct kaiku_text key)
{
    struct splitting splitting = {.words = words};

    *words = (struct words){0};
    for (size_t i = 0; i < key.size; i++) {
        char c = key.data[i], next = i + 1 < key.size ? key.data[i + 1] : 0;
        if (c == '\xc3' && (next & 0xc0) == 0x80) {
            c = plain_letters[next & 0x3f];
            next = 0;
            i++;
        }
        if (turns(splitting.last, c, next))
            splitting.in_word = false;
        if (is_upper(c) || is_lower(c) || is_digit(c)) {
            add(&splitting, is_upper(c) ? (char)(c + ('a' - 'A')) : c);
            splitting.last = c;
        } else {
            splitting.in_word = false;
            splitting.last = 0;
        }
    }
}

static bool matches(const char *word, const char *patterns)
{
    while (*patterns) {
        size_t size = strcspn(patterns, " ");
        bool is_whole = patterns[size - 1] == '$';
        if (is_whole ? strlen(word) == size - 1 && memcmp(word, patterns, size - 1) == 0
                     : strncmp(word, patterns, size) == 0)
            return true;
        patterns += size + (patterns[size] == ' ');
    }
    return false;
}

bool words_match(const struct words *words, const char *patterns)
{
    for (uint32_t i = 0; i < words->n; i++)
        if (matches(words_get(words, i), patterns))
            return true;
    return false;
}

bool words_end_with(const struct words *words, const char *patterns)
{
    return words->n > 0 && matches(words_get(words, words->n - 1), patterns);
}
