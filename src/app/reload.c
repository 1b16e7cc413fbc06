#include "reload.h"

#include "command.h"

#include <base/log.h>
#include <config/renewal.h>

static int read_settings(const char *path, struct kaiku_settings **out)
{
    struct kaiku_mistakes mistakes = {0};
    int rc = kaiku_config_read(path, out, &mistakes);
    if (rc != KAIKU_OK)
        kaiku_mistakes_print(&mistakes, path, stderr);
    kaiku_mistakes_release(&mistakes);
    if (rc == KAIKU_NOMEM)
        kaiku_error("cannot read '%s': %s", path, kaiku_status_text(rc));
    if (rc != KAIKU_OK)
        return rc == KAIKU_NOMEM ? APP_FAILED : APP_USAGE;
    return APP_DONE;
}

static void configure_log(const struct kaiku_settings *settings)
{
    kaiku_log_configure((enum kaiku_log_level)settings->log_level, settings->log_json);
}

int app_settings_read(const char *path, struct kaiku_settings **out)
{
    int code = read_settings(path, out);
    if (code == APP_DONE)
        configure_log(*out);
    return code;
}

bool app_settings_reread(const char *path, const struct kaiku_settings *now, struct kaiku_settings **out)
{
    char why[KAIKU_RENEWAL_WHY] = "there are mistakes in it";
    struct kaiku_settings *next = NULL;
    int rc = KAIKU_CONFIG;
    if (read_settings(path, &next) == APP_DONE)
        rc = kaiku_settings_may_follow(now, next, why);
    if (rc == KAIKU_OK) {
        configure_log(next);
        *out = next;
        return true;
    }
    kaiku_error("the configuration stays as it was: %s%s", why,
                rc == KAIKU_REFUSED ? ", and that cannot change while kaiku runs" : "");
    kaiku_settings_destroy(next);
    return false;
}
