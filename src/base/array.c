#include <base/array.h>

#include <base/failpoint.h>

#include <stdlib.h>

enum { LEAST = 8 };

void *kaiku_array_reserve(void *array, uint32_t n, uint32_t *capacity, size_t size)
{
    uint32_t doubled = *capacity ? 2 * *capacity : LEAST;
    void *grown;

    if (n < *capacity)
        return array;
    if (doubled < *capacity || KAIKU_FAILS("array"))
        return NULL;
    grown = reallocarray(array, doubled, size);
    if (grown)
        *capacity = doubled;
    return grown;
}
