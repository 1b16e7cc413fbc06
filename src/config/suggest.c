#include "suggest.h"

enum { SUGGEST_MAX = 64 }; /* bytes compared; known names are shorter */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that make b of a. */
static uint32_t edit_distance(struct kaiku_text a, struct kaiku_text b)
{
    uint32_t rows[3][SUGGEST_MAX + 1];
    uint32_t *before = rows[0], *above = rows[1], *row = rows[2];

    a.size = a.size < SUGGEST_MAX ? a.size : SUGGEST_MAX;
    b.size = b.size < SUGGEST_MAX ? b.size : SUGGEST_MAX;
    for (uint32_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= a.size; i++) {
        uint32_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (uint32_t j = 1; j <= b.size; j++) {
            uint32_t differs = a.data[i - 1] != b.data[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + differs);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size];
}

void kaiku_suggestion_offer(struct kaiku_suggestion *suggestion, const char *candidate)
{
    uint32_t distance = edit_distance(suggestion->wrong, kaiku_text_of(candidate));

    if (!suggestion->best || distance < suggestion->distance) {
        suggestion->best = candidate;
        suggestion->distance = distance;
    }
}
