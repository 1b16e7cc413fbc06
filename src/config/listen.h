/* http.listen: an address and a port. */
#ifndef CONFIG_LISTEN_H
#define CONFIG_LISTEN_H

#include "reader.h"

/* `127.0.0.1:9600`, `[::1]:9600`, `localhost:9600` (which is 127.0.0.1). Names are not looked up: whether a
 * token is needed must not depend on a name server. False, and a mistake, where it is none. */
bool kaiku_read_listen(struct kaiku_reader *reader, const struct kaiku_yaml *node, char **host,
                       uint16_t *port);

/* Is it an address that only this machine can reach? */
bool kaiku_address_is_loopback(const char *host);

#endif
