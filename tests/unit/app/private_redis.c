#include "private_redis.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <store/reader.h>

TestSuite(private_redis, .timeout = 60);

static char error[512];

Test(private_redis, answers_and_leaves_nothing_behind)
{
    struct app_private_redis redis;
    struct kaiku_view_reader *reader;
    struct kaiku_pairs pairs;
    struct stat directory;

    cr_assert_eq(app_private_redis_start(&redis, error), KAIKU_OK, "%s", error);
    struct kaiku_store_options options = {.path = redis.socket, .timeout_ms = 5000};
    cr_assert_eq(kaiku_view_reader_create(&options, &reader), KAIKU_OK);
    cr_expect_eq(kaiku_view_reader_hash(reader, "nothing", &pairs), KAIKU_OK, "%s",
                 kaiku_view_reader_error(reader));
    cr_expect_eq(pairs.n, 0);
    kaiku_view_reader_destroy(reader);

    pid_t pid = redis.pid;
    app_private_redis_stop(&redis);
    cr_assert(kill(pid, 0) == -1 && errno == ESRCH);
    cr_assert_eq(stat(redis.directory, &directory), -1);
}

Test(private_redis, says_what_to_install)
{
    struct app_private_redis redis;
    struct stat directory;

    setenv("PATH", "/nonexistent", 1);
    cr_assert_eq(app_private_redis_start(&redis, error), KAIKU_MISSING);
    cr_assert_not_null(strstr(error, "apt install redis-server"));
    cr_assert_eq(stat(redis.directory, &directory), -1);
}

/* A program that is no Redis server. */
Test(private_redis, notices_a_server_that_ends)
{
    struct app_private_redis redis;
    char directory[] = "/tmp/kaiku-test-XXXXXX", path[64];

    cr_assert_not_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/redis-server", directory);
    cr_assert_eq(symlink("/bin/true", path), 0);
    setenv("PATH", directory, 1);
    cr_expect_eq(app_private_redis_start(&redis, error), KAIKU_IO);
    cr_expect_not_null(strstr(error, "ended at once"), "%s", error);
    unlink(path);
    rmdir(directory);
}
