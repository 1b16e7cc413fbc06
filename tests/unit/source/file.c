#include <source/file.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#define MAX_LINE 100

enum { MAX_INPUTS = 4, PATH_SIZE = 96 };

static char folder[] = "/tmp/kaiku-file-XXXXXX";
static char error[256];

/* A worker's part: keeps what it was assigned, and assigns from `from`. */
static struct {
    struct kaiku_source *source;
    struct kaiku_partition partitions[MAX_INPUTS];
    int64_t from[MAX_INPUTS];
    uint32_t n;
    bool refuse;
    int n_assigned, n_revoked;
} worker;

static void reassign(void)
{
    struct kaiku_start starts[MAX_INPUTS];

    for (uint32_t i = 0; i < worker.n; i++)
        starts[i] = (struct kaiku_start){worker.partitions[i], worker.from[i]};
    cr_assert_eq(kaiku_source_assign(worker.source, starts, worker.n), KAIKU_OK);
}

static void on_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    (void)context;
    worker.n_assigned++;
    worker.n = n;
    for (uint32_t i = 0; i < n; i++)
        worker.partitions[i] = partitions[i];
    if (!worker.refuse)
        reassign();
}

static void on_revoked(void *context, bool lost)
{
    (void)context;
    cr_assert_not(lost);
    worker.n_revoked++;
}

