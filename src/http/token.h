/* The bearer token (RFC 6750). */
#ifndef HTTP_TOKEN_H
#define HTTP_TOKEN_H

#include <base/text.h>

/* Does the header Authorization carry this token? How long it takes tells nothing of what the token is. */
bool http_token_matches(struct kaiku_text token, struct kaiku_text authorization);

#endif
