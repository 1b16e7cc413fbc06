/* cells CONFIG: reads events from standard input, one a line, and says how many different cells they
 * touch. It counts by itself: of kaiku it takes the decoder and the calendar alone.
 *
 * A cell is a member in one window, whatever Redis still holds of it; a base cell is what a worker
 * adds to. Duplicates and retractions touch the cells of their event. Values are taken to be within
 * max_values. Prints a line of JSON. */
#include <base/hash.h>
#include <config/config.h>
#include <decode/decode.h>
#include <model/calendar.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 64 + KAIKU_MAX_BY * (KAIKU_MAX_VALUE + 4), FIRST_SIZE = 1 << 20 };

/* Of hashes of 64 bits: among ten millions, two are the same once in 400,000 runs. */
struct set {
    uint64_t *items; /* 0: free */
    uint64_t size, count;
};

struct counts {
    uint64_t records, events, rejected, ignored;
};

struct counter {
    const struct kaiku_model *model;
    struct kaiku_calendar *calendar;
    struct kaiku_decoder *decoder;
    struct kaiku_event event;
    struct set base, cells;
    struct counts counts;
};

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ---- a set ---- */

static void set_init(struct set *set, uint64_t size)
{
    *set = (struct set){.items = calloc(size, sizeof *set->items), .size = size};
    check(set->items != NULL, "out of memory");
}

static bool set_add(struct set *set, uint64_t item);

static void set_grow(struct set *set)
{
    struct set grown;

    set_init(&grown, 2 * set->size);
    for (uint64_t i = 0; i < set->size; i++)
        if (set->items[i])
            (void)set_add(&grown, set->items[i]);
    free(set->items);
    *set = grown;
}

/* Was it new? */
static bool set_add(struct set *set, uint64_t item)
{
    uint64_t at;

    if (2 * set->count >= set->size)
        set_grow(set);
    item += item == 0;
    for (at = item & (set->size - 1); set->items[at]; at = (at + 1) & (set->size - 1))
        if (set->items[at] == item)
            return false;
    set->items[at] = item;
    set->count++;
    return true;
}

/* ---- cells of an event ---- */

/* What tells a cell from others: its view, its window, and the values that its grouping keeps. */
static uint64_t cell_hash(const struct counter *counter, const struct kaiku_view *view,
                          uint32_t kept, uint32_t window, int64_t start)
{
    const uint32_t head[] = {(uint32_t)(view - counter->model->views), kept, window};
    char key[KEY_SIZE];
    size_t size = sizeof head + sizeof start;

    memcpy(key, head, sizeof head);
    memcpy(key + sizeof head, &start, sizeof start);
    for (uint32_t i = 0; i < view->n_by; i++) {
        const struct kaiku_dimension_value *value = &counter->event.dimensions[view->by[i]];
        if (!(kept >> i & 1))
            continue;
        key[size++] = (char)value->state;
        if (value->state != KAIKU_VALUE_TEXT)
            continue;
        key[size++] = (char)value->text.size;
        memcpy(key + size, value->text.data, value->text.size);
        size += value->text.size;
    }
    return kaiku_hash_stable(key, size);
}

static void add_view(struct counter *counter, const struct kaiku_view *view)
{
    int64_t time_ms = counter->event.time_ms;
    int64_t piece = kaiku_calendar_piece(counter->calendar, view, time_ms).start;

    if (!set_add(&counter->base, cell_hash(counter, view, UINT32_MAX, UINT32_MAX, piece)))
        return; /* and so are all cells that it leads to */
    for (uint32_t w = 0; w < view->n_windows; w++) {
        int64_t start = kaiku_calendar_window(counter->calendar, &view->windows[w], time_ms).start;
        for (uint32_t g = 0; g < view->n_groupings; g++)
            (void)set_add(&counter->cells,
                          cell_hash(counter, view, view->groupings[g], w, start));
    }
}

static void add_line(struct counter *counter, const char *line, size_t size)
{
    enum kaiku_reason reason;
    enum kaiku_verdict verdict = kaiku_decode(counter->decoder, line, size, KAIKU_TIMESTAMP_OWN,
                                              &counter->event, &reason);

    counter->counts.records++;
    counter->counts.rejected += verdict == KAIKU_REJECTED;
    counter->counts.ignored += verdict == KAIKU_IGNORED;
    counter->counts.events += verdict == KAIKU_EVENT;
    for (uint32_t v = 0; v < counter->model->n_views && verdict == KAIKU_EVENT; v++)
        if (counter->event.views >> v & 1)
            add_view(counter, &counter->model->views[v]);
}

static void read_lines(struct counter *counter)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;

    while ((size = getline(&line, &capacity, stdin)) > 0)
        add_line(counter, line, (size_t)size - (line[size - 1] == '\n'));
    check(!ferror(stdin), "cannot read");
    free(line);
}

int main(int argc, char **argv)
{
    struct counter counter = {0};
    struct kaiku_settings *settings;
    struct kaiku_mistakes mistakes;

    check(argc == 2, "usage: cells CONFIG");
    kaiku_hash_seed();
    int rc = kaiku_config_read(argv[1], &settings, &mistakes);
    kaiku_mistakes_print(&mistakes, argv[1], stderr);
    check(rc == KAIKU_OK, "no configuration");
    counter.model = &settings->model;
    check(kaiku_calendar_create(counter.model->time_zone, &counter.calendar) == KAIKU_OK,
          "no calendar");
    check(kaiku_decoder_create(counter.model, &counter.decoder) == KAIKU_OK, "no decoder");
    set_init(&counter.base, FIRST_SIZE);
    set_init(&counter.cells, FIRST_SIZE);
    read_lines(&counter);
    printf("{\"records\": %" PRIu64 ", \"events\": %" PRIu64 ", \"rejected\": %" PRIu64
           ", \"ignored\": %" PRIu64 ", \"base_cells\": %" PRIu64 ", \"cells\": %" PRIu64 "}\n",
           counter.counts.records, counter.counts.events, counter.counts.rejected,
           counter.counts.ignored, counter.base.count, counter.cells.count);
    free(counter.base.items);
    free(counter.cells.items);
    kaiku_decoder_destroy(counter.decoder);
    kaiku_calendar_destroy(counter.calendar);
    kaiku_mistakes_release(&mistakes);
    kaiku_settings_destroy(settings);
    return 0;
}
