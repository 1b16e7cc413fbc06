#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

enum { ERROR_SIZE = 256, GZIP_BUFFER = 256 * 1024 };

struct kaiku_unpack {
    int (*read)(struct kaiku_unpack *unpack, char *bytes, size_t size, size_t *n, char *error);
    const char *path;
    int fd;
    gzFile gzip; /* owns fd */
    struct {
        ZSTD_DStream *stream;
        char *packed;
        size_t capacity;
        ZSTD_inBuffer in;
        bool in_frame;
    } zstd;
};

static int fail(const struct kaiku_unpack *unpack, char *error, const char *why)
{
    snprintf(error, ERROR_SIZE, "cannot read '%s': %s", unpack->path, why);
    return KAIKU_IO;
}

static int read_plain(struct kaiku_unpack *unpack, char *bytes, size_t size, size_t *n, char *error)
{
    ssize_t got;

    do
        got = read(unpack->fd, bytes, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(unpack, error, strerror(errno));
    *n = (size_t)got;
    return KAIKU_OK;
}

static int read_gzip(struct kaiku_unpack *unpack, char *bytes, size_t size, size_t *n, char *error)
{
    int got = gzread(unpack->gzip, bytes, size < INT32_MAX ? (unsigned)size : INT32_MAX);
    int code = Z_OK;
    const char *why = gzerror(unpack->gzip, &code);

    /* A file cut short reads like one that ends, but for the code. */
    if (got < 0 || (got == 0 && code != Z_OK))
        return fail(unpack, error, code == Z_ERRNO ? strerror(errno) : why);
    *n = (size_t)got;
    return KAIKU_OK;
}

static int read_zstd(struct kaiku_unpack *unpack, char *bytes, size_t size, size_t *n, char *error)
{
    ZSTD_outBuffer out = {bytes, size, 0};
    ZSTD_inBuffer *in = &unpack->zstd.in;

    while (out.pos == 0) {
        size_t packed = 0, left;
        int status;

        if (in->pos == in->size) {
            status = read_plain(unpack, unpack->zstd.packed, unpack->zstd.capacity, &packed, error);
            if (status)
                return status;
            if (packed == 0 && unpack->zstd.in_frame)
                return fail(unpack, error, "unexpected end of file");
            if (packed == 0)
                break;
            *in = (ZSTD_inBuffer){unpack->zstd.packed, packed, 0};
        }
        left = ZSTD_decompressStream(unpack->zstd.stream, &out, in);
        if (ZSTD_isError(left))
            return fail(unpack, error, ZSTD_getErrorName(left));
        unpack->zstd.in_frame = left > 0;
    }
    *n = out.pos;
    return KAIKU_OK;
}

static bool ends_with(const char *path, const char *end)
{
    size_t size = strlen(path);

    return size >= strlen(end) && strcmp(path + size - strlen(end), end) == 0;
}

static int open_codec(struct kaiku_unpack *unpack)
{
    unpack->read = read_plain;
    if (ends_with(unpack->path, ".gz")) {
        unpack->read = read_gzip;
        unpack->gzip = gzdopen(unpack->fd, "rb");
        if (!unpack->gzip || gzbuffer(unpack->gzip, GZIP_BUFFER))
            return KAIKU_NOMEM;
    } else if (ends_with(unpack->path, ".zst")) {
        unpack->read = read_zstd;
        unpack->zstd.capacity = ZSTD_DStreamInSize();
        unpack->zstd.packed = malloc(unpack->zstd.capacity);
        unpack->zstd.stream = ZSTD_createDStream();
        if (!unpack->zstd.packed || !unpack->zstd.stream)
            return KAIKU_NOMEM;
    }
    return KAIKU_OK;
}

int kaiku_unpack_open(const char *path, struct kaiku_unpack **out, char *error)
{
    struct kaiku_unpack *unpack = calloc(1, sizeof(*unpack));
    int status;

    if (!unpack) {
        snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
        return KAIKU_NOMEM;
    }
    unpack->path = path;
    unpack->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (unpack->fd < 0)
        status = fail(unpack, error, strerror(errno));
    else if ((status = open_codec(unpack)))
        fail(unpack, error, kaiku_status_text(status));
    if (status) {
        kaiku_unpack_close(unpack);
        return status;
    }
    *out = unpack;
    return KAIKU_OK;
}

void kaiku_unpack_close(struct kaiku_unpack *unpack)
{
    if (!unpack)
        return;
    if (unpack->gzip)
        gzclose(unpack->gzip);
    else if (unpack->fd > STDIN_FILENO)
        close(unpack->fd);
    ZSTD_freeDStream(unpack->zstd.stream);
    free(unpack->zstd.packed);
    free(unpack);
}

int kaiku_unpack_wait(struct kaiku_unpack *unpack, int timeout_ms)
{
    struct pollfd ready = {.fd = unpack->fd, .events = POLLIN};

    /* An error or a hang-up is for read to find. */
    return poll(&ready, 1, timeout_ms) > 0 ? KAIKU_OK : KAIKU_AGAIN;
}

int kaiku_unpack_read(struct kaiku_unpack *unpack, char *bytes, size_t size, size_t *n, char *error)
{
    return unpack->read(unpack, bytes, size, n, error);
}
