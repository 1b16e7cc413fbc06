#include "ondemand_pass.h"
#include "bench.h"

enum { COPY_SIZE = 1024 };

const struct ondemand_build *ondemand_best(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return &ondemand_avx2;
#endif
    return &ondemand_plain;
}

void ondemand_read_copies(ondemand_read *read, void *reader,
                          const struct kaiku_text *records, uint32_t n)
{
    char copy[COPY_SIZE];
    struct ondemand_event out;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        memcpy(copy, records[i].data, records[i].size);
        if (read(reader, copy, records[i].size, &out))
            sum += out.ts + out.nps;
    }
    bench_keep(sum);
}

void ondemand_read_in_place(ondemand_read *read, void *reader,
                            const struct kaiku_text *records, uint32_t n)
{
    struct ondemand_event out;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        if (read(reader, records[i].data, records[i].size, &out))
            sum += out.ts + out.nps;
    bench_keep(sum);
}
