#include "token.h"

#include <strings.h>

static struct kaiku_text skip(struct kaiku_text text, size_t size)
{
    return (struct kaiku_text){text.data + size, text.size - size};
}

/* As many steps as what was sent is long, wherever the first difference stands. */
static bool equals(struct kaiku_text token, struct kaiku_text sent)
{
    unsigned different = token.size != sent.size;

    for (size_t i = 0; i < sent.size; i++)
        different |= (unsigned char)(sent.data[i] ^ token.data[i % token.size]);
    return different == 0;
}

bool http_token_matches(struct kaiku_text token, struct kaiku_text authorization)
{
    static const struct kaiku_text scheme = {"Bearer ", sizeof("Bearer ") - 1};

    if (authorization.size < scheme.size ||
        strncasecmp(authorization.data, scheme.data, scheme.size) != 0)
        return false;
    authorization = skip(authorization, scheme.size);
    while (authorization.size > 0 && *authorization.data == ' ')
        authorization = skip(authorization, 1);
    return equals(token, authorization);
}
