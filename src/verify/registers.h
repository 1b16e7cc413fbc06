/* HyperLogLogs as Redis keeps them: 16 bytes of head ("HYLL", 0: dense or 1: sparse), then the registers. */
#ifndef VERIFY_REGISTERS_H
#define VERIFY_REGISTERS_H

#include <base/text.h>
#include <kaiku/hyperloglog.h>

/* Of the empty text all are zero. INVALID: it is none, or its end is missing. */
int verify_registers_read(struct kaiku_text stored, uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS])
    KAIKU_MUST_CHECK;

#endif