static void setup(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void teardown(void)
{
    char command[PATH_SIZE];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(file, .init = setup, .fini = teardown, .timeout = 30);

static const char *path_of(const char *name)
{
    static char paths[MAX_INPUTS][PATH_SIZE];
    static int turn;
    char *path = paths[turn++ % MAX_INPUTS];

    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return path;
}

static const char *write_file(const char *name, const char *bytes, size_t size)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return path;
}

static struct kaiku_source *open_source(const char *const *paths, uint32_t n)
{
    struct kaiku_file_input inputs[MAX_INPUTS];
    static char topics[MAX_INPUTS][PATH_SIZE + 8];

    for (uint32_t i = 0; i < n; i++) {
        snprintf(topics[i], sizeof(topics[i]), "file:%s", paths[i]);
        inputs[i] = (struct kaiku_file_input){paths[i], topics[i]};
    }
    cr_assert_eq(kaiku_file_source_create(inputs, n, MAX_LINE, &worker.source, error), KAIKU_OK,
                 "%s", error);
    kaiku_source_listen(worker.source,
                        (struct kaiku_source_listener){NULL, on_assigned, on_revoked});
    return worker.source;
}

static struct kaiku_source *open_one(const char *path)
{
    return open_source(&path, 1);
}

static void close_source(void)
{
    kaiku_source_close(worker.source);
    cr_assert_eq(worker.n_revoked, worker.n_assigned);
    kaiku_source_destroy(worker.source);
}

/* The next record, whatever batches it takes; false at the end of all. */
static bool next_record(struct kaiku_record *record)
{
    static struct kaiku_batch batch;
    static uint32_t taken;
    static struct kaiku_source *of;

    if (of != worker.source)
        taken = batch.count = 0;
    of = worker.source;
    while (taken == batch.count) {
        int status;

        kaiku_source_release(worker.source, &batch);
        taken = 0;
        status = kaiku_source_poll(worker.source, 1000, &batch);
        if (status == KAIKU_END)
            return false;
        cr_assert_eq(status, KAIKU_OK, "%s", worker.source->error);
    }
    *record = batch.records[taken++];
    return true;
}

static void expect_line(uint32_t slot, int64_t offset, const char *text)
{
    struct kaiku_record record;

    cr_assert(next_record(&record));
    cr_assert_eq(record.kind, KAIKU_RECORD);
    cr_assert_eq(record.slot, slot);
    cr_assert_eq(record.offset, offset);
    cr_assert_eq(record.timestamp_ms, KAIKU_SOURCE_OWN_TIME);
    cr_assert_not_null(record.value);
    cr_assert_eq(record.size, (uint32_t)strlen(text));
    cr_assert_eq(memcmp(record.value, text, record.size), 0);
}

static void expect_end(uint32_t slot, int64_t offset)
{
    struct kaiku_record record;

    cr_assert(next_record(&record));
    cr_assert_eq(record.kind, KAIKU_RECORD_END);
    cr_assert_eq(record.slot, slot);
    cr_assert_eq(record.offset, offset);
}

static void expect_done(void)
{
    struct kaiku_record record;

    cr_assert_not(next_record(&record));
}

Test(file, lines_blank_lines_and_a_last_one_without_newline)
{
    open_one(write_file("a.ndjson", "one\n\ntwo\r\n\nlast", 15));
    expect_line(0, 0, "one");
    expect_line(0, 1, "");
    expect_line(0, 2, "two\r");
    expect_line(0, 3, "");
    expect_line(0, 4, "last");
    expect_end(0, 5);
    expect_done();
    expect_done();
    close_source();
}

Test(file, empty_files_end_at_once)
{
    const char *paths[] = {write_file("a.ndjson", "", 0), write_file("b.gz", "", 0),
                           write_file("c.zst", "", 0)};

    open_source(paths, 3);
    expect_end(0, 0);
    expect_end(1, 0);
    expect_end(2, 0);
    expect_done();
    close_source();
}

/* What a large file holds: short lines, and each thousandth as long as may be, longer, or longer
 * than any block. */
enum { LARGE_LINES = 30000 };

static size_t length_of(int64_t line)
{
    if (line % 1000 != 999)
        return (size_t)line % 97;
    return line % 3000 == 999 ? MAX_LINE : line % 3000 == 1999 ? MAX_LINE + 1 : 1000 * 1000;
}

static char byte_at(int64_t line, size_t i)
{
    return (char)('a' + ((size_t)line + i) % 26);
}

static char *large_content(size_t *size)
{
    size_t used = 0;
    char *content;

    for (int64_t line = 0; line < LARGE_LINES; line++)
        used += length_of(line) + 1;
    *size = used;
    content = malloc(used);
    cr_assert_not_null(content);
    used = 0;
    for (int64_t line = 0; line < LARGE_LINES; line++) {
        for (size_t i = 0; i < length_of(line); i++)
            content[used++] = byte_at(line, i);
        content[used++] = '\n';
    }
    return content;
}

static void expect_large_from(int64_t from)
{
    for (int64_t line = from; line < LARGE_LINES; line++) {
        struct kaiku_record record;

        cr_assert(next_record(&record));
        cr_assert_eq(record.offset, line);
        cr_assert_eq(record.size, (uint32_t)length_of(line));
        for (size_t i = 0; i < record.size && i <= MAX_LINE; i++)
            if (record.value[i] != byte_at(line, i))
                cr_assert(false, "line %ld byte %zu differs", (long)line, i);
    }
    expect_end(0, LARGE_LINES);
    expect_done();
}

/* From the start, and again from the middle: after the end, and with a source of its own. */
static void expect_large(const char *path)
{
    open_one(path);
    expect_large_from(0);
    worker.from[0] = 12345;
    reassign();
    expect_large_from(12345);
    close_source();

    open_one(path);
    expect_large_from(12345);
    close_source();
}

Test(file, large_plain)
{
    size_t size;
    char *content = large_content(&size);

    expect_large(write_file("a.ndjson", content, size));
    free(content);
}

Test(file, large_gzip_of_two_members)
{
    size_t size;
    char *content = large_content(&size);
    const char *path = path_of("a.ndjson.gz");

    for (int part = 0; part < 2; part++) {
        gzFile file = gzopen(path, part == 0 ? "wb" : "ab");
        unsigned half = (unsigned)(size / 2);

        cr_assert_not_null(file);
        cr_assert(gzwrite(file, part == 0 ? content : content + half,
                          part == 0 ? half : (unsigned)size - half) > 0);
        gzclose(file);
    }
    expect_large(path);
    free(content);
}

static size_t compress_zstd(const char *content, size_t size, char *packed, size_t capacity)
{
    size_t n = ZSTD_compress(packed, capacity, content, size, 1);

    cr_assert_not(ZSTD_isError(n));
    return n;
}

Test(file, large_zstd_of_two_frames)
{
    size_t size, used;
    char *content = large_content(&size);
    size_t capacity = 2 * ZSTD_compressBound(size);
    char *packed = malloc(capacity);

    cr_assert_not_null(packed);
    used = compress_zstd(content, size / 2, packed, capacity);
    used += compress_zstd(content + size / 2, size - size / 2, packed + used, capacity - used);
    expect_large(write_file("a.ndjson.zst", packed, used));
    free(packed);
    free(content);
}

Test(file, a_long_line_without_newline_has_its_true_size)
{
    static char content[700 * 1000];
    struct kaiku_record record;

    memset(content, 'x', sizeof(content));
    open_one(write_file("a", content, sizeof(content)));
    cr_assert(next_record(&record));
    cr_assert_eq(record.size, sizeof(content));
    cr_assert_eq(memcmp(record.value, content, MAX_LINE + 1), 0);
    expect_end(0, 1);
    close_source();
}

/* The first poll that fails answers IO, and says which file. */
static void expect_cut_short(const char *path)
{
    struct kaiku_batch batch;
    int status = KAIKU_OK;

    open_one(path);
    while (!status) {
        status = kaiku_source_poll(worker.source, 1000, &batch);
        kaiku_source_release(worker.source, &batch);
    }
    cr_assert_eq(status, KAIKU_IO);
    cr_assert_not_null(strstr(worker.source->error, path));
    close_source();
}

Test(file, a_gzip_file_cut_short_fails)
{
    const char *path = path_of("a.gz");
    gzFile file = gzopen(path, "wb");

    cr_assert(gzputs(file, "one\ntwo\n") > 0);
    gzclose(file);
    cr_assert_eq(truncate(path, 20), 0);
    expect_cut_short(path);
}

Test(file, a_zstd_file_cut_short_fails)
{
    char packed[128];
    size_t n = compress_zstd("one\ntwo\nthree\n", 14, packed, sizeof(packed));

    expect_cut_short(write_file("a.zst", packed, n - 3));
}

Test(file, what_is_not_zstd_fails)
{
    expect_cut_short(write_file("a.zst", "one\ntwo\n", 8));
}

Test(file, one_file_after_the_other_each_with_the_slot_it_was_given)
{
    const char *paths[] = {write_file("a", "a0\na1\n", 6), write_file("b", "b0\n", 3),
                           write_file("c", "c0\nc1\n", 6)};
    struct kaiku_start starts[2];

    worker.refuse = true;
    open_source(paths, 3);
    kaiku_source_poll(worker.source, 0, &(struct kaiku_batch){0});
    cr_assert_eq(worker.n, 3);
    starts[0] = (struct kaiku_start){worker.partitions[2], 1};
    starts[1] = (struct kaiku_start){worker.partitions[0], 0};
    cr_assert_eq(kaiku_source_assign(worker.source, starts, 2), KAIKU_OK);
    expect_line(1, 0, "a0");
    expect_line(1, 1, "a1");
    expect_end(1, 2);
    expect_line(0, 1, "c1");
    expect_end(0, 2);
    expect_done();
    close_source();
}

Test(file, nothing_is_read_until_the_listener_assigns)
{
    struct kaiku_batch batch;

    worker.refuse = true;
    open_one(write_file("a", "one\n", 4));
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(kaiku_source_poll(worker.source, 1, &batch), KAIKU_OK);
        cr_assert_eq(batch.count, 0);
    }
    cr_assert_eq(worker.n_assigned, 1);
    reassign();
    expect_line(0, 0, "one");
    close_source();
}

