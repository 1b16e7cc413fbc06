#include "listen.h"

#include <arpa/inet.h>
#include <stdlib.h>

enum { PORT_MAX = 65535 };

static bool is_address(const char *host, bool bracketed)
{
    struct in6_addr six;
    struct in_addr four;

    return bracketed ? inet_pton(AF_INET6, host, &six) == 1 : inet_pton(AF_INET, host, &four) == 1;
}

bool kaiku_address_is_loopback(const char *host)
{
    struct in6_addr six;
    struct in_addr four;

    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* The part before the last colon, without brackets, and what follows it. */
static bool split(struct kaiku_text text, struct kaiku_text *host, struct kaiku_text *port,
                  bool *bracketed)
{
    const char *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;

    if (!colon)
        return false;
    *host = (struct kaiku_text){text.data, (size_t)(colon - text.data)};
    *port = (struct kaiku_text){colon + 1, text.size - host->size - 1};
    *bracketed = host->size > 2 && host->data[0] == '[' && host->data[host->size - 1] == ']';
    if (*bracketed)
        *host = (struct kaiku_text){host->data + 1, host->size - 2};
    return true;
}

bool kaiku_read_listen(struct kaiku_reader *reader, const struct kaiku_yaml *node, char **host,
                       uint16_t *port)
{
    const char *form = "an address and a port such as 127.0.0.1:9600 or [::1]:9600";
    struct kaiku_text address, digits;
    bool bracketed;
    int64_t number;

    if (!kaiku_read_scalar(reader, node, form))
        return false;
    if (!split(node->text, &address, &digits, &bracketed) ||
        kaiku_integer_read(digits, &number) || number < 1 || number > PORT_MAX) {
        kaiku_mistake_expects(reader, node, "%s", form);
        return false;
    }
    if (kaiku_text_equal(address, KAIKU_TEXT("localhost")))
        address = KAIKU_TEXT("127.0.0.1");
    char *copy = kaiku_reader_copy(reader, address);
    if (!copy)
        return false;
    if (!is_address(copy, bracketed)) {
        kaiku_mistake_expects(reader, node, "%s", form);
        free(copy);
        return false;
    }
    *host = copy;
    *port = (uint16_t)number;
    return true;
}
