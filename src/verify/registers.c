#include "registers.h"

enum {
    HEAD_SIZE = 16,
    ENCODING_AT = 4,
    BITS = 6, /* of a dense register */
    DENSE_SIZE = HEAD_SIZE + KAIKU_HYPERLOGLOG_REGISTERS * BITS / 8,
};

static int read_dense(struct kaiku_text stored, uint8_t *registers)
{
    const unsigned char *bytes = (const unsigned char *)stored.data + HEAD_SIZE;

    if (stored.size < DENSE_SIZE)
        return KAIKU_INVALID;
    for (size_t i = 0; i < KAIKU_HYPERLOGLOG_REGISTERS; i++) {
        size_t at = i * BITS / 8, shift = i * BITS % 8;
        unsigned pair = bytes[at];
        if (shift > 8 - BITS)
            pair |= (unsigned)bytes[at + 1] << 8;
        registers[i] = (uint8_t)(pair >> shift & ((1 << BITS) - 1));
    }
    return KAIKU_OK;
}

/* A run: 00nnnnnn: n + 1 zeros; 01nnnnnn nnnnnnnn: n + 1 zeros; 1vvvvvnn: n + 1 times v + 1. */
static int read_sparse(struct kaiku_text stored, uint8_t *registers)
{
    const unsigned char *bytes = (const unsigned char *)stored.data;
    size_t filled = 0;

    for (size_t at = HEAD_SIZE; at < stored.size; at++) {
        unsigned byte = bytes[at], value = 0, length = byte & 63;
        if (byte & 128) {
            value = (byte >> 2 & 31) + 1;
            length = byte & 3;
        } else if (byte & 64) {
            if (++at == stored.size)
                return KAIKU_INVALID;
            length = length << 8 | bytes[at];
        }
        if (filled + length + 1 > KAIKU_HYPERLOGLOG_REGISTERS)
            return KAIKU_INVALID;
        memset(registers + filled, (int)value, length + 1);
        filled += length + 1;
    }
    return filled == KAIKU_HYPERLOGLOG_REGISTERS ? KAIKU_OK : KAIKU_INVALID;
}

int verify_registers_read(struct kaiku_text stored, uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS])
{
    memset(registers, 0, KAIKU_HYPERLOGLOG_REGISTERS);
    if (stored.size == 0)
        return KAIKU_OK;
    if (stored.size < HEAD_SIZE || memcmp(stored.data, "HYLL", ENCODING_AT) != 0)
        return KAIKU_INVALID;
    switch (stored.data[ENCODING_AT]) {
    case 0:
        return read_dense(stored, registers);
    case 1:
        return read_sparse(stored, registers);
    default:
        return KAIKU_INVALID;
    }
}
