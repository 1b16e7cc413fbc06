#include "ranking.h"

#include <stdlib.h>

void ranking_release(struct ranking *ranking)
{
    for (uint32_t i = 0; i < ranking->allocated; i++) {
        kaiku_buffer_release(&ranking->rows[i].member);
        kaiku_buffer_release(&ranking->rows[i].cell);
    }
    free(ranking->rows);
    *ranking = (struct ranking){0};
}

void ranking_begin(struct ranking *ranking, uint32_t most)
{
    ranking->n = 0;
    ranking->most = most;
}

int ranking_compare(int64_t n, struct kaiku_text member, int64_t other, struct kaiku_text text)
{
    size_t common = member.size < text.size ? member.size : text.size;
    int order;

    if (n != other)
        return n > other ? -1 : 1;
    order = common > 0 ? memcmp(member.data, text.data, common) : 0;
    if (order != 0)
        return order;
    return (member.size > text.size) - (member.size < text.size);
}

/* Below 0: a row of n and member stands above `other`. */
static int compare(int64_t n, struct kaiku_text member, const struct ranked *other)
{
    return ranking_compare(n, member, other->n, kaiku_buffer_as_text(&other->member));
}

static int compare_rows(const void *a, const void *b)
{
    const struct ranked *row = a;

    return compare(row->n, kaiku_buffer_as_text(&row->member), b);
}

static void swap(struct ranked *a, struct ranked *b)
{
    struct ranked row = *a;

    *a = *b;
    *b = row;
}

/* The rows are a heap with the lowest rank on top: the one that has to go when a better one
 * comes. */
static void sift_up(struct ranked *rows, uint32_t i)
{
    for (; i > 0 && compare_rows(&rows[i], &rows[(i - 1) / 2]) > 0; i = (i - 1) / 2)
        swap(&rows[i], &rows[(i - 1) / 2]);
}

static void sift_down(struct ranked *rows, uint32_t n)
{
    for (uint32_t i = 0, child = 1; child < n; i = child, child = 2 * i + 1) {
        if (child + 1 < n && compare_rows(&rows[child + 1], &rows[child]) > 0)
            child++;
        if (compare_rows(&rows[i], &rows[child]) >= 0)
            return;
        swap(&rows[i], &rows[child]);
    }
}

static int grow(struct ranking *ranking)
{
    uint32_t allocated = ranking->allocated ? 2 * ranking->allocated : 16;
    struct ranked *rows = realloc(ranking->rows, allocated * sizeof(*rows));

    if (!rows)
        return KAIKU_NOMEM;
    memset(rows + ranking->allocated, 0, (allocated - ranking->allocated) * sizeof(*rows));
    ranking->rows = rows;
    ranking->allocated = allocated;
    return KAIKU_OK;
}

static int fill(struct ranked *row, int64_t n, uint32_t shard, struct kaiku_text member,
                struct kaiku_text cell)
{
    row->n = n;
    row->shard = shard;
    kaiku_buffer_clear(&row->member);
    kaiku_buffer_clear(&row->cell);
    kaiku_buffer_text(&row->member, member);
    kaiku_buffer_text(&row->cell, cell);
    return row->member.failed || row->cell.failed ? KAIKU_NOMEM : KAIKU_OK;
}

int ranking_offer(struct ranking *ranking, int64_t n, uint32_t shard, struct kaiku_text member,
                  struct kaiku_text cell)
{
    int status = KAIKU_OK;

    if (ranking->n < ranking->most) {
        if (ranking->n == ranking->allocated)
            status = grow(ranking);
        if (status == KAIKU_OK)
            status = fill(&ranking->rows[ranking->n], n, shard, member, cell);
        if (status == KAIKU_OK)
            sift_up(ranking->rows, ranking->n++);
        return status;
    }
    if (ranking->n == 0 || compare(n, member, &ranking->rows[0]) > 0)
        return KAIKU_OK;
    status = fill(&ranking->rows[0], n, shard, member, cell);
    sift_down(ranking->rows, ranking->n);
    return status;
}

void ranking_end(struct ranking *ranking)
{
    if (ranking->n > 1)
        qsort(ranking->rows, ranking->n, sizeof(*ranking->rows), compare_rows);
}
