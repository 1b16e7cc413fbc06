#include "exchange.h"

#include "token.h"

#include <stdlib.h>

enum {
    ADDRESS_MAX = 8 << 10, /* bytes of path and parameters */
    HEADERS_MAX = 16 << 10, /* of all names and values */
};

/* ---- what is not even looked at ---- */

struct sizes {
    size_t bytes;
    struct http_query *query; /* NULL: only counted */
    bool is_full;
};

static enum MHD_Result add_pair(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                const char *value, size_t value_size)
{
    struct sizes *sizes = context;

    (void)kind;
    sizes->bytes += name_size + value_size;
    if (!sizes->query)
        return MHD_YES;
    sizes->is_full = sizes->query->n == HTTP_QUERY_MAX;
    if (sizes->is_full)
        return MHD_NO;
    sizes->query->items[sizes->query->n++] = (struct http_query_item){{name, name_size}, {value, value_size}};
    return MHD_YES;
}

static bool has_body(struct MHD_Connection *handle)
{
    const char *length = MHD_lookup_connection_value(handle, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return MHD_lookup_connection_value(handle, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) ||
           (length && strcmp(length, "0") != 0);
}

/* Fills the query. False, and the answer, where the request is too large or of a sort that is not served. */
static bool accept_request(struct http_exchange *exchange, const char *path, const char *method,
                           const char *version)
{
    struct http_answer *answer = &exchange->task.answer;
    struct sizes headers = {0}, address = {.bytes = strlen(path), .query = &exchange->task.query};

    MHD_get_connection_values_n(exchange->handle, MHD_HEADER_KIND, add_pair, &headers);
    MHD_get_connection_values_n(exchange->handle, MHD_GET_ARGUMENT_KIND, add_pair, &address);
    if (address.bytes > ADDRESS_MAX)
        http_problem(answer, MHD_HTTP_URI_TOO_LONG, "the address is longer than %d bytes", ADDRESS_MAX);
    else if (headers.bytes > HEADERS_MAX)
        http_problem(answer, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE,
                     "the header fields are longer than %d bytes", HEADERS_MAX);
    else if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        http_problem(answer, MHD_HTTP_METHOD_NOT_ALLOWED, "everything here is read-only: GET and HEAD");
    else if (has_body(exchange->handle))
        http_problem(answer, MHD_HTTP_CONTENT_TOO_LARGE, "no request here has a body");
    else if (address.is_full)
        http_problem(answer, MHD_HTTP_BAD_REQUEST, "more than %d parameters", HTTP_QUERY_MAX);
    else if (strcmp(version, MHD_HTTP_VERSION_1_1) == 0 &&
             !MHD_lookup_connection_value(exchange->handle, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST))
        http_problem(answer, MHD_HTTP_BAD_REQUEST, "missing header field 'Host'");
    return answer->status == 0;
}

static bool is_allowed(const struct http_site *site, struct http_exchange *exchange, const char *path)
{
    const char *sent;
    size_t size;

    if (!site->token || http_route_is_public(path))
        return true;
    if (MHD_lookup_connection_value_n(exchange->handle, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION,
                                      strlen(MHD_HTTP_HEADER_AUTHORIZATION), &sent, &size) == MHD_YES &&
        http_token_matches(kaiku_text_of(site->token), (struct kaiku_text){sent, size}))
        return true;
    http_problem(&exchange->task.answer, MHD_HTTP_UNAUTHORIZED,
                 "this needs the header field 'Authorization: Bearer TOKEN' with the token of http.token");
    return false;
}

/* ---- answers that need no Redis ---- */

static void answer_text(struct http_answer *answer, const char *type)
{
    answer->status = MHD_HTTP_OK;
    answer->type = type;
}

static void answer_probe(struct http_answer *answer, bool is_fine, const char *fine, const char *why)
{
    if (!is_fine) {
        http_problem(answer, MHD_HTTP_SERVICE_UNAVAILABLE, "%s", why);
        return;
    }
    answer_text(answer, "text/plain; charset=utf-8");
    kaiku_buffer_string(&answer->body, fine);
}

/* True where the path is one of these. */
static bool answer_probes(const struct http_site *site, struct http_exchange *exchange, const char *path)
{
    struct http_answer *answer = &exchange->task.answer;
    const char *why = "";
    bool is_well;

    if (strcmp(path, "/healthz") == 0) {
        is_well = kaiku_monitor_is_alive(site->monitor, &why);
        answer_probe(answer, is_well, "alive\n", why);
    } else if (strcmp(path, "/readyz") == 0) {
        is_well = kaiku_monitor_is_ready(site->monitor, &why);
        answer_probe(answer, is_well, "ready\n", why);
    } else if (strcmp(path, "/metrics") == 0) {
        answer_text(answer, "text/plain; version=0.0.4; charset=utf-8");
        kaiku_monitor_metrics(site->monitor, &answer->body);
    } else {
        return false;
    }
    return true;
}

/* ---- routing ---- */

static void call_endpoint(const struct http_site *site, struct http_exchange *exchange)
{
    struct http_task *task = &exchange->task;

    if (!http_query_check(&task->query, task->route->parameters, &task->answer))
        return;
    if (task->route->needs_redis) {
        http_connection_enter(http_connection_of(exchange->handle), HTTP_WORKING);
        MHD_suspend_connection(exchange->handle);
        exchange->is_at_desk = true;
        http_desk_give(site->desk, task);
    } else if (task->route->endpoint(&site->api, &task->query, &task->answer) != KAIKU_OK) {
        task->answer.body.failed = true;
    }
}

static void route(const struct http_site *site, struct http_exchange *exchange, const char *path)
{
    struct http_task *task = &exchange->task;

    if (!is_allowed(site, exchange, path) || answer_probes(site, exchange, path))
        return;
    if (http_route_file(path, &task->answer.type, &exchange->file)) {
        task->answer.status = MHD_HTTP_OK;
        return;
    }
    task->route = http_route_find(path);
    if (task->route)
        call_endpoint(site, exchange);
    else
        http_problem(&task->answer, MHD_HTTP_NOT_FOUND,
                     "there is nothing here; " HTTP_API_PATH "/openapi.json describes what there is");
}

/* ---- sending ---- */

static struct MHD_Response *make_response(struct http_exchange *exchange)
{
    struct kaiku_buffer *body = &exchange->task.answer.body;

    if (exchange->file.data)
        return MHD_create_response_from_buffer(exchange->file.size, (void *)exchange->file.data,
                                               MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *response = MHD_create_response_from_buffer(body->size, body->data, MHD_RESPMEM_MUST_FREE);
    if (response)
        *body = (struct kaiku_buffer){0};
    return response;
}

static void add_headers(struct MHD_Response *response, const struct http_answer *answer, bool is_file)
{
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, is_file ? "no-cache" : "no-store");
    MHD_add_response_header(response, "Content-Security-Policy",
                            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                            "form-action 'self'");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    if (answer->status == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    if (answer->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (answer->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
}

/* MHD_NO, which closes the connection, where there is no memory for an answer. */
static enum MHD_Result respond(struct http_site *site, struct http_exchange *exchange)
{
    struct http_answer *answer = &exchange->task.answer;
    size_t size = answer->body.size > HTTP_ANSWER_LONG ? answer->body.size : 0;

    if (site->sending + size > HTTP_ANSWERS_MAX) {
        http_problem(answer, MHD_HTTP_SERVICE_UNAVAILABLE, "too many long answers are not taken yet");
        size = 0;
    }
    struct MHD_Response *response = answer->body.failed ? NULL : make_response(exchange);
    if (!response)
        return MHD_NO;
    exchange->sending = size;
    site->sending += size;
    add_headers(response, answer, exchange->file.data);
    http_connection_enter(http_connection_of(exchange->handle), HTTP_WRITING);
    enum MHD_Result result = MHD_queue_response(exchange->handle, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result begin(struct http_site *site, struct MHD_Connection *handle, const char *path,
                             const char *method, const char *version, void **request_context)
{
    struct http_exchange *exchange = calloc(1, sizeof(*exchange));

    if (!exchange || !http_connection_of(handle)) {
        free(exchange);
        return MHD_NO;
    }
    *request_context = exchange;
    exchange->handle = handle;
    return accept_request(exchange, path, method, version) ? MHD_YES : respond(site, exchange);
}

/* Called when the header is there, again when the request is, and once more when the desk has answered. An answer to
 * the first call closes the connection: right for what is not accepted, whose body may never come. */
enum MHD_Result http_exchange_handle(void *context, struct MHD_Connection *handle, const char *path,
                                     const char *method, const char *version, const char *upload,
                                     size_t *upload_size, void **request_context)
{
    struct http_exchange *exchange = *request_context;

    (void)upload, (void)upload_size;
    if (!exchange)
        return begin(context, handle, path, method, version, request_context);
    if (!exchange->is_routed)
        route(context, exchange, path);
    exchange->is_routed = true;
    return exchange->is_at_desk ? MHD_YES : respond(context, exchange);
}

void http_exchange_end(void *context, struct MHD_Connection *handle, void **request_context,
                       enum MHD_RequestTerminationCode code)
{
    struct http_site *site = context;
    struct http_exchange *exchange = *request_context;

    (void)code;
    if (!exchange)
        return;
    http_connection_enter(http_connection_of(handle), HTTP_READING);
    site->sending -= exchange->sending;
    http_answer_release(&exchange->task.answer);
    free(exchange);
    *request_context = NULL;
}

void http_exchange_resume(struct http_exchange *exchange)
{
    exchange->is_at_desk = false;
    MHD_resume_connection(exchange->handle);
}
