#include "run.h"

#include "number.h"

int run_begin(struct run *run, struct arena *arena, uint32_t most)
{
    size_t texts_size = 2 * (size_t)most * sizeof(*run->texts);
    char *memory = arena_take(arena, texts_size + (size_t)most * NUMBER_MAX);

    if (!memory)
        return KAIKU_NOMEM;
    *run = (struct run){
        .arena = arena,
        .texts = (struct kaiku_text *)(void *)memory,
        .values = memory + texts_size,
    };
    return KAIKU_OK;
}

void run_text(struct run *run, struct kaiku_text name, struct kaiku_text value)
{
    run->texts[run->n++] = name;
    run->texts[run->n++] = value;
}

/* The number of size bytes that was written at values. */
static void take_number(struct run *run, struct kaiku_text name, size_t size)
{
    run_text(run, name, (struct kaiku_text){run->values, size});
    run->values += size;
}

void run_integer(struct run *run, struct kaiku_text name, int64_t value)
{
    take_number(run, name, number_integer(run->values, value));
}

void run_decimal(struct run *run, struct kaiku_text name, __int128 value, unsigned decimals)
{
    take_number(run, name, number_decimal(run->values, value, decimals));
}

void run_real(struct run *run, struct kaiku_text name, long double value)
{
    take_number(run, name, number_real(run->values, value));
}

struct kaiku_fields run_end(struct run *run)
{
    arena_cut(run->arena, run->values);
    return (struct kaiku_fields){run->texts, run->n};
}
