#include "demo_settings.h"

#include <base/log.h>

/* Built from deploy/kaiku.yaml, see CMakeLists.txt. */
extern const char app_demo_config[];

#define BROKERS "bootstrap.servers: localhost:9092\n"
#define REDIS "url: redis://localhost:6379/0"

static const char *find_only(const char *wanted)
{
    const char *found = strstr(app_demo_config, wanted);

    if (found && !strstr(found + 1, wanted))
        return found;
    kaiku_error("the built-in configuration holds '%.*s' %s", (int)strcspn(wanted, "\n"), wanted,
                found ? "more than once" : "nowhere");
    return NULL;
}

int app_demo_settings_read(const char *brokers, const char *redis_socket,
                           struct kaiku_settings **out)
{
    const char *at_brokers = find_only(BROKERS), *at_redis = find_only(REDIS);
    struct kaiku_mistakes mistakes = {0};
    struct kaiku_buffer text = {0};
    int status;

    if (!at_brokers || !at_redis || at_redis < at_brokers)
        return KAIKU_CONFIG;
    kaiku_buffer_append(&text, app_demo_config, (size_t)(at_brokers - app_demo_config));
    kaiku_buffer_format(&text, "bootstrap.servers: %s\n", brokers);
    at_brokers += sizeof(BROKERS) - 1;
    kaiku_buffer_append(&text, at_brokers, (size_t)(at_redis - at_brokers));
    kaiku_buffer_format(&text, "url: unix://%s", redis_socket);
    kaiku_buffer_string(&text, at_redis + sizeof(REDIS) - 1);
    status = text.failed ? KAIKU_NOMEM
                         : kaiku_config_parse(kaiku_buffer_as_text(&text), out, &mistakes);
    kaiku_mistakes_print(&mistakes, "kaiku.yaml", stderr);
    kaiku_mistakes_release(&mistakes);
    kaiku_buffer_release(&text);
    return status;
}