Test(file, a_batch_outlives_a_rewind)
{
    const char *paths[] = {write_file("a", "one\ntwo\n", 8), write_file("b", "three\n", 6)};
    struct kaiku_batch batch;

    open_source(paths, 2);
    cr_assert_eq(kaiku_source_poll(worker.source, 1000, &batch), KAIKU_OK);
    cr_assert_eq(batch.count, 2);
    worker.from[0] = 1;
    reassign();
    cr_assert_eq(memcmp(batch.records[0].value, "one", 3), 0);
    cr_assert_eq(memcmp(batch.records[1].value, "two", 3), 0);
    kaiku_source_release(worker.source, &batch);
    expect_line(0, 1, "two");
    expect_end(0, 2);
    expect_line(1, 0, "three");
    expect_end(1, 1);
    expect_done();
    close_source();
}

Test(file, a_file_shorter_than_the_position_is_refused)
{
    struct kaiku_batch batch;

    worker.from[0] = 3;
    open_one(write_file("a", "one\ntwo\n", 8));
    cr_assert_eq(kaiku_source_poll(worker.source, 1000, &batch), KAIKU_REFUSED);
    cr_assert_not_null(
        strstr(worker.source->error, "has 2 lines, fewer than the stored position 3"));
    close_source();

    worker.from[0] = 2;
    open_one(path_of("a"));
    expect_end(0, 2);
    expect_done();
    close_source();
}

