/* Values of a dimension beside one of the dimension before it in a view, `values:VIEW:DIMENSION:PARENT`. Commits fill
 * these sets (commit.lua). A variable of a dashboard that finds no set is useless, so each value of a dimension has
 * its own, with _all in it, from when it is admitted (admit.lua), or from when the view is there. */
#include "opening.h"
#include "shard.h"

#include <model/member.h>

void store_command_values_beside(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t view,
                                 uint32_t place, struct kaiku_text parent)
{
    const struct kaiku_view *v = &store->model->views[view];
    char text[KAIKU_KEY_MAX], key[KAIKU_KEY_MAX];
    int size = snprintf(text, sizeof text, "%.*s", (int)parent.size, parent.data);

    if (size < (int)sizeof text)
        size = kaiku_key_values_beside(key, sizeof key, store->options.prefix, v->name,
                                       store->model->dimensions[v->by[place]].name, text);
    else
        size = KAIKU_FULL;
    store_command_made(out, key, size);
}

size_t store_command_families(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t dimension)
{
    size_t n = 0;

    for (uint32_t v = 0; v < store->model->n_views; v++) {
        const struct kaiku_view *view = &store->model->views[v];
        for (uint32_t place = 1; place < view->n_by; place++) {
            if (view->by[place - 1] != dimension)
                continue;
            store_command_values_beside(store, out, v, place, (struct kaiku_text){"", 0});
            n++;
        }
    }
    return n;
}

int store_describe_families(struct kaiku_store *store, uint32_t dimension)
{
    struct kaiku_buffer families = {0}, *command;
    size_t n = store_command_families(store, &families, dimension);
    char key[KAIKU_KEY_MAX];
    int status = KAIKU_OK;

    if (n > 0) {
        kaiku_key_values(key, sizeof key, store->options.prefix, store->model->dimensions[dimension].name);
        command = store_scratch(store);
        store_command_script(store, command, STORE_SCRIPT_families, 1, 1 + n);
        store_command_string(command, key);
        kaiku_buffer_text(command, kaiku_buffer_as_text(&families));
        command->failed |= families.failed;
        status = store_exec_scratch(store);
    }
    kaiku_buffer_release(&families);
    return status;
}
