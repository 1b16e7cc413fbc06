#include "json.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 1 << 20 };

static const char *const pointers[] = {
    "/a", "/b/c", "/b/d", "/e", "/l/0", "/l/2/x", "/a_key_of_more_than_sixteen_bytes", "/n/0",
};

static struct kaiku_paths paths;
static struct kaiku_json json;

static void setup(void)
{
    cr_assert_eq(kaiku_paths_init(&paths, (char *const *)pointers, 8), KAIKU_OK);
    cr_assert_eq(kaiku_json_init(&json, &paths, MAX_BYTES), KAIKU_OK);
}

static void teardown(void)
{
    kaiku_json_release(&json);
    kaiku_paths_release(&paths);
}

TestSuite(json, .init = setup, .fini = teardown);

/* From memory of exactly its size: the sanitizers see any step beyond it. */
static bool scan_bytes(const char *bytes, size_t size)
{
    char *copy = malloc(size ? size : 1);
    bool good;

    cr_assert_not_null(copy);
    memcpy(copy, bytes, size);
    good = kaiku_json_scan(&json, (struct kaiku_text){copy, size});
    free(copy);
    return good;
}

static bool scan(const char *text)
{
    return scan_bytes(text, strlen(text));
}

static enum kaiku_json_kind kind(uint32_t pointer)
{
    return (enum kaiku_json_kind)json.kinds[paths.ends[pointer]];
}

static void expect_text(uint32_t pointer, enum kaiku_json_kind expected, const char *text)
{
    struct kaiku_text found = json.values[paths.ends[pointer]].text;

    cr_expect_eq(kind(pointer), expected, "%s", text);
    cr_expect(kaiku_text_equal(found, kaiku_text_of(text)), "%.*s, expected %s", (int)found.size,
              found.data, text);
}

Test(json, locates_values)
{
    cr_assert(scan(" {\"a\" :\"x\", \"b\":{ \"c\":true ,\"d\":null},\n\"e\":-12.50,"
                   "\"l\":[false,[],{\"x\":\"\"}] ,"
                   "\"a_key_of_more_than_sixteen_bytes\":\"y\"}\r\n\t"));
    expect_text(0, KAIKU_JSON_TEXT, "x");
    expect_text(1, KAIKU_JSON_TRUE, "true");
    cr_expect_eq(kind(2), KAIKU_JSON_NULL);
    expect_text(3, KAIKU_JSON_NUMBER, "-12.50");
    cr_expect(json.values[paths.ends[3]].plain);
    cr_expect_eq(json.values[paths.ends[3]].mantissa, -1250);
    cr_expect_eq(json.values[paths.ends[3]].scale, 2);
    expect_text(4, KAIKU_JSON_FALSE, "false");
    expect_text(5, KAIKU_JSON_TEXT, "");
    expect_text(6, KAIKU_JSON_TEXT, "y");
    cr_expect_eq(kind(7), KAIKU_JSON_MISSING);
    cr_assert(scan("{}"));
    for (uint32_t i = 0; i < 8; i++)
        cr_expect_eq(kind(i), KAIKU_JSON_MISSING);
    cr_assert(scan("{\"a\":{\"x\":1},\"e\":[1]}"));
    cr_expect_eq(kind(0), KAIKU_JSON_OBJECT);
    cr_expect_eq(kind(3), KAIKU_JSON_ARRAY);
}

Test(json, one_token_is_an_index_and_a_key)
{
    cr_assert(scan("{\"l\":{\"0\":1,\"2\":{\"x\":2}}}"));
    expect_text(4, KAIKU_JSON_NUMBER, "1");
    expect_text(5, KAIKU_JSON_NUMBER, "2");
    cr_assert(scan("{\"l\":[]}"));
    cr_expect_eq(kind(4), KAIKU_JSON_MISSING);
    cr_assert(scan("{\"b\":[1,{\"c\":1}],\"l\":\"0\",\"n\":null}"));
    cr_expect_eq(kind(1), KAIKU_JSON_MISSING);
    cr_expect_eq(kind(4), KAIKU_JSON_MISSING);
}

