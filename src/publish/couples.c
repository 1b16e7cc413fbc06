#include "couples.h"

enum {
    KEY_WORDS = 3,
    REMEMBERED = 1 << 18,
};

int couples_init(struct couples *couples, const struct kaiku_model *model)
{
    *couples = (struct couples){.model = model};
    return kaiku_table_init(&couples->table, KEY_WORDS, 0, 1, REMEMBERED);
}

void couples_release(struct couples *couples)
{
    kaiku_table_release(&couples->table);
}

void couples_forget(struct couples *couples)
{
    kaiku_table_clear(&couples->table);
}

/* True where it was not remembered until now. */
static bool remember(struct couples *couples, uint32_t view, uint32_t place, uint32_t parent, uint32_t value)
{
    const uint32_t key[KEY_WORDS] = {view * KAIKU_MAX_BY + place, parent, value};
    bool created;

    if (kaiku_table_room(&couples->table) < 1)
        couples_forget(couples);
    kaiku_table_get(&couples->table, key, kaiku_table_hash(key, KEY_WORDS), &created);
    return created;
}

void couples_find(struct couples *couples, const struct projection_source *source, couples_visit *visit, void *context)
{
    for (uint32_t v = 0; v < couples->model->n_views; v++) {
        const struct kaiku_view *view = &couples->model->views[v];
        const struct kaiku_table *cells = &source->delta->cells[v].table;
        for (uint32_t n = 0; view->n_by > 1 && n < cells->count; n++) {
            const uint32_t *key = kaiku_table_key(cells, n);
            uint32_t parent = source->map->ids[view->by[0]][key[2]];
            for (uint32_t place = 1; place < view->n_by; place++) {
                uint32_t value = source->map->ids[view->by[place]][key[2 + place]];
                if (remember(couples, v, place, parent, value)) {
                    visit(context, v, place, parent, value);
                    if (remember(couples, v, place, KAIKU_ID_ALL, value))
                        visit(context, v, place, KAIKU_ID_ALL, value);
                }
                parent = value;
            }
        }
    }
}
