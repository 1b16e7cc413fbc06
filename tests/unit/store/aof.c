/* What is done where Redis keeps a file: tests/fault, row 30. */
#include "world.h"

TestSuite(aof, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

Test(aof, the_process_is_remembered)
{
    char run[64];

    snprintf(run, sizeof run, "run_id:%s", redis("GET k:{0}:run"));
    cr_assert(strstr(redis("INFO server"), run));
    redis("SET k:{0}:run another");
    open_store();
    cr_assert(strstr(redis("INFO server"), run));
    redis("SET k:{0}:head 9:of-others");
    redis("SET k:{0}:run another");
    cr_assert_neq(kaiku_store_open(world.store), KAIKU_OK);
    cr_assert_str_eq(redis("GET k:{0}:run"), "another", "the refused write nothing");
}

Test(aof, without_a_file_there_is_nothing_to_rewrite)
{
    redis("SET k:{0}:run another");
    open_store();
    cr_assert_not(strstr(redis("INFO commandstats"), "cmdstat_bgrewriteaof"));
}