Test(json, unescapes_what_is_used)
{
    cr_assert(scan("{\"\\u0061\":\"\\u00e4\\n\\ud83d\\ude00\",\"b\":{\"\\u0063\":\"\\\"\"},"
                   "\"a_key_of_more_than_sixteen_byte\\u0073\":\"\\\\\"}"));
    expect_text(0, KAIKU_JSON_TEXT, "\xc3\xa4\n\xf0\x9f\x98\x80");
    expect_text(1, KAIKU_JSON_TEXT, "\"");
    expect_text(6, KAIKU_JSON_TEXT, "\\");
}

Test(json, numbers)
{
    static const char *const plain[] = {
        "0", "-0", "10.01", "123456789012345678", "0.00000000000000001",
    };
    static const char *const others[] = {
        "1e5", "1234567890123456789", "0.000000000000000001", "1E-400",
    };
    static const char *const bad[] = {
        "01",  "-",  "+1",  ".5",     "5.",   "1e", "1e+", "0x1F", "1.e5",
        "-.5", "1-", "NaN", "1\x01", "1\\",
    };
    char text[64];

    for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
        snprintf(text, sizeof(text), "{\"a\":%s}", plain[i]);
        cr_assert(scan(text), "%s", text);
        expect_text(0, KAIKU_JSON_NUMBER, plain[i]);
        cr_expect(json.values[paths.ends[0]].plain, "%s", text);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        snprintf(text, sizeof(text), "{\"a\":%s}", others[i]);
        cr_assert(scan(text), "%s", text);
        cr_expect_not(json.values[paths.ends[0]].plain, "%s", text);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        snprintf(text, sizeof(text), "{\"a\":%s}", bad[i]);
        cr_expect_not(scan(text), "used %s", text);
        snprintf(text, sizeof(text), "{\"z\":%s}", bad[i]);
        cr_expect(scan(text), "unused %s", text);
    }
}

/* Digits are read eight at a time: any byte in any place of them, and any number of them. */
Test(json, every_digit_is_checked_and_counts)
{
    char record[64];
    int64_t expected = 0;

    for (int n = 1; n <= 18; n++) {
        expected = expected * 10 + n % 10;
        snprintf(record, sizeof(record), "{\"e\":%lld}", (long long)expected);
        cr_assert(scan(record));
        cr_expect_eq(json.values[paths.ends[3]].mantissa, expected, "%s", record);
    }
    for (int place = 0; place < 9; place++) {
        for (int byte = '!'; byte < 256; byte++) {
            int size = snprintf(record, sizeof(record), "{\"e\":123456789}");
            bool is_digit = byte >= '0' && byte <= '9', is_sign = byte == '-' && place == 0,
                 is_point = byte == '.' && place > 0 && place < 8,
                 is_exponent = (byte == 'e' || byte == 'E') && place > 0 && place < 8,
                 is_zero_first = byte == '0' && place == 0, ends = byte == ',' || byte == '}';
            record[5 + place] = (char)byte;
            if (!ends)
                cr_expect_eq(scan_bytes(record, (size_t)size),
                             (is_digit && !is_zero_first) || is_sign || is_point || is_exponent, "%s",
                             record);
        }
    }
}

