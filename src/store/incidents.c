/* What happened to processes: counted beside the log's own counters, which are exact. */
#include "shard.h"

const char *kaiku_incident_text(enum kaiku_incident incident)
{
    static const char *const texts[] = {
#define X(name) [KAIKU_INCIDENT_##name] = #name,
        KAIKU_INCIDENT_TABLE(X)
#undef X
    };
    return texts[incident];
}

bool kaiku_incidents_any(const struct kaiku_incidents *incidents)
{
    for (int i = 0; i < KAIKU_INCIDENTS; i++)
        if (incidents->n[i] != 0)
            return true;
    return false;
}

static size_t count_kinds(const struct kaiku_incidents *incidents)
{
    size_t n = 0;

    for (int i = 0; i < KAIKU_INCIDENTS; i++)
        n += incidents->n[i] != 0;
    return n;
}

/* What comes behind the head. */
static void append(struct kaiku_store *store, struct kaiku_buffer *command,
                   const struct kaiku_incidents *incidents)
{
    char trust[KAIKU_KEY_MAX];

    command->failed |= kaiku_key_trust(trust, sizeof trust, store->options.prefix) < 0;
    store_command_string(command, trust);
    for (int i = 0; i < KAIKU_INCIDENTS; i++) {
        if (incidents->n[i] == 0)
            continue;
        store_command_string(command, kaiku_incident_text((enum kaiku_incident)i));
        store_command_integer(command, incidents->n[i]);
    }
}

int kaiku_store_count(struct kaiku_store *store, const struct kaiku_incidents *incidents)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_shard(store, command, STORE_SCRIPT_incidents, 0, 1 + 2 * count_kinds(incidents));
    append(store, command, incidents);
    return store_shard_exec(store);
}

/* The store may be closed, since it was refused: then neither its head nor its scripts are known. */
int kaiku_store_count_last(struct kaiku_store *store, const struct kaiku_incidents *incidents)
{
    int status = KAIKU_OK;

    if (!kaiku_store_is_open(store)) {
        kaiku_store_close(store);
        status = store_link_connect(store);
        if (status == KAIKU_OK)
            status = store_link_load_scripts(store);
    }
    if (status == KAIKU_OK) {
        struct kaiku_buffer *command = store_scratch(store);
        store_command_script(store, command, STORE_SCRIPT_incidents, 1,
                             3 + 2 * count_kinds(incidents));
        store_command_key(store, command, 0, "head");
        store_command_string(command, "");
        append(store, command, incidents);
        status = store_exec_scratch(store);
    }
    kaiku_store_close(store);
    return status;
}
