#include <http/http.h>

#include <model_fixture.h>
#include <support/redis_fixture.h>

#include <base/clock.h>

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct kaiku_model *model;
static struct redis_fixture redis;
static struct kaiku_monitor *monitor;
static struct kaiku_http *http;

static int create(struct kaiku_http_options options, char error[256])
{
    options.host = options.host ? options.host : "127.0.0.1";
    options.model = model;
    options.redis = redis_fixture_options(&redis, "k");
    options.monitor = monitor;
    return kaiku_http_create(&options, &http, error);
}

static void start(struct kaiku_http_limits limits, const char *token)
{
    char error[256] = "";
    int status = create((struct kaiku_http_options){.limits = limits, .token = token}, error);

    cr_assert_eq(status, KAIKU_OK, "%s", error);
}

static void begin(void)
{
    model = kaiku_fixture_contact();
    redis_fixture_start(&redis, NULL);
    cr_assert_eq(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &monitor), KAIKU_OK);
}

static void release(void)
{
    kaiku_http_destroy(http);
    kaiku_monitor_destroy(monitor);
    redis_fixture_stop(&redis);
    kaiku_fixture_destroy(model);
}

TestSuite(http, .init = begin, .fini = release, .timeout = 60);

/* ---- a client ---- */

static int open_connection(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(kaiku_http_port(http)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void send_text(int fd, const char *text)
{
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Does something come, or the end, within so long? */
static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    return poll(&one, 1, timeout_ms) == 1;
}

/* Everything until the server closes. */
static void read_all(int fd, struct kaiku_buffer *out)
{
    ssize_t n;

    do {
        char *room = kaiku_buffer_reserve(out, 65536);
        cr_assert(room && is_readable(fd, 20000));
        n = recv(fd, room, 65536, 0);
        out->size += n > 0 ? (size_t)n : 0;
    } while (n > 0);
    close(fd);
}

/* An answer to a request that closes the connection. */
static void exchange(const char *request, struct kaiku_buffer *out)
{
    int fd = open_connection();

    kaiku_buffer_clear(out);
    send_text(fd, request);
    read_all(fd, out);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void expect_answer(const char *request, const char *status, const char *text)
{
    struct kaiku_buffer answer = {0};

    exchange(request, &answer);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer), status), "no '%s' in %s", status, answer.data);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer), text), "no '%s' in %s", text, answer.data);
    kaiku_buffer_release(&answer);
}

static bool is_long_answered(void)
{
    struct kaiku_buffer answer = {0};

    exchange(GET("/api/v1/trust"), &answer);
    bool is_long = answer.size > 1 << 20;
    kaiku_buffer_release(&answer);
    return is_long;
}

/* ---- what it answers: more in tests/integration/http_api.py ---- */

Test(http, probes)
{
    start(KAIKU_HTTP_LIMITS, NULL);
    expect_answer(GET("/healthz"), "HTTP/1.1 200 ", "alive\n");
    expect_answer(GET("/readyz"), "HTTP/1.1 503 ", "\"status\":503");
    kaiku_monitor_meet(kaiku_monitor_condition(monitor, "why"), true);
    expect_answer(GET("/readyz"), "HTTP/1.1 200 ", "ready\n");
}

Test(http, several_requests_over_one_connection)
{
    struct kaiku_buffer answer = {0};
    int fd;

    start(KAIKU_HTTP_LIMITS, NULL);
    redis_fixture_integer(&redis, "HSET k:trust consumed 12");
    fd = open_connection();
    send_text(fd, "GET /api/v1/trust HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                  GET("/api/v1/trust"));
    read_all(fd, &answer);
    const char *text = kaiku_buffer_cstring(&answer), *first = strstr(text, "{\"consumed\":12}");
    cr_assert_not_null(first, "%s", text);
    const char *second = strstr(first, "alive\n");
    cr_assert_not_null(second, "%s", text);
    cr_expect_not_null(strstr(second, "{\"consumed\":12}"), "%s", text);
    kaiku_buffer_release(&answer);
}

Test(http, a_port_that_is_taken_is_refused)
{
    char error[256], expected[256];
    struct kaiku_http *other;

    start(KAIKU_HTTP_LIMITS, NULL);
    other = http;
    cr_expect_eq(create((struct kaiku_http_options){.port = kaiku_http_port(other), .limits = KAIKU_HTTP_LIMITS}, error),
                 KAIKU_REFUSED);
    snprintf(expected, sizeof(expected), "cannot listen on 127.0.0.1, port %u: Address already in use",
             kaiku_http_port(other));
    cr_expect_str_eq(error, expected);
    http = other;
}

/* Whoever connects in between is served by the one that follows. */
Test(http, another_one_takes_over_the_socket)
{
    struct kaiku_http *former;
    struct kaiku_buffer answer = {0};
    char error[256];
    uint16_t port;
    int fd;

    start(KAIKU_HTTP_LIMITS, NULL);
    former = http;
    port = kaiku_http_port(former);
    cr_assert_eq(create((struct kaiku_http_options){.former = former, .token = "secret", .limits = KAIKU_HTTP_LIMITS}, error),
                 KAIKU_OK, "%s", error);
    kaiku_http_destroy(former);
    cr_assert_eq(kaiku_http_port(http), port);
    fd = open_connection();
    send_text(fd, GET("/api/v1/trust"));
    read_all(fd, &answer);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer), "HTTP/1.1 401 "), "%s", answer.data);
    kaiku_buffer_release(&answer);
    former = http;
    cr_assert_eq(create((struct kaiku_http_options){.former = former, .limits = KAIKU_HTTP_LIMITS}, error), KAIKU_OK);
    kaiku_http_destroy(former);
    expect_answer(GET("/healthz"), "HTTP/1.1 200 ", "alive\n");
}

