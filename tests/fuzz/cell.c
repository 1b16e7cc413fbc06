/* Any bytes as a stored cell: refused as a whole, or taken, and then one content has one encoding and adding is
 * associative and commutative. The first byte chooses a model; cells stand one behind the other, each after its size. */
#include "fuzz.h"

#include <kaiku/cell.h>
#include <model/layout.h>

#include <cell.h>
#include <fields.h>

enum { CELLS = 3 };

/* Chunks in ascending order of id, none of them zero. */
struct content {
    struct kaiku_cell_chunk *chunks;
    size_t n;
};

static bool is_zero(const struct kaiku_cell_chunk *chunk)
{
    static const struct kaiku_cell_chunk zero;

    return chunk->id & KAIKU_SUM_BLOCK ? chunk->sum == 0
                                       : !memcmp(chunk->counters, zero.counters, sizeof zero.counters);
}

static void push(struct content *content, const struct kaiku_cell_chunk *chunk)
{
    if (is_zero(chunk))
        return;
    content->chunks = realloc(content->chunks, (content->n + 1) * sizeof *chunk);
    if (!content->chunks)
        abort();
    content->chunks[content->n++] = *chunk;
}

/* False: no cell, and nothing of it was given out. */
static bool decode(struct kaiku_text cell, struct content *out)
{
    struct kaiku_cell_chunk chunk;
    size_t position = 0;
    int status;

    *out = (struct content){0};
    while ((status = kaiku_cell_next(cell.data, cell.size, &position, &chunk)) == KAIKU_OK)
        push(out, &chunk);
    FUZZ_CHECK(status == KAIKU_END || (status == KAIKU_INVALID && position == 0),
               "status %d at %zu", status, position);
    return status == KAIKU_END;
}

static size_t put_chunk(const struct kaiku_cell_chunk *chunk, char *out)
{
    int32_t narrow[KAIKU_BLOCK];
    char delta[2 * KAIKU_CHUNK_MAX];
    size_t size;
    bool fits = true;

    if (chunk->id & KAIKU_SUM_BLOCK)
        return kaiku_cell_put_sum(chunk->id & (KAIKU_SUM_BLOCK - 1), chunk->sum, out);
    size = kaiku_cell_put_block(chunk->id, chunk->counters, out);
    for (unsigned i = 0; i < KAIKU_BLOCK; i++) {
        narrow[i] = (int32_t)chunk->counters[i];
        fits &= narrow[i] == chunk->counters[i];
    }
    if (fits)
        FUZZ_CHECK(kaiku_cell_put_delta(chunk->id, narrow, delta) == size && !memcmp(delta, out, size),
                   "put_delta differs from put_block");
    return size;
}

static struct kaiku_buffer encode(const struct content *content)
{
    struct kaiku_buffer out = {0};

    for (size_t i = 0; i < content->n; i++)
        out.size += put_chunk(&content->chunks[i], kaiku_buffer_reserve(&out, KAIKU_CHUNK_MAX));
    return out;
}

/* As the commit script adds, but that there counters are numbers of 53 bits: here they wrap. */
static void add_chunk(struct kaiku_cell_chunk *to, const struct kaiku_cell_chunk *from)
{
    for (unsigned i = 0; i < KAIKU_BLOCK; i++)
        to->counters[i] = (int64_t)((uint64_t)to->counters[i] + (uint64_t)from->counters[i]);
    to->sum = (__int128)((unsigned __int128)to->sum + (unsigned __int128)from->sum);
}

static struct content add(const struct content *a, const struct content *b)
{
    struct content sum = {0};

    for (size_t i = 0, j = 0; i < a->n || j < b->n;) {
        bool from_a = j == b->n || (i < a->n && a->chunks[i].id <= b->chunks[j].id);
        bool from_b = i == a->n || (j < b->n && b->chunks[j].id <= a->chunks[i].id);
        struct kaiku_cell_chunk chunk = from_a ? a->chunks[i] : b->chunks[j];
        if (from_a && from_b)
            add_chunk(&chunk, &b->chunks[j]);
        push(&sum, &chunk);
        i += from_a;
        j += from_b;
    }
    return sum;
}

static void check_equal(const struct content *a, const struct content *b, const char *what)
{
    struct kaiku_buffer x = encode(a), y = encode(b);

    FUZZ_CHECK(x.size == y.size && (x.size == 0 || !memcmp(x.data, y.data, x.size)), "%s", what);
    kaiku_buffer_release(&x);
    kaiku_buffer_release(&y);
}

