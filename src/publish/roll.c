#include "roll.h"

#include <base/hash.h>

#include <stdlib.h>
#include <string.h>

void roll_release(struct roll *roll)
{
    kaiku_buffer_release(&roll->texts);
    *roll = (struct roll){0};
}

void roll_begin(struct roll *roll)
{
    roll->n = 0;
    kaiku_buffer_clear(&roll->texts);
}

/* Until the roll is closed the buffer may move: members have their sizes only. */
int roll_add(struct roll *roll, struct kaiku_text member)
{
    if (roll->n > ROLL_MOST)
        return KAIKU_OK;
    if (roll->n < ROLL_MOST) {
        roll->members[roll->n].size = member.size;
        kaiku_buffer_text(&roll->texts, member);
        kaiku_buffer_char(&roll->texts, '\0');
    }
    roll->n++;
    return roll->texts.failed ? KAIKU_NOMEM : KAIKU_OK;
}

static int compare(const void *left, const void *right)
{
    const struct kaiku_text *a = left, *b = right;

    return strcmp(a->data, b->data);
}

void roll_end(struct roll *roll)
{
    const char *at = roll->texts.data;
    uint32_t n = 0;

    if (roll->n == 0 || roll->n > ROLL_MOST)
        return;
    for (uint32_t i = 0; i < roll->n; i++) {
        roll->members[i].data = at;
        at += roll->members[i].size + 1;
    }
    qsort(roll->members, roll->n, sizeof(*roll->members), compare);
    for (uint32_t i = 0; i < roll->n; i++)
        if (n == 0 || !kaiku_text_equal(roll->members[n - 1], roll->members[i]))
            roll->members[n++] = roll->members[i];
    roll->n = n;
}

uint64_t roll_sum(const struct roll *roll, uint64_t seed)
{
    uint64_t sum = seed;

    if (roll->n == 0 || roll->n > ROLL_MOST)
        return 0;
    for (uint32_t i = 0; i < roll->n; i++)
        sum = sum * UINT64_C(0x9e3779b97f4a7c15) + kaiku_hash_stable(roll->members[i].data, roll->members[i].size);
    return sum ? sum : 1;
}
