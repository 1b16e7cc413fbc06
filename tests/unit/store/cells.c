#include "world.h"

enum { TIP = 500 };

TestSuite(cells, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

static struct kaiku_cell_ref ref(int64_t start_ms, const char *member, int64_t *unique)
{
    return (struct kaiku_cell_ref){.window = 2, .start_ms = start_ms,
                                   .member = kaiku_text_of(member), .unique = unique};
}

static void set_positions(void)
{
    redis("HSET k:{0}:pos t:0 1000:5:00000000000000aa t:1 23:0:0000000000000000");
}

/* ---- cells ---- */

Test(cells, cells_come_with_their_version)
{
    struct kaiku_cell_ref refs[] = {ref(1000, "web|_all", NULL), ref(1000, "mail|_all", NULL),
                                    ref(2000, "web|_all", NULL)};
    struct kaiku_version version;

    set_positions();
    redis("HSET k:{0}:c:1:contact:day:1000 web|_all one other|_all x");
    redis("HSET k:{0}:c:1:contact:day:2000 web|_all two");
    assert_ok(kaiku_store_cells(world.store, 0, refs, 3, &version));
    cr_assert(kaiku_text_equal(refs[0].cell, KAIKU_TEXT("one")));
    cr_assert_eq(refs[1].cell.size, 0);
    cr_assert(kaiku_text_equal(refs[2].cell, KAIKU_TEXT("two")));
    cr_assert_eq(version.generation, 1);
    cr_assert_eq(version.applied, 1023);
}

Test(cells, refs_come_in_any_order)
{
    struct kaiku_cell_ref refs[] = {ref(2000, "b|_all", NULL), ref(1000, "a|_all", NULL),
                                    ref(2000, "a|_all", NULL), ref(1000, "b|_all", NULL)};
    struct kaiku_version version;

    redis("HSET k:{0}:c:1:contact:day:1000 a|_all a1 b|_all b1");
    redis("HSET k:{0}:c:1:contact:day:2000 a|_all a2 b|_all b2");
    assert_ok(kaiku_store_cells(world.store, 0, refs, 4, &version));
    cr_assert(kaiku_text_equal(refs[0].cell, KAIKU_TEXT("b2")));
    cr_assert(kaiku_text_equal(refs[1].cell, KAIKU_TEXT("a1")));
    cr_assert(kaiku_text_equal(refs[2].cell, KAIKU_TEXT("a2")));
    cr_assert(kaiku_text_equal(refs[3].cell, KAIKU_TEXT("b1")));
}

Test(cells, cells_below_the_floor_are_empty)
{
    struct kaiku_cell_ref refs[] = {ref(1000, "a|_all", NULL), ref(2000, "a|_all", NULL)};
    struct kaiku_version version;

    redis("HSET k:{0}:c:1:contact:day:1000 a|_all one");
    redis("HSET k:{0}:c:1:contact:day:2000 a|_all two");
    redis("HSET k:{0}:floor contact:day 2000 contact:month 9000");
    assert_ok(kaiku_store_cells(world.store, 0, refs, 2, &version));
    cr_assert_eq(refs[0].cell.size, 0);
    cr_assert_eq(refs[1].cell.size, 3);
}

Test(cells, uniques_count_where_there_is_data)
{
    int64_t unique[3] = {-1, -1, -1};
    struct kaiku_cell_ref refs[] = {ref(1000, "a|_all", &unique[0]), ref(1000, "b|_all", &unique[1]),
                                    ref(1000, "c|_all", NULL), ref(1000, "d|_all", &unique[2])};
    struct kaiku_version version;

    redis("HSET k:{0}:c:1:contact:day:1000 a|_all x c|_all x d|_all x");
    redis("PFADD k:{0}:u:1:contact:day:1000:people:a|_all u1 u2 u3");
    redis("PFADD k:{0}:u:1:contact:day:1000:people:b|_all u1");
    assert_ok(kaiku_store_cells(world.store, 0, refs, 4, &version));
    cr_assert_eq(unique[0], 3);
    cr_assert_eq(unique[1], 0);
    cr_assert_eq(unique[2], 0);
    cr_assert_eq(refs[3].cell.size, 1);
}

Test(cells, many_cells_of_one_window)
{
    static struct kaiku_cell_ref refs[2500];
    static char members[2500][32];
    struct kaiku_version version;

    for (int i = 0; i < 2500; i++) {
        snprintf(members[i], sizeof members[i], "m%d|_all", i);
        redis("HSET k:{0}:c:1:contact:day:1000 %s cell%d", members[i], i);
        refs[i] = ref(1000, members[i], NULL);
    }
    assert_ok(kaiku_store_cells(world.store, 0, refs, 2500, &version));
    cr_assert(kaiku_text_equal(refs[0].cell, KAIKU_TEXT("cell0")));
    cr_assert(kaiku_text_equal(refs[1000].cell, KAIKU_TEXT("cell1000")));
    cr_assert(kaiku_text_equal(refs[2499].cell, KAIKU_TEXT("cell2499")));
}

Test(cells, nothing_is_read_under_another_head)
{
    struct kaiku_cell_ref one = ref(1000, "a|_all", NULL);
    struct kaiku_version version;

    redis("SET k:{0}:head 2:");
    cr_assert_eq(kaiku_store_cells(world.store, 0, &one, 1, &version), KAIKU_AWAY);
    cr_assert_not(kaiku_store_is_open(world.store));
}

/* ---- visits are noted down as one line ---- */

static struct kaiku_buffer notes;

static void note_member(void *context, struct kaiku_text member, struct kaiku_text cell)
{
    (void)context;
    kaiku_buffer_format(&notes, "%.*s=%.*s ", (int)member.size, member.data, (int)cell.size, cell.data);
}

static void note_dirty(void *context, uint32_t view, uint32_t window, int64_t start_ms,
                       struct kaiku_text member, int64_t applied)
{
    (void)context;
    kaiku_buffer_format(&notes, "%u/%u/%lld/%.*s@%lld ", view, window, (long long)start_ms,
                        (int)member.size, member.data, (long long)applied);
}

static const char *take_notes(void)
{
    static char line[1024];

    snprintf(line, sizeof line, "%s", kaiku_buffer_cstring(&notes));
    kaiku_buffer_release(&notes);
    notes = (struct kaiku_buffer){0};
    return line;
}

Test(cells, a_window_is_visited_whole)
{
    struct kaiku_version version;

    set_positions();
    redis("HSET k:{0}:c:1:contact:day:1000 a|_all one b|_all  c|_all two"); /* b kept empty */
    assert_ok(kaiku_store_window(world.store, 0, 0, 2, 1000, note_member, NULL, &version));
    cr_assert_str_eq(take_notes(), "a|_all=one c|_all=two ");
    cr_assert_eq(version.applied, 1023);
    redis("HSET k:{0}:floor contact:day 1001");
    assert_ok(kaiku_store_window(world.store, 0, 0, 2, 1000, note_member, NULL, &version));
    cr_assert_str_eq(take_notes(), "");
    cr_assert_eq(version.applied, 1023);
}

/* ---- changed cells ---- */

static const char *visit_dirty(void)
{
    assert_ok(kaiku_store_dirty(world.store, 0, note_dirty, NULL));
    return take_notes();
}

Test(cells, changed_cells_are_visited)
{
    redis("ZADD k:{0}:dirty 7 contact:day:1000:a:b|_all 1700000000001 people:month:2000:t|_all|_all");
    cr_assert_str_eq(visit_dirty(), "0/2/1000/a:b|_all@7 1/1/2000/t|_all|_all@1700000000001 ");
}

Test(cells, what_nobody_can_show_leaves_the_list)
{
    redis("HSET k:{0}:floor contact:day 1000 nothing:day 5");
    redis("ZADD k:{0}:dirty 1 contact:day:999:a|_all 2 contact:day:1000:a|_all 3 contact:year:1:a 4 "
          "gone:day:1:a 5 contact:day:x:a 6 contact:day 7 contact:1h:1:a|_all");
    cr_assert_str_eq(visit_dirty(), "0/2/1000/a|_all@2 0/1/1/a|_all@7 ");
    cr_assert_str_eq(redis("ZRANGE k:{0}:dirty 0 -1"), "contact:day:1000:a|_all contact:1h:1:a|_all");
}

static void count_dirty(void *context, uint32_t view, uint32_t window, int64_t start_ms,
                        struct kaiku_text member, int64_t applied)
{
    (void)view, (void)window, (void)start_ms, (void)member, (void)applied;
    ++*(int *)context;
}

Test(cells, a_long_list_is_visited_whole)
{
    int visited = 0;

    redis("HSET k:{0}:floor contact:day 1000");
    for (int i = 0; i < 5000; i++)
        redis("ZADD k:{0}:dirty %d contact:day:%d:m%d|_all", i, i % 3 ? 1000 : 999, i);
    assert_ok(kaiku_store_dirty(world.store, 0, count_dirty, &visited));
    cr_assert_eq(visited, 5000 - 1667);
    cr_assert_str_eq(redis("ZCARD k:{0}:dirty"), "3333");
}

Test(cells, shown_cells_leave_the_list_unless_they_changed_since)
{
    struct kaiku_cell_ref refs[] = {ref(1000, "a|_all", NULL), ref(1000, "b|_all", NULL),
                                    ref(1000, "c|_all", NULL), ref(1000, "d|_all", NULL)};

    redis("ZADD k:{0}:dirty 9 contact:day:1000:a|_all 10 contact:day:1000:b|_all 11 "
          "contact:day:1000:c|_all 1 contact:day:2000:a|_all");
    assert_ok(kaiku_store_shown(world.store, 0, refs, 4, 10));
    cr_assert_str_eq(redis("ZRANGE k:{0}:dirty 0 -1"), "contact:day:2000:a|_all contact:day:1000:c|_all");
    assert_ok(kaiku_store_shown(world.store, 0, refs, 0, 10));
}

Test(cells, another_configuration_takes_nothing_off_the_list)
{
    redis("ZADD k:{0}:dirty 4 new:day:1:a");
    redis("SET k:{0}:head 1:00000000000000000000000000000000");
    cr_assert_eq(kaiku_store_dirty(world.store, 0, note_dirty, NULL), KAIKU_AWAY);
    cr_assert_str_eq(redis("ZCARD k:{0}:dirty"), "1");
}

/* ---- what a commit wrote ---- */

static void commit_cell(int64_t start_ms, struct kaiku_text delta)
{
    const uint64_t elements[] = {1, UINT64_MAX};
    struct kaiku_commit *commit;

    assert_ok(kaiku_commit_create(world.store, 0, &commit));
    kaiku_commit_move(commit, "t:0", "", "7:5:00000000000000aa");
    kaiku_commit_window(commit, 0, 2, start_ms);
    kaiku_commit_cell(commit, KAIKU_TEXT("a:b|_all"), delta);
    kaiku_commit_unique(commit, kaiku_fixture_metric(world.model, "people"), elements, 2);
    assert_ok(kaiku_commit_finish(commit, TIP));
    assert_ok(kaiku_store_commit(world.store, &commit, 1));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_APPLIED);
    kaiku_commit_destroy(commit);
}