/* Decoding what was encoded gives the same content, and the same bytes again. */
static void check_round(const struct content *content, size_t size)
{
    struct kaiku_buffer bytes = encode(content);
    struct content again;

    FUZZ_CHECK(bytes.size <= size, "%zu bytes became %zu", size, bytes.size);
    FUZZ_CHECK(decode(kaiku_buffer_as_text(&bytes), &again), "refused what was encoded");
    FUZZ_CHECK(again.n == content->n, "%zu chunks became %zu", content->n, again.n);
    for (size_t i = 0; i < again.n; i++) {
        const struct kaiku_cell_chunk *a = &again.chunks[i], *b = &content->chunks[i];
        FUZZ_CHECK(a->id == b->id && a->sum == b->sum, "another chunk");
        if (!(a->id & KAIKU_SUM_BLOCK))
            FUZZ_CHECK(!memcmp(a->counters, b->counters, sizeof a->counters), "other counters");
    }
    check_equal(&again, content, "another encoding");
    kaiku_buffer_release(&bytes);
    free(again.chunks);
}

static void check_sums(const struct content *cells)
{
    struct content ab = add(&cells[0], &cells[1]), ba = add(&cells[1], &cells[0]);
    struct content bc = add(&cells[1], &cells[2]);
    struct content left = add(&ab, &cells[2]), right = add(&cells[0], &bc);

    check_equal(&ab, &ba, "a + b is not b + a");
    check_equal(&left, &right, "(a + b) + c is not a + (b + c)");
    free(ab.chunks);
    free(ba.chunks);
    free(bc.chunks);
    free(left.chunks);
    free(right.chunks);
}

/* The fields that are published of a cell, as one text. */
static int put_fields(struct fields *fields, struct kaiku_text bytes, struct kaiku_buffer *out)
{
    static const int64_t estimates[KAIKU_MAX_METRICS];
    struct arena arena = {0};
    struct kaiku_fields put;
    struct run run;
    int status = fields_read(fields, bytes);

    if (status != KAIKU_OK)
        return status;
    FUZZ_CHECK(run_begin(&run, &arena, fields->most) == KAIKU_OK, "no memory");
    fields_put(fields, 0, 0, KAIKU_TEXT("_all"), estimates, &run);
    put = run_end(&run);
    for (uint32_t i = 0; i < put.n; i++) {
        kaiku_buffer_text(out, put.texts[i]);
        kaiku_buffer_char(out, ' ');
    }
    arena_release(&arena);
    return KAIKU_OK;
}

/* Published alike, whatever was read before. */
static int check_fields(const struct kaiku_model *model, struct fields *used, struct kaiku_text bytes)
{
    struct kaiku_buffer a = {0}, b = {0};
    struct fields fresh;
    int status;

    FUZZ_CHECK(fields_init(&fresh, model) == KAIKU_OK, "no memory");
    status = put_fields(&fresh, bytes, &a);
    FUZZ_CHECK(put_fields(used, bytes, &b) == status, "another verdict after other cells");
    FUZZ_CHECK(kaiku_text_equal(kaiku_buffer_as_text(&a), kaiku_buffer_as_text(&b)),
               "'%s' became '%s' after other cells", kaiku_buffer_cstring(&a), kaiku_buffer_cstring(&b));
    fields_release(&fresh);
    kaiku_buffer_release(&a);
    kaiku_buffer_release(&b);
    return status;
}

/* Those who read cells: the statistics that are published, and verify. */
static void show(const struct kaiku_model *model, struct fields *used, struct kaiku_text bytes, bool is_cell)
{
    struct verify_cell cell = {0};
    int shown = check_fields(model, used, bytes), verified = verify_cell_read(&cell, model, bytes);
    int64_t n;

    FUZZ_CHECK(fields_read_n(bytes, &n) == (is_cell ? KAIKU_OK : KAIKU_INVALID), "n");
    FUZZ_CHECK(is_cell || (shown == KAIKU_INVALID && verified == KAIKU_INVALID), "took what is no cell");
    verify_cell_release(&cell);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kaiku_text input = {(const char *)data, size};
    const struct kaiku_model *model = fuzz_model(fuzz_take(&input));
    struct content cells[CELLS];
    struct fields fields;

    FUZZ_CHECK(fields_init(&fields, model) == KAIKU_OK, "no memory");
    for (unsigned i = 0; i < CELLS; i++) {
        size_t part = fuzz_take(&input);
        struct kaiku_text bytes = {NULL, part < input.size && i + 1 < CELLS ? part : input.size};
        char *copy = fuzz_copy(input.data, bytes.size);
        bool is_cell;
        bytes.data = copy;
        is_cell = decode(bytes, &cells[i]);
        if (is_cell)
            check_round(&cells[i], bytes.size);
        show(model, &fields, bytes, is_cell);
        input.data += bytes.size;
        input.size -= bytes.size;
        free(copy);
    }
    fields_release(&fields);
    check_sums(cells);
    for (unsigned i = 0; i < CELLS; i++)
        free(cells[i].chunks);
    return 0;
}