Test(http, six)
{
    char error[256] = "";
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct kaiku_buffer answer = {0};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        cr_skip_test("no IPv6 here");
    close(fd);
    cr_assert_eq(create((struct kaiku_http_options){.host = "::1", .limits = KAIKU_HTTP_LIMITS}, error), KAIKU_OK,
                 "%s", error);
    address.sin6_port = htons(kaiku_http_port(http));
    fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    send_text(fd, GET("/healthz"));
    read_all(fd, &answer);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer), "alive\n"));
    kaiku_buffer_release(&answer);
}

/* ---- what clients may take ---- */

static const struct kaiku_http_limits small = {.connections = 1, .request_ms = 400, .answer_ms = 400};

/* Each byte comes before the last one is forgotten, the request never. */
Test(http, a_request_that_drips_is_cut)
{
    struct kaiku_buffer answer = {0};
    int64_t began_ms = kaiku_clock_monotonic_ms();
    int fd;

    start(small, NULL);
    fd = open_connection();
    send_text(fd, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    while (!is_readable(fd, 20)) {
        cr_assert_lt(kaiku_clock_monotonic_ms() - began_ms, 20000, "never cut");
        if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
            break;
    }
    read_all(fd, &answer);
    cr_expect_eq(answer.size, 0);
    kaiku_buffer_release(&answer);
    expect_answer(GET("/healthz"), "HTTP/1.1 200 ", "alive\n");
}

Test(http, an_idle_connection_is_closed)
{
    struct kaiku_buffer answer = {0};
    int fd;

    start(small, NULL);
    fd = open_connection();
    send_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    read_all(fd, &answer);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer), "alive\n"));
    kaiku_buffer_release(&answer);
}

enum { LONG = 15 << 20 }; /* bytes of an answer: more than both ends of a socket hold */

static void make_trust_long(void)
{
    char *text = malloc(LONG);

    memset(text, 'x', LONG);
    freeReplyObject(redis_fixture_command(&redis, "HSET k:trust consumed %b", text, (size_t)LONG));
    free(text);
}

Test(http, an_answer_that_is_not_taken_is_cut)
{
    struct kaiku_buffer answer = {0};
    int fd;

    start(small, NULL);
    make_trust_long();
    fd = open_connection();
    send_text(fd, GET("/api/v1/trust"));
    cr_assert(is_readable(fd, 20000));
    /* That it was cut shows in that its place is free. */
    expect_answer(GET("/healthz"), "HTTP/1.1 200 ", "alive\n");
    read_all(fd, &answer);
    cr_expect_lt(answer.size, LONG);
    kaiku_buffer_release(&answer);
}

Test(http, answers_that_are_not_taken_have_bounds_together)
{
    struct kaiku_http_limits limits = {.connections = 8, .request_ms = 60000, .answer_ms = 60000};
    int fds[4];

    start(limits, NULL);
    make_trust_long();
    for (int i = 0; i < 4; i++) {
        fds[i] = open_connection();
        send_text(fds[i], GET("/api/v1/trust"));
        cr_assert(is_readable(fds[i], 20000));
    }
    expect_answer(GET("/api/v1/trust"), "HTTP/1.1 503 ", "too many long answers are not taken yet");
    expect_answer(GET("/healthz"), "HTTP/1.1 200 ", "alive\n");
    close(fds[0]);
    while (!is_long_answered())
        ;
    for (int i = 1; i < 4; i++)
        close(fds[i]);
}

Test(http, more_connections_than_allowed_wait)
{
    struct kaiku_http_limits limits = {.connections = 3, .request_ms = 60000, .answer_ms = 60000};
    struct kaiku_buffer answer = {0};
    int fds[4];

    start(limits, NULL);
    for (int i = 0; i < 3; i++) {
        fds[i] = open_connection();
        send_text(fds[i], "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        cr_assert(is_readable(fds[i], 20000));
    }
    fds[3] = open_connection();
    send_text(fds[3], GET("/healthz"));
    cr_expect_not(is_readable(fds[3], 300));
    close(fds[1]);
    read_all(fds[3], &answer);
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&answer), "alive\n"));
    close(fds[0]);
    close(fds[2]);
    kaiku_buffer_release(&answer);
}

/* The answer is being made when the server ends. */
Test(http, ends_while_redis_is_asked)
{
    int fd;

    start(KAIKU_HTTP_LIMITS, NULL);
    kill(redis.pid, SIGSTOP);
    fd = open_connection();
    send_text(fd, GET("/api/v1/trust"));
    cr_expect_not(is_readable(fd, 100));
    kaiku_http_destroy(http);
    http = NULL;
    cr_expect(is_readable(fd, 20000));
    kill(redis.pid, SIGCONT);
    close(fd);
}
