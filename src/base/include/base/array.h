/* Arrays that grow one item at a time. */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/* The array with room for an item behind its n, size bytes each: moved and *capacity doubled where
 * it was full. NULL when out of memory; then the old array stands as it was. The caller's to free. */
void *kaiku_array_reserve(void *array, uint32_t n, uint32_t *capacity, size_t size);

#endif
