#include <base/hash.h>

#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

#include <base/log.h>

/* 192 bytes is XXH3's own default; up to 256 getrandom neither stops short nor is interrupted. */
static unsigned char secret[192];
_Static_assert(sizeof(secret) >= XXH3_SECRET_SIZE_MIN, "XXH3 needs a longer secret");

uint64_t kaiku_hash_stable(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

struct kaiku_hash128 kaiku_hash_stable128(const void *data, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(data, size);

    return (struct kaiku_hash128){hash.low64, hash.high64};
}

void kaiku_hash_seed(void)
{
    if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret)) {
        /* Going on with a guessable secret would let event text degrade every table. */
        kaiku_error("cannot draw a secret from the system's random source");
        abort();
    }
}

uint64_t kaiku_hash_keyed(const void *data, size_t size)
{
    return XXH3_64bits_withSecret(data, size, secret, sizeof(secret));
}

struct kaiku_hash128 kaiku_hash_keyed128(const void *data, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits_withSecret(data, size, secret, sizeof(secret));

    return (struct kaiku_hash128){hash.low64, hash.high64};
}
