#include <criterion/criterion.h>

#include <base/hash.h>

/* Stored in Redis: these must never change. Values of libxxhash 0.8.1. */
Test(hash, stable_is_xxh3)
{
    struct kaiku_hash128 hash = kaiku_hash_stable128("kaiku", 5);

    cr_assert_eq(kaiku_hash_stable("", 0), UINT64_C(0x2d06800538d394c2));
    cr_assert_eq(kaiku_hash_stable("kaiku", 5), UINT64_C(0xad8c42f5f89ca06a));
    cr_assert_eq(hash.high, UINT64_C(0x7543ba7eaedf2ce4));
    cr_assert_eq(hash.low, UINT64_C(0x3ed8bcae80c55995));
}

Test(hash, keyed_changes_with_the_secret)
{
    kaiku_hash_seed();
    uint64_t first = kaiku_hash_keyed("kaiku", 5);
    struct kaiku_hash128 first128 = kaiku_hash_keyed128("kaiku", 5);

    cr_assert_eq(kaiku_hash_keyed("kaiku", 5), first);
    cr_assert_eq(kaiku_hash_keyed128("kaiku", 5).low, first128.low);
    kaiku_hash_seed();
    cr_assert_neq(kaiku_hash_keyed("kaiku", 5), first);
    cr_assert_neq(kaiku_hash_keyed128("kaiku", 5).low, first128.low);
    cr_assert_neq(kaiku_hash_keyed128("kaiku", 5).high, first128.high);
}

Test(hash, keyed_tells_texts_apart)
{
    kaiku_hash_seed();
    cr_assert_neq(kaiku_hash_keyed("kaiku", 5), kaiku_hash_keyed("kaika", 5));
    cr_assert_neq(kaiku_hash_keyed128("kaiku", 5).high, kaiku_hash_keyed128("kaika", 5).high);
}
