#include <base/memory.h>

#include <base/failpoint.h>

#include <string.h>
#include <sys/mman.h>

/* Clearing this much costs less than faulting it in again; a multiple of every page size. */
enum { WORKING_SET = 4 << 20 };

void *kaiku_memory_reserve(size_t size)
{
    if (KAIKU_FAILS("memory"))
        return NULL;
    /* NORESERVE: the size is a bound that is seldom reached, so it must not count as used. */
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void kaiku_memory_release(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}

void kaiku_memory_scatter(void *memory, size_t used)
{
    /* Page after page, a read would map a page of zeros, and the first write replace it: two faults, and
     * the other processors interrupted to forget the first. Where the system refuses, so it is. */
    (void)madvise(memory, used, MADV_HUGEPAGE);
    (void)madvise(memory, used, MADV_POPULATE_WRITE);
}

void kaiku_memory_zero(void *memory, size_t used)
{
    char *rest = (char *)memory + WORKING_SET;

    if (used <= WORKING_SET) {
        if (used > 0)
            memset(memory, 0, used);
        return;
    }
    memset(memory, 0, WORKING_SET);
    /* The kernel rounds the length up to a page. Locked pages refuse: clear those by hand. */
    if (madvise(rest, used - WORKING_SET, MADV_DONTNEED) != 0)
        memset(rest, 0, used - WORKING_SET);
}

void kaiku_memory_trim(void *memory, size_t used, size_t keep)
{
    /* Only whole pages can be given back; keep is rounded up to one. */
    keep = (keep + WORKING_SET - 1) / WORKING_SET * WORKING_SET;
    if (used > keep)
        (void)madvise((char *)memory + keep, used - keep, MADV_DONTNEED);
}
