#include "write.h"

#include <config/config.h>
#include <criterion/criterion.h>

static void expect_scalar(struct kaiku_text text, const char *wanted)
{
    struct kaiku_buffer out = {0};

    write_scalar(&out, text);
    cr_expect_str_eq(kaiku_buffer_cstring(&out), wanted);
    kaiku_buffer_release(&out);
}

Test(yaml, quotes_what_is_no_plain_pointer)
{
    expect_scalar(KAIKU_TEXT("/data/nps"), "/data/nps");
    expect_scalar(KAIKU_TEXT("/a~1b"), "/a~1b");
    expect_scalar(KAIKU_TEXT("/"), "\"/\"");
    expect_scalar(KAIKU_TEXT("null"), "\"null\"");
    expect_scalar(KAIKU_TEXT("/a b"), "\"/a b\"");
    expect_scalar(KAIKU_TEXT("/a\"\\"), "\"/a\\\"\\\\\"");
    expect_scalar(KAIKU_TEXT("/ä"), "\"/ä\"");
    expect_scalar(KAIKU_TEXT("/\n\x7f"), "\"/\\u000a\\u007f\"");
    expect_scalar(KAIKU_TEXT("/\xc2\x85\u2028\ufeff"), "\"/\\u0085\\u2028\\ufeff\"");
}

static const char *const properties[] = {"group.id", "mine", "sasl.password", "hunter2", "ssl.key.password",
                                         "${file:/run/key}", "client.id", "a: b"};
static const struct kaiku_proposal_options options = {
    .topic = "feedback", .brokers = "one:9092,two:9092", .properties = properties, .n_properties = 4};

Test(yaml, leaves_secrets_out)
{
    struct kaiku_buffer out = {0};

    write_kafka(&options, false, &out);
    const char *text = kaiku_buffer_cstring(&out);
    cr_expect_null(strstr(text, "hunter2"));
    cr_expect_not_null(strstr(text, "# sasl.password:"));
    cr_expect_not_null(strstr(text, "\"ssl.key.password\": \"${file:/run/key}\""));
    cr_expect_not_null(strstr(text, "\"group.id\": \"mine\""));
    cr_expect_null(strstr(text, "group.id: kaiku"));
    kaiku_buffer_release(&out);
}

static void expect_left_out(const char *name, const char *value)
{
    const char *const pair[] = {name, value};
    const struct kaiku_proposal_options one = {
        .topic = "feedback", .brokers = "one:9092", .properties = pair, .n_properties = 1};
    struct kaiku_buffer out = {0};

    write_kafka(&one, false, &out);
    const char *text = kaiku_buffer_cstring(&out);
    cr_expect_null(strstr(text, "hunter2"), "%s: %s", name, value);
    cr_expect_not_null(strstr(text, "perhaps a secret"), "%s: %s", name, value);
    kaiku_buffer_release(&out);
}

Test(yaml, leaves_out_what_only_holds_a_reference)
{
    expect_left_out("sasl.password", "hunter2${X}");
    expect_left_out("sasl.password", "${X}hunter2");
    expect_left_out("sasl.password", "${X}hunter2${Y}");
    expect_left_out("sasl.password", "${hunter2");
}

Test(yaml, leaves_out_what_it_does_not_know)
{
    expect_left_out("some.new.property", "hunter2");
    expect_left_out(".location", "hunter2");
    expect_left_out("ssl.location.key", "hunter2");
    expect_left_out("ssl.keystore.pem", "hunter2");
}

Test(yaml, writes_what_holds_no_secret)
{
    static const char *const known[] = {"sasl.username", "somebody", "ssl.key.location", "/etc/key.pem",
                                        "some.new.property", "${X}"};
    const struct kaiku_proposal_options three = {
        .topic = "feedback", .brokers = "one:9092", .properties = known, .n_properties = 3};
    struct kaiku_buffer out = {0};

    write_kafka(&three, false, &out);
    const char *text = kaiku_buffer_cstring(&out);
    cr_expect_not_null(strstr(text, "    \"sasl.username\": \"somebody\"\n"));
    cr_expect_not_null(strstr(text, "    \"ssl.key.location\": /etc/key.pem\n"));
    cr_expect_not_null(strstr(text, "    \"some.new.property\": \"${X}\"\n"));
    kaiku_buffer_release(&out);
}

Test(yaml, connects_with_them)
{
    const struct kaiku_proposal_options known = {
        .topic = "feedback", .brokers = "one:9092,two:9092", .properties = properties, .n_properties = 2};
    struct kaiku_settings *settings;
    struct kaiku_mistakes mistakes;
    struct kaiku_buffer out = {0};

    kaiku_proposal_connection(&known, &out);
    cr_assert_eq(kaiku_config_parse(kaiku_buffer_as_text(&out), &settings, &mistakes), KAIKU_OK);
    cr_expect_str_eq(settings->topics[0], "feedback");
    cr_expect_eq(settings->n_properties, 3);
    cr_expect_str_eq(settings->properties[1], "one:9092,two:9092");
    cr_expect_str_eq(settings->properties[5], "hunter2");
    kaiku_mistakes_release(&mistakes);
    kaiku_settings_destroy(settings);
    kaiku_buffer_release(&out);
}
