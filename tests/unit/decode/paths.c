#include "paths.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

static struct kaiku_paths paths;

static void init(const char *const *pointers, uint32_t n)
{
    cr_assert_eq(kaiku_paths_init(&paths, (char *const *)pointers, n), KAIKU_OK);
}

/* Looked up as in a record: between quotes, with room behind. */
static uint32_t member(uint32_t parent, const char *key)
{
    char text[128] = "\"";

    strcat(text, key);
    strcat(text, "\":xxxxxxxxxxxxxxxx");
    return kaiku_paths_member(paths.nodes, &paths.nodes[parent], text + 1, (uint32_t)strlen(key))
        ->number;
}

Test(paths, share_their_beginnings)
{
    static const char *const pointers[] = {"/data/nps", "/data/csat", "/id", "/data"};

    init(pointers, 4);
    cr_assert_eq(paths.n_nodes, 5);
    cr_assert_eq(paths.depth, 2);
    cr_assert_eq(paths.n_used, 4);
    cr_assert_eq(paths.ends[3], member(0, "data"));
    cr_assert_eq(paths.ends[2], member(0, "id"));
    cr_assert_eq(paths.ends[0], member(paths.ends[3], "nps"));
    cr_assert_eq(paths.ends[1], member(paths.ends[3], "csat"));
    cr_assert(paths.nodes[paths.ends[3]].is_entered);
    cr_assert_not(paths.nodes[paths.ends[2]].is_entered);
    cr_assert_not(paths.nodes[0].is_entered);
    cr_assert_eq(member(0, "nps"), 0);
    cr_assert_eq(member(paths.ends[3], "data"), 0);
    kaiku_paths_release(&paths);
}

Test(paths, none_leads_nowhere)
{
    static const char *const pointers[] = {"/id", NULL, "/data/nps"};

    init(pointers, 3);
    cr_assert_eq(paths.n_nodes, 4);
    cr_assert_eq(paths.n_used, 2);
    cr_assert_eq(paths.ends[1], 0);
    cr_assert_eq(paths.ends[2], member(member(0, "data"), "nps"));
    kaiku_paths_release(&paths);
}

Test(paths, tokens_are_unescaped)
{
    static const char *const pointers[] = {
        "/a~1b", "/m~0n", "/~01", "/", "//x", "/~", "/~2", "/~0",
    };

    init(pointers, 8);
    cr_assert_eq(member(0, "a/b"), paths.ends[0]);
    cr_assert_eq(member(0, "m~n"), paths.ends[1]);
    cr_assert_eq(member(0, "~1"), paths.ends[2]);
    cr_assert_eq(member(0, ""), paths.ends[3]);
    cr_assert_eq(member(paths.ends[3], "x"), paths.ends[4]);
    cr_assert_eq(member(0, "~"), paths.ends[5]);
    cr_assert_eq(member(0, "~2"), paths.ends[6]);
    cr_assert_eq(paths.ends[7], paths.ends[5], "the same path in another spelling");
    cr_assert_eq(paths.n_used, 7);
    kaiku_paths_release(&paths);
}

Test(paths, keys_differ_in_every_byte)
{
    enum { LONGEST = 40 };
    char key[LONGEST + 2];
    char *pointers[LONGEST];

    for (uint32_t i = 0; i < LONGEST; i++) {
        memset(key, 'k', sizeof(key));
        key[0] = '/';
        key[i + 2] = '\0';
        pointers[i] = strdup(key);
    }
    init((const char *const *)pointers, LONGEST);
    for (uint32_t size = 1; size <= LONGEST; size++) {
        cr_expect_eq(member(0, pointers[size - 1] + 1), paths.ends[size - 1], "size %u", size);
        for (uint32_t at = 0; at < size; at++) {
            memcpy(key, pointers[size - 1] + 1, size + 1);
            key[at] = 'j';
            cr_expect_eq(member(0, key), 0, "size %u, byte %u", size, at);
        }
    }
    for (uint32_t i = 0; i < LONGEST; i++)
        free(pointers[i]);
    kaiku_paths_release(&paths);
}

Test(paths, many_keys_find_their_nodes)
{
    enum { MANY = 128 };
    char keys[MANY][24];
    const char *pointers[MANY];

    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof(keys[i]), "/%03d_long_x", i); /* alike where they are sampled */
        pointers[i] = keys[i];
    }
    init(pointers, MANY);
    for (int i = 0; i < MANY; i++)
        cr_expect_eq(member(0, keys[i] + 1), paths.ends[i], "%s", keys[i]);
    cr_expect_eq(member(0, "128_long_x"), 0);
    kaiku_paths_release(&paths);
}

Test(paths, array_indexes)
{
    static const char *const pointers[] = {
        "/0", "/10", "/007", "/-1", "/4294967294", "/4294967295", "/99999999999999999999", "/1x",
    };

    init(pointers, 8);
    cr_assert_eq(kaiku_paths_element(paths.nodes, paths.nodes, 0)->number, paths.ends[0]);
    cr_assert_eq(kaiku_paths_element(paths.nodes, paths.nodes, 10)->number, paths.ends[1]);
    cr_assert_eq(kaiku_paths_element(paths.nodes, paths.nodes, 1)->number, 0);
    cr_assert_eq(kaiku_paths_element(paths.nodes, paths.nodes, 7)->number, 0);
    cr_assert_eq(kaiku_paths_element(paths.nodes, paths.nodes, 4294967294)->number, paths.ends[4]);
    for (uint32_t i = 5; i < 8; i++)
        cr_expect_eq(paths.nodes[paths.ends[i]].index, KAIKU_PATHS_NO_INDEX, "%s", pointers[i]);
    kaiku_paths_release(&paths);
}
