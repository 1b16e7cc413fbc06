/* What the fuzz targets share: libFuzzer calls LLVMFuzzerTestOneInput with bytes; a false check ends the program, which
 * keeps the bytes as a file `crash-...`. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <model/model.h>

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition, ...)                                                                 \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                        \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of exactly this size, so that a step beyond its end is seen. Never NULL. */
static inline char *fuzz_copy(const void *bytes, size_t size)
{
    char *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

/* Takes the first byte off; 0 where there is none. */
static inline uint8_t fuzz_take(struct kaiku_text *input)
{
    if (input->size == 0)
        return 0;
    input->size--;
    return (uint8_t)*input->data++;
}

/* Takes what stands before the next separator, and the separator; all of it where there is none. */
static inline struct kaiku_text fuzz_cut(struct kaiku_text *input, char separator)
{
    const char *at = input->size ? memchr(input->data, separator, input->size) : NULL;
    struct kaiku_text piece = {input->data, at ? (size_t)(at - input->data) : input->size};
    size_t taken = piece.size + (at != NULL);

    input->data += taken;
    input->size -= taken;
    return piece;
}

/* The configurations of tests/fuzz/models, read once; any number will do. */
const struct kaiku_model *fuzz_model(uint8_t number);

#endif