/* Standard input becomes a pipe; returns the end to write to. */
static int pipe_in(void)
{
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), 0);
    close(ends[0]);
    return ends[1];
}

Test(file, standard_input_is_waited_for_and_never_rewound)
{
    int in = pipe_in();
    const char *paths[] = {write_file("a", "a0\n", 3), "-"};
    struct kaiku_start back[2];
    struct kaiku_batch batch;

    open_source(paths, 2);
    expect_line(0, 0, "a0");
    expect_end(0, 1);
    cr_assert_eq(kaiku_source_poll(worker.source, 1, &batch), KAIKU_OK);
    cr_assert_eq(batch.count, 0);
    cr_assert_eq((int)write(in, "one\ntwo\nthr", 11), 11);
    expect_line(1, 0, "one");
    expect_line(1, 1, "two");

    worker.from[1] = 2;
    reassign();
    expect_line(0, 0, "a0");
    expect_end(0, 1);
    cr_assert_eq((int)write(in, "ee\nfour\nfive", 12), 12);
    close(in);
    expect_line(1, 2, "three");
    expect_line(1, 3, "four");

    for (uint32_t i = 0; i < 2; i++)
        back[i] = (struct kaiku_start){worker.partitions[i], i};
    cr_assert_eq(kaiku_source_assign(worker.source, back, 2), KAIKU_IO);
    cr_assert_not_null(strstr(worker.source->error, "cannot go back to line 1 of standard input"));

    expect_line(1, 4, "five");
    expect_end(1, 5);
    expect_done();
    worker.from[1] = 5;
    reassign();
    expect_line(0, 0, "a0");
    expect_end(0, 1);
    expect_end(1, 5);
    expect_done();
    close_source();
}

Test(file, what_cannot_be_read_is_refused_at_creation)
{
    const char *path = write_file("a", "one\n", 4);
    const struct kaiku_file_input missing = {path_of("none"), "file:none"};
    const struct kaiku_file_input twice[] = {{path, "file:a"}, {path, "file:b"}};
    struct kaiku_source *source;

    cr_assert_eq(kaiku_file_source_create(&missing, 1, MAX_LINE, &source, error), KAIKU_IO);
    cr_assert_not_null(strstr(error, "none': No such file"));
    cr_assert_eq(kaiku_file_source_create(twice, 2, MAX_LINE, &source, error), KAIKU_INVALID);
    cr_assert_not_null(strstr(error, "is given twice"));
}

Test(file, catalog_lists_each_file_with_unknown_end)
{
    const struct kaiku_file_input inputs[] = {{"x", "file:x"}, {"-", "file:in"}};
    const struct kaiku_extent *extents;
    struct kaiku_catalog *catalog;
    uint32_t n;

    cr_assert_eq(kaiku_file_catalog_create(inputs, 2, &catalog), KAIKU_OK);
    cr_assert_eq(kaiku_catalog_read(catalog, 0, &extents, &n), KAIKU_OK);
    cr_assert_eq(n, 2);
    cr_assert_str_eq(extents[1].partition.topic, "file:in");
    cr_assert_eq(extents[1].partition.number, 0);
    cr_assert_eq(extents[0].first, 0);
    cr_assert_eq(extents[0].end, -1);
    kaiku_catalog_destroy(catalog);
}
