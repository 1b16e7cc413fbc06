/* Life of a store. */
#include "link.h"

#include <stdlib.h>

int kaiku_store_create(const struct kaiku_store_options *options, const struct kaiku_model *model,
                       struct kaiku_store **out)
{
    struct kaiku_store *store = calloc(1, sizeof *store);

    *out = store;
    if (!store)
        return KAIKU_NOMEM;
    store->options = *options;
    store->model = model;
    store->link.watched = options->thread;
    return KAIKU_OK;
}

void kaiku_store_destroy(struct kaiku_store *store)
{
    if (!store)
        return;
    kaiku_store_close(store);
    kaiku_buffer_release(&store->link.out);
    kaiku_buffer_release(&store->scratch);
    kaiku_buffer_release(&store->views);
    free(store);
}

void kaiku_store_close(struct kaiku_store *store)
{
    store_link_close(&store->link);
    store_borrow(store, NULL);
    kaiku_buffer_clear(&store->views);
    store->puts = 0;
    store->is_open = false;
}

const char *kaiku_store_error(const struct kaiku_store *store)
{
    return store->link.error;
}

/* The link closes itself where it fails, so it is asked too. */
bool kaiku_store_is_open(const struct kaiku_store *store)
{
    return store->is_open && store->link.redis;
}

uint32_t kaiku_store_generation(const struct kaiku_store *store)
{
    return store->generation;
}

int64_t kaiku_store_busy_us(const struct kaiku_store *store)
{
    return store->link.busy_us;
}