Test(cells, a_commit_is_read_back_shown_and_removed)
{
    int64_t counters[KAIKU_BLOCK] = {1}, unique = -1;
    char delta[KAIKU_CHUNK_MAX];
    struct kaiku_cell_ref one = ref(1000, "a:b|_all", &unique);
    struct kaiku_version version;
    uint64_t removed;

    one.cell = (struct kaiku_text){delta, kaiku_cell_put_block(0, counters, delta)};
    commit_cell(1000, one.cell);
    cr_assert_str_eq(visit_dirty(), "0/2/1000/a:b|_all@7 ");
    assert_ok(kaiku_store_cells(world.store, 0, &one, 1, &version));
    cr_assert_eq(one.cell.size, 5);
    cr_assert_eq(unique, 2);
    cr_assert_eq(version.applied, 7);
    assert_ok(kaiku_store_shown(world.store, 0, &one, 1, 7));
    cr_assert_str_eq(visit_dirty(), "");
    assert_ok(kaiku_store_ripen(world.store, 0, 0, 2, 1000));
    cr_assert_str_eq(redis("ZRANGE k:{0}:live:contact:day 0 -1 WITHSCORES"), "a:b|_all 1000");
    assert_ok(kaiku_store_remove(world.store, 0, 0, 2, 1001, &removed));
    cr_assert_eq(removed, 1);
    cr_assert_str_eq(redis("KEYS k:{0}:[cuwf]*"), "k:{0}:floor");
}

