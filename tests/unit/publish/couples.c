#include "couples.h"

#include "model_fixture.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { VALUES = KAIKU_ID_FIRST + 4 };

static struct kaiku_model *model;
static struct kaiku_calendar *calendar;
static struct kaiku_delta *delta;
static struct admission_map map;
static struct projection_source source;
static struct couples couples;
static struct kaiku_buffer found;
static uint32_t contact;

static void set_up(void)
{
    const struct kaiku_delta_limits limits = {.cells = 64, .events = 1000};

    model = kaiku_fixture_contact();
    contact = kaiku_fixture_view(model, "contact");
    cr_assert_eq(model->views[contact].n_by, 2);
    cr_assert_eq(kaiku_calendar_create(model->time_zone, &calendar), KAIKU_OK);
    cr_assert_eq(kaiku_delta_create(model, calendar, limits, &delta), KAIKU_OK);
    for (uint32_t d = 0; d < model->n_dimensions; d++) {
        map.ids[d] = calloc(VALUES, sizeof *map.ids[d]);
        /* What the worker calls i the publisher calls i + 100. */
        for (uint32_t i = 0; i < VALUES; i++)
            map.ids[d][i] = i < KAIKU_ID_FIRST ? i : i + 100;
    }
    source = (struct projection_source){delta, &map};
    cr_assert_eq(couples_init(&couples, model), KAIKU_OK);
}

static void tear_down(void)
{
    couples_release(&couples);
    kaiku_delta_destroy(delta);
    admission_map_release(&map);
    kaiku_calendar_destroy(calendar);
    kaiku_buffer_release(&found);
    kaiku_fixture_destroy(model);
}

TestSuite(couples, .init = set_up, .fini = tear_down);

static void add_cell(uint32_t piece, uint32_t team, uint32_t agent)
{
    struct kaiku_table *cells = &delta->cells[contact].table;
    const uint32_t key[] = {piece, 0, team, agent};
    bool created;

    kaiku_table_get(cells, key, kaiku_table_hash(key, 4), &created);
}

static void note(void *context, uint32_t view, uint32_t place, uint32_t parent, uint32_t value)
{
    (void)context;
    cr_assert_eq(view, contact);
    cr_assert_eq(place, 1);
    kaiku_buffer_format(&found, "%u>%u ", parent, value);
}

static const char *find(void)
{
    kaiku_buffer_clear(&found);
    couples_find(&couples, &source, note, NULL);
    return kaiku_buffer_cstring(&found);
}

Test(couples, each_once_and_beside_any)
{
    add_cell(0, KAIKU_ID_FIRST, KAIKU_ID_FIRST + 1);
    add_cell(1, KAIKU_ID_FIRST, KAIKU_ID_FIRST + 1);
    add_cell(0, KAIKU_ID_FIRST + 2, KAIKU_ID_FIRST + 1);
    add_cell(0, KAIKU_ID_NONE, KAIKU_ID_OTHER);
    char expected[128];
    snprintf(expected, sizeof expected, "%u>%u %u>%u %u>%u %u>%u %u>%u ", KAIKU_ID_FIRST + 100, KAIKU_ID_FIRST + 101,
             KAIKU_ID_ALL, KAIKU_ID_FIRST + 101, KAIKU_ID_FIRST + 102, KAIKU_ID_FIRST + 101, KAIKU_ID_NONE,
             KAIKU_ID_OTHER, KAIKU_ID_ALL, KAIKU_ID_OTHER);
    cr_assert_str_eq(find(), expected);
    cr_assert_str_eq(find(), "");
    couples_forget(&couples);
    cr_assert_str_eq(find(), expected);
}

Test(couples, a_full_memory_begins_anew)
{
    couples.table.capacity = 2;
    add_cell(0, KAIKU_ID_FIRST, KAIKU_ID_FIRST);
    add_cell(0, KAIKU_ID_FIRST + 1, KAIKU_ID_FIRST);
    cr_assert_neq(strlen(find()), 0);
    cr_assert_neq(strlen(find()), 0);
    cr_assert_leq(couples.table.count, 2);
}
