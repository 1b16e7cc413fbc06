#include "ledger.h"

#include <base/array.h>

#include <stdio.h>
#include <stdlib.h>

void ledger_init(struct ledger *ledger, uint32_t shards)
{
    *ledger = (struct ledger){.shards = shards};
}

void ledger_release(struct ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->n; i++) {
        free(ledger->lines[i].field);
        free(ledger->lines[i].known);
        free(ledger->lines[i].next);
    }
    free(ledger->lines);
    *ledger = (struct ledger){0};
}

static int add_line(struct ledger *ledger, char *field)
{
    struct ledger_line *lines =
        kaiku_array_reserve(ledger->lines, ledger->n, &ledger->capacity, sizeof *lines);
    if (!lines)
        return KAIKU_NOMEM;
    ledger->lines = lines;
    struct ledger_line *line = &lines[ledger->n];
    *line = (struct ledger_line){.field = field,
                                 .known = calloc(ledger->shards, KAIKU_POSITION_MAX),
                                 .next = calloc(ledger->shards, KAIKU_POSITION_MAX)};
    if (!line->known || !line->next) {
        free(line->known);
        free(line->next);
        return KAIKU_NOMEM;
    }
    ledger->n++;
    return KAIKU_OK;
}

int ledger_number(struct ledger *ledger, const struct kaiku_partition *partition, uint32_t *out)
{
    char *field;
    if (asprintf(&field, "%s:%d", partition->topic, partition->number) < 0)
        return KAIKU_NOMEM;
    for (uint32_t i = 0; i < ledger->n; i++) {
        if (strcmp(ledger->lines[i].field, field) == 0) {
            free(field);
            *out = i;
            return KAIKU_OK;
        }
    }
    int rc = add_line(ledger, field);
    if (rc != KAIKU_OK)
        free(field);
    else
        *out = ledger->n - 1;
    return rc;
}

void ledger_stay(struct ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->n; i++)
        memcpy(ledger->lines[i].next, ledger->lines[i].known, (size_t)ledger->shards * KAIKU_POSITION_MAX);
}

void ledger_move(struct ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->n; i++)
        memcpy(ledger->lines[i].known, ledger->lines[i].next, (size_t)ledger->shards * KAIKU_POSITION_MAX);
}

void ledger_forget(struct ledger *ledger, uint32_t owner)
{
    for (uint32_t i = 0; i < ledger->n; i++)
        if (owner == 0 || ledger->lines[i].owner == owner)
            ledger->lines[i].owner = 0;
}