/* ---- totals and positions ---- */

static void note_pair(void *context, struct kaiku_text name, struct kaiku_text value)
{
    kaiku_buffer_string(&notes, context ? context : "");
    note_member(NULL, name, value);
}

static void note_position(void *context, struct kaiku_text name, struct kaiku_text value)
{
    kaiku_buffer_char(&notes, '@');
    note_pair(context, name, value);
}

Test(cells, totals_come_with_positions)
{
    set_positions();
    redis("HSET k:{0}:totals counted 5 late 1");
    assert_ok(kaiku_store_totals(world.store, note_pair, note_position, NULL));
    cr_assert_str_eq(take_notes(), "counted=5 late=1 @t:0=1000:5:00000000000000aa "
                                   "@t:1=23:0:0000000000000000 ");
}

Test(cells, positions_of_a_shard)
{
    struct kaiku_version version;

    set_positions();
    assert_ok(kaiku_store_shard_positions(world.store, 0, note_pair, NULL, &version));
    cr_assert_str_eq(take_notes(), "t:0=1000:5:00000000000000aa t:1=23:0:0000000000000000 ");
    cr_assert_eq(version.generation, 1);
    cr_assert_eq(version.applied, 1023);
    redis("HSET k:{0}:pos t:2 nonsense");
    cr_assert_eq(kaiku_store_shard_positions(world.store, 0, note_pair, NULL, &version), KAIKU_REFUSED);
}
