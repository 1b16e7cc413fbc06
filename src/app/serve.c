#include "serve.h"

#include "pipeline.h"

#include <base/log.h>

enum { USUAL_PORT = 9600 };

static struct kaiku_http_options options_of(const struct kaiku_settings *settings,
                                            const struct kaiku_monitor *monitor)
{
    return (struct kaiku_http_options){
        .host = settings->http_host,
        .port = settings->http_port,
        .token = settings->http_token,
        .model = &settings->model,
        .redis = app_store_options(settings),
        .monitor = monitor,
        .limits = KAIKU_HTTP_LIMITS,
    };
}

int app_serve_start(const struct kaiku_settings *settings, const struct kaiku_monitor *monitor,
                    struct kaiku_http **http)
{
    struct kaiku_http_options options = options_of(settings, monitor);
    char error[256];

    if (!settings->http_host)
        return KAIKU_OK;
    int status = kaiku_http_create(&options, http, error);
    if (status == KAIKU_OK)
        kaiku_info("http: listening on %s, port %u", options.host, options.port);
    else
        kaiku_error("http: %s", error);
    return status;
}

int app_serve_renew(const struct kaiku_settings *settings, const struct kaiku_monitor *monitor,
                    struct kaiku_http **http)
{
    struct kaiku_http_options options = options_of(settings, monitor);
    struct kaiku_http *next;
    char error[256];

    if (!*http)
        return KAIKU_OK;
    options.former = *http;
    int status = kaiku_http_create(&options, &next, error);
    if (status != KAIKU_OK) {
        kaiku_error("http: %s", error);
        return status;
    }
    kaiku_http_destroy(*http);
    *http = next;
    return KAIKU_OK;
}

int app_serve_locally(const struct kaiku_settings *settings, const struct kaiku_monitor *monitor,
                      struct kaiku_http **out, char *error)
{
    struct kaiku_http_options options = options_of(settings, monitor);

    options.host = "127.0.0.1";
    options.port = USUAL_PORT;
    int status = kaiku_http_create(&options, out, error);
    if (status != KAIKU_REFUSED)
        return status;
    options.port = 0;
    return kaiku_http_create(&options, out, error);
}
