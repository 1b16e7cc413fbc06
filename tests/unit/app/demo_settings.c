#include "demo_settings.h"

#include <criterion/criterion.h>

Test(demo_settings, are_the_example_with_other_servers)
{
    struct kaiku_settings *settings;
    const char *brokers = NULL;

    cr_assert_eq(app_demo_settings_read("127.0.0.1:12345", "/run/x/redis.sock", &settings),
                 KAIKU_OK);
    for (uint32_t i = 0; i < settings->n_properties; i++)
        if (strcmp(settings->properties[2 * i], "bootstrap.servers") == 0)
            brokers = settings->properties[2 * i + 1];
    cr_assert_str_eq(brokers, "127.0.0.1:12345");
    cr_assert_null(settings->redis.host);
    cr_assert_str_eq(settings->redis.path, "/run/x/redis.sock");
    cr_assert_str_eq(settings->topics[0], "feedback");
    cr_assert_str_eq(settings->model.views[0].name, "contact");
    kaiku_settings_destroy(settings);
}