Test(json, unused_values_are_only_walked_over)
{
    static const char *const good[] = {
        "{\"z\":\"\\x\\ud83d\\u12\\\"\"}",
        "{\"z\":\"\\\x01\"}",
        "{\"z\":\"\\\xc3\xa4\"}",
        "{\"z\":[1 2 :,,\"]\" \"x\"]}",
        "{\"z\":{:,\"}\"}}",
        "{\"z\":nul\x01l}",
        "{\"z\":\\,\"a\":1}",
        "{\"z\":[\x01\x1f]}",
        "{\"z\":{\"a\":1,\"a\":2},\"z\":1,\"z\":2}",
        "{\"l\":[1,[,],3]}",
        "{\"\\ud800\":1,\"\\u0000\":2}",
        "{\"b\":x,\"l\":-,\"a\":1}",
    };
    static const char *const bad[] = {
        "{\"z\":\"\x01\"}",
        "{\"z\":\"",
        "{\"z\":\"\\\"}",
        "{\"z\":[}}",
        "{\"b\":{\"z\":[}{]}}",
        "{\"z\":[1,2}",
        "{\"z\":{\"x\":[}]}",
        "{\"z\":[\"]}",
        "{\"z\":[",
        "{\"z\":foo bar}",
        "{\"z\":foo\"bar\"}",
        "{\"z\":}",
        "{\"z\":,}",
        "{\"z\"::1}",
        "{\"\\x\":1}",
        "{\"\\u12\":1}",
        "{\"b\":{\"\\x\":1}}",
        "{\"b\":{z:1}}",
        "{\"b\":{\"z\":1,}}",
        "{\"l\":[1 2]}",
        "{\"l\":[1,]}",
        "{\"l\":[,1]}",
        "{\"l\":[1:2]}",
        "{\"l\":[1}",
        "{\"b\":[1,}]}",
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        cr_expect(scan(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(scan(bad[i]), "%s", bad[i]);
}

Test(json, used_values_are_checked)
{
    static const char *const bad[] = {
        "{\"a\":\"\\x\"}",     "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\\x01\"}",
        "{\"a\":tru}",         "{\"a\":True}",        "{\"a\":nullx}",       "{\"b\":{\"c\":x}}",
        "{\"l\":[x]}",         "{\"a\":1 2}",         "{\"a\":1\"x\"}",      "{\"a\":[}",
        "{\"a\":truefalse}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(scan(bad[i]), "%s", bad[i]);
    cr_expect_not(scan_bytes("{\"a\":1\0}", 8));
    cr_expect_not(scan_bytes("{\"a\":true\0}", 11));
    cr_expect(scan_bytes("{\"z\":1\0}", 8));
    cr_expect(scan("{\"a\":[1 2],\"b\":5}"), "an object or array is a type only");
}

Test(json, a_used_key_stands_once)
{
    static const char *const bad[] = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "{\"b\":{\"c\":1,\"c\":2}}",
        "{\"b\":1,\"b\":{}}",
        "{\"b\":{},\"b\":{}}",
        "{\"a\":null,\"a\":null}",
        "{\"l\":{\"0\":1,\"0\":1}}",
        "{\"l\":[0,0,{\"x\":1,\"x\":1}]}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(scan(bad[i]), "%s", bad[i]);
    cr_expect(scan("{\"c\":1,\"c\":1,\"b\":{\"a\":1,\"a\":1,\"c\":1},\"a\":1}"));
    cr_expect(scan("{\"a\":{\"a\":1,\"a\":1}}"), "no pointer enters it");
}

Test(json, a_record_is_one_object)
{
    static const char *const bad[] = {
        "", " ", "[]", "1", "\"a\"", "null", "{", "}", "{}}", "{}x", "{} {}", "{},", "[{}]",
        "{\"a\"}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\":1 \"e\":2}", "{a:1}",
        "{'a':1}", "{\"a\"1}",
        "{\"a\":1]", "{\"a\" \"b\"}", "\xef\xbb\xbf{}", "{\"z\":1}\xc2\xa0", "\x0b{}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(scan(bad[i]), "%s", bad[i]);
    cr_expect_not(scan_bytes("{}\0", 3));
    cr_expect_not(scan_bytes("\0{}", 3));
}

Test(json, a_record_is_utf8)
{
    static const char *const bad[] = {
        "{\"z\":\"\xff\"}",    "{\"z\":\"\xc0\x80\"}", "{\"z\":\"\xed\xa0\x80\"}",
        "{\"z\":\xe2\x82}", "{\"\xc3\":1}",         "{} \xff",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(scan(bad[i]), "%s", bad[i]);
    cr_expect(scan("{\"\xc3\xa4\":\"\xe2\x82\xac\",\"z\":\xf0\x9f\x98\x80}"));
}

/* Every place of every token against the blocks that are read at once. */
Test(json, blocks)
{
    char text[256], inside[160];

    for (int before = 0; before < 40; before++) {
        for (int size = 0; size < 100; size++) {
            memset(inside, 'x', sizeof(inside));
            inside[size] = '\0';
            snprintf(text, sizeof(text), "{%*s\"a\":\"%s\",\"e\":%d}", before, "", inside, size);
            cr_assert(scan(text), "%s", text);
            expect_text(0, KAIKU_JSON_TEXT, inside);
            cr_expect_eq(json.values[paths.ends[3]].mantissa, size);
            snprintf(text, sizeof(text), "{%*s\"z\":\"%s\\\"\",\"b\":{\"z\":[%s],\"c\":\"%d\"}}",
                     before, "", inside, size % 2 ? "\"\"" : "", size);
            cr_assert(scan(text), "%s", text);
            snprintf(text, sizeof(text), "{%*s\"a\":\"%s", before, "", inside);
            cr_assert_not(scan(text), "%s", text);
            if (size == 0)
                continue;
            inside[size / 2] = '\x1f';
            snprintf(text, sizeof(text), "{%*s\"a\":\"%s\"}", before, "", inside);
            cr_assert_not(scan(text), "%s", text);
        }
    }
}

/* {"z":[[[...]]]}, missing closing brackets. */
static bool scan_deep(size_t depth, size_t missing, const char *kinds)
{
    static char bytes[MAX_BYTES];
    char *p = bytes;

    p = stpcpy(p, "{\"z\":");
    for (size_t i = 0; i < depth; i++)
        *p++ = kinds[i % strlen(kinds)];
    for (size_t i = depth; i > missing; i--)
        *p++ = kinds[(i - 1) % strlen(kinds)] == '[' ? ']' : '}';
    *p++ = '}';
    return scan_bytes(bytes, (size_t)(p - bytes));
}

Test(json, any_depth)
{
    static const size_t depths[] = {1, 63, 64, 65, 127, 128, 129, 100000, 500000};

    for (size_t i = 0; i < sizeof(depths) / sizeof(*depths); i++) {
        cr_expect(scan_deep(depths[i], 0, "["));
        cr_expect(scan_deep(depths[i], 0, "[{{"));
        cr_expect_not(scan_deep(depths[i], 1, "["));
        cr_expect_not(scan_deep(depths[i], 1, "{["));
    }
}

Test(json, the_largest_record)
{
    static char bytes[MAX_BYTES];
    size_t head = (size_t)(stpcpy(bytes, "{\"e\":7,\"a\":\"") - bytes);

    memset(bytes + head, 'x', MAX_BYTES - head - 2);
    memcpy(bytes + MAX_BYTES - 2, "\"}", 2);
    cr_assert(scan_bytes(bytes, MAX_BYTES));
    cr_assert_eq(json.values[paths.ends[0]].text.size, MAX_BYTES - head - 2);
    memset(bytes + head, '\\', MAX_BYTES - head - 2);
    cr_assert_eq(scan_bytes(bytes, MAX_BYTES), (MAX_BYTES - head) % 2 == 0);
    memset(bytes, '[', MAX_BYTES);
    memcpy(bytes, "{\"z\":", 5);
    cr_assert_not(scan_bytes(bytes, MAX_BYTES));
}

/* ---- what was scanned before must not matter ---- */

static void append(char *record, const char *text)
{
    strcat(record, text);
}

static const char *one_of(const char *const *texts, uint32_t n)
{
    return texts[(uint32_t)rand() % n];
}

/* An object of few keys, so that the same ones follow each other again and again; now and then broken. */
static void append_object(char *record, int depth)
{
    static const char *const keys[] = {"a", "b", "c", "d", "e", "l", "n", "x", "q",
                                       "\\u0061", "a_key_of_more_than_sixteen_bytes"};
    static const char *const values[] = {"1",    "-2.5", "\"text\"", "\"\\n\"", "null", "true",
                                         "[]",   "{}",   "[0,{\"x\":1},{\"x\":2}]", "[7]",
                                         "tru",  "\"",   "1e5",      "\"a longer text than is seen at once\""};
    static const char *const spaces[] = {"", "", "", "", "", "", " ", "\n"};
    uint32_t n = (uint32_t)rand() % 5;

    append(record, "{");
    for (uint32_t i = 0; i < n; i++) {
        append(record, one_of(spaces, 8));
        append(record, i ? "," : "");
        append(record, one_of(spaces, 8));
        append(record, "\"");
        append(record, one_of(keys, rand() % 20 ? 9 : 11));
        append(record, "\"");
        append(record, one_of(spaces, 8));
        append(record, ":");
        append(record, one_of(spaces, 8));
        if (depth < 3 && rand() % 4 == 0)
            append_object(record, depth + 1);
        else
            append(record, one_of(values, rand() % 50 ? 10 : 14));
    }
    append(record, rand() % 100 ? "}" : "]");
}

static void expect_same(const struct kaiku_json *fresh, const char *record)
{
    for (uint32_t i = 0; i < paths.n_used; i++) {
        uint32_t at = paths.used[i];
        cr_assert_eq(json.kinds[at], fresh->kinds[at], "%s: %s", paths.nodes[at].name, record);
        if (fresh->kinds[at] >= KAIKU_JSON_FALSE && fresh->kinds[at] <= KAIKU_JSON_TEXT)
            cr_assert(kaiku_text_equal(json.values[at].text, fresh->values[at].text), "%s", record);
        if (fresh->kinds[at] == KAIKU_JSON_NUMBER && fresh->values[at].plain)
            cr_assert_eq(json.values[at].mantissa, fresh->values[at].mantissa, "%s", record);
    }
}

Test(json, foresight_changes_nothing, .timeout = 120)
{
    static char record[1 << 16];
    uint32_t good = 0, hits = 0;

    srand(3);
    for (int i = 0; i < 60000; i++) {
        struct kaiku_json fresh;
        bool is_json;

        record[0] = '\0';
        append_object(record, 0);
        cr_assert_eq(kaiku_json_init(&fresh, &paths, sizeof(record)), KAIKU_OK);
        is_json = kaiku_json_scan(&fresh, kaiku_text_of(record));
        json.foresight.rest = 0; /* it would rest on such records most of the time */
        cr_assert_eq(scan(record), is_json, "%s", record);
        if (is_json)
            expect_same(&fresh, record);
        good += is_json;
        hits += json.foresight.failures == 0;
        kaiku_json_release(&fresh);
    }
    cr_assert_gt(good, 20000);
    cr_assert_gt(hits, 2000, "foresight was hardly used");
}

Test(json, what_is_foreseen_must_still_be_json)
{
    static const char *const good[] = {"{\"b\":{\"c\":1},\"a\":2}", "{\"b\":1,\"a\":2}", "{\"a\":2}"};
    static const char *const bad[] = {"{\"b\":1{\"c\":1}", "{\"b\":{\"c\":1}\"a\":2}",
                                      "{\"b\":{\"c\":1},\"a\":2,\"a\":2}", "{\"b\":{\"c\":1},\"a\":}",
                                      "{\"b\":{\"c\":1},\"a\":2", "{\"b\":{\"c\":", "{\"b\":1,\"a\":2}}"};

    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
            cr_expect(scan(good[i]), "%s", good[i]);
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
            cr_expect_not(scan(bad[i]), "%s", bad[i]);
        cr_expect(scan("{\"b\": {\"c\":\n7 },\"a\":\t\"x\"}"));
        expect_text(0, KAIKU_JSON_TEXT, "x");
        expect_text(1, KAIKU_JSON_NUMBER, "7");
    }
}
