#include "registers.h"

#include <criterion/criterion.h>

static uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS];

static int read_bytes(const char *data, size_t size)
{
    return verify_registers_read((struct kaiku_text){data, size}, registers);
}

/* PFADD of 'a' (register 12711: rank 2) as redis-server 7.0.15 keeps it: XZERO 12711, VAL 2 1, XZERO 3672. */
static const char sparse[] = "HYLL\1\0\0\0\0\0\0\0\0\0\0\200\x71\xa6\x84\x4e\x57";

Test(registers, sparse_runs)
{
    cr_assert_eq(read_bytes(sparse, sizeof sparse - 1), KAIKU_OK);
    for (size_t i = 0; i < KAIKU_HYPERLOGLOG_REGISTERS; i++)
        cr_assert_eq(registers[i], i == 12711 ? 2 : 0, "register %zu is %u", i, registers[i]);
}

Test(registers, dense_registers_have_six_bits)
{
    static char dense[16 + KAIKU_HYPERLOGLOG_REGISTERS * 6 / 8] = "HYLL";

    /* 1, 2, 3, 51 from the lowest bit on: 000001 000010 000011 110011 */
    memcpy(dense + 16, "\x81\x30\xcc", 3);
    dense[sizeof dense - 1] = (char)(63 << 2);
    cr_assert_eq(read_bytes(dense, sizeof dense), KAIKU_OK);
    cr_assert_eq(registers[0], 1);
    cr_assert_eq(registers[1], 2);
    cr_assert_eq(registers[2], 3);
    cr_assert_eq(registers[3], 51);
    cr_assert_eq(registers[4], 0);
    cr_assert_eq(registers[KAIKU_HYPERLOGLOG_REGISTERS - 1], 63);
    cr_assert_eq(read_bytes(dense, sizeof dense - 1), KAIKU_INVALID);
}

Test(registers, nothing_is_all_zero)
{
    memset(registers, 1, sizeof registers);
    cr_assert_eq(read_bytes(NULL, 0), KAIKU_OK);
    cr_assert_eq(registers[0], 0);
    cr_assert_eq(registers[KAIKU_HYPERLOGLOG_REGISTERS - 1], 0);
}

Test(registers, what_is_none)
{
    static const char long_run[] = "HYLL\1\0\0\0\0\0\0\0\0\0\0\200\x7f\xff\x00";

    cr_assert_eq(read_bytes("HYLX", 4), KAIKU_INVALID);
    cr_assert_eq(read_bytes("HYLL\2\0\0\0\0\0\0\0\0\0\0\0", 16), KAIKU_INVALID);
    for (size_t size = 1; size < sizeof sparse - 1; size++)
        cr_assert_eq(read_bytes(sparse, size), KAIKU_INVALID, "%zu bytes", size);
    cr_assert_eq(read_bytes(long_run, sizeof long_run - 1), KAIKU_INVALID);
}
