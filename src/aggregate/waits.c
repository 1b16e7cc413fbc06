#include "aggregate/waits.h"

static struct kaiku_wait join(struct kaiku_wait a, struct kaiku_wait b)
{
    return (struct kaiku_wait){
        .since_ms = a.since_ms < b.since_ms ? a.since_ms : b.since_ms,
        .records = a.records + b.records,
    };
}

static void halve(struct kaiku_waits *waits)
{
    waits->n /= 2;
    for (uint32_t i = 0; i < waits->n; i++)
        waits->list[i] = join(waits->list[2 * i], waits->list[2 * i + 1]);
}

void kaiku_waits_add(struct kaiku_waits *waits, int64_t since_ms, uint64_t records)
{
    if (waits->n == KAIKU_WAITS)
        halve(waits);
    waits->list[waits->n++] = (struct kaiku_wait){since_ms, records};
}

void kaiku_waits_move(struct kaiku_waits *from, struct kaiku_waits *to)
{
    for (uint32_t i = 0; i < from->n; i++)
        kaiku_waits_add(to, from->list[i].since_ms, from->list[i].records);
    from->n = 0;
}
