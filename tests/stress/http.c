/* Clients that ask over and over while Redis is away: what the serving thread sends and what the desk writes are never
 * the same answer at the same time. Each answer must be whole, and the one that is due. */
#include <http/http.h>
#include <model_fixture.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 4, REQUESTS = 400, ROOM = 1 << 16 };

static const struct {
    const char *path, *status;
} requests[] = {
    {"/api/v1/rows?view=contact&window=day&set=channel", "503"},
    {"/healthz", "200"},
    {"/api/v1/trust", "503"},
    {"/api/v1/views", "200"},
};

static struct kaiku_http *http;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "http: %s\n", what);
    exit(1);
}

static int open_connection(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(kaiku_http_port(http)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    check(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "cannot connect");
    return fd;
}

/* Reads a header and as many bytes behind it as it says. */
static void read_answer(int fd, char answer[ROOM])
{
    size_t size = 0, wanted = ROOM;

    while (size < wanted) {
        ssize_t n = recv(fd, answer + size, ROOM - 1 - size, 0);
        check(n > 0, "an answer is not whole");
        size += (size_t)n;
        answer[size] = '\0';
        const char *body = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
        if (body)
            wanted = (size_t)(body + 4 - answer) + strtoul(length + strlen("Content-Length: "), NULL, 10);
    }
    check(size == wanted, "more than an answer");
    check(answer[size - 1] == '}' || answer[size - 1] == '\n', "an answer ends too early");
}

static void *ask(void *context)
{
    char request[256], answer[ROOM];
    int fd = open_connection();

    (void)context;
    for (size_t i = 0; i < REQUESTS; i++) {
        size_t which = i % (sizeof requests / sizeof requests[0]);
        int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", requests[which].path);
        check(send(fd, request, (size_t)size, MSG_NOSIGNAL) == size, "cannot send");
        read_answer(fd, answer);
        check(strncmp(answer + strlen("HTTP/1.1 "), requests[which].status, 3) == 0, "another status");
    }
    close(fd);
    return NULL;
}

int main(void)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    struct kaiku_monitor *monitor;
    pthread_t clients[CLIENTS];
    char error[256];

    signal(SIGPIPE, SIG_IGN);
    check(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &monitor) == KAIKU_OK, "out of memory");
    struct kaiku_http_options options = {
        .host = "127.0.0.1",
        .model = model,
        .redis = {.path = "/nowhere/redis.sock", .prefix = "k", .timeout_ms = 1000},
        .monitor = monitor,
        .limits = KAIKU_HTTP_LIMITS,
    };
    check(kaiku_http_create(&options, &http, error) == KAIKU_OK, error);
    for (int i = 0; i < CLIENTS; i++)
        check(pthread_create(&clients[i], NULL, ask, NULL) == 0, "no thread");
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i], NULL);
    kaiku_http_destroy(http);
    kaiku_monitor_destroy(monitor);
    kaiku_fixture_destroy(model);
    return 0;
}
