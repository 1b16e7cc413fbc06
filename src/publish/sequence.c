#include "sequence.h"

#include <stdlib.h>

void sequence_release(struct sequence *sequence)
{
    free(sequence->runs);
    free(sequence->cells);
    *sequence = (struct sequence){0};
}

/* Room for n items of this size in *list. */
static int reserve(void **list, uint32_t *capacity, uint32_t n, size_t size)
{
    void *larger;

    if (n <= *capacity)
        return KAIKU_OK;
    larger = realloc(*list, n * size);
    if (!larger)
        return KAIKU_NOMEM;
    *list = larger;
    *capacity = n;
    return KAIKU_OK;
}

static int make_room(struct sequence *sequence, const struct projection_source *sources, uint32_t n,
                     uint32_t view)
{
    uint32_t runs = 0, cells = 0;
    void *list = sequence->runs, *numbers = sequence->cells;

    for (uint32_t i = 0; i < n; i++) {
        runs += sources[i].delta->pieces[view].table.count;
        cells += sources[i].delta->cells[view].table.count;
    }
    int status = reserve(&list, &sequence->runs_capacity, runs, sizeof *sequence->runs);
    sequence->runs = list;
    if (status == KAIKU_OK)
        status = reserve(&numbers, &sequence->cells_capacity, cells, sizeof *sequence->cells);
    sequence->cells = numbers;
    return status;
}

/* Distributes the cells of one delta to a run for each of its pieces. */
static void add_source(struct sequence *sequence, const struct projection_source *source,
                       uint32_t view)
{
    const struct kaiku_pieces *pieces = &source->delta->pieces[view];
    const struct kaiku_table *cells = &source->delta->cells[view].table;
    struct sequence_run *runs = sequence->runs + sequence->n_runs;

    for (uint32_t p = 0; p < pieces->table.count; p++)
        runs[p] = (struct sequence_run){.piece = kaiku_pieces_at(pieces, p), .source = source};
    for (uint32_t c = 0; c < cells->count; c++)
        runs[kaiku_table_key(cells, c)[0]].n++;
    for (uint32_t p = 0, first = sequence->n_cells; p < pieces->table.count; p++) {
        runs[p].first = first;
        first += runs[p].n;
        runs[p].n = 0;
    }
    for (uint32_t c = 0; c < cells->count; c++) {
        struct sequence_run *run = &runs[kaiku_table_key(cells, c)[0]];
        sequence->cells[run->first + run->n++] = c;
    }
    sequence->n_runs += pieces->table.count;
    sequence->n_cells += cells->count;
}

static int by_start(const void *left, const void *right)
{
    const struct sequence_run *a = left, *b = right;
    int64_t x = a->piece->span.start, y = b->piece->span.start;

    return (x > y) - (x < y);
}

int sequence_build(struct sequence *sequence, const struct projection_source *sources, uint32_t n,
                   uint32_t view)
{
    int status = make_room(sequence, sources, n, view);

    if (status != KAIKU_OK)
        return status;
    sequence->n_runs = sequence->n_cells = 0;
    for (uint32_t i = 0; i < n; i++)
        add_source(sequence, &sources[i], view);
    if (sequence->n_runs > 1)
        qsort(sequence->runs, sequence->n_runs, sizeof *sequence->runs, by_start);
    return KAIKU_OK;
}
