/* The configuration file: YAML in, settings and model out, every mistake with its place. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <model/model.h>

#include <stdio.h>

/* All that is configured. Owned by the settings; immutable after reading. */
struct kaiku_settings {
    /* kafka */
    char **topics;
    uint32_t n_topics;
    char **properties; /* name, value, name, value ... */
    uint32_t n_properties; /* pairs */
    struct kaiku_place {   /* 1-based; whether librdkafka takes a property is found out elsewhere */
        uint32_t line, column;
    } *property_places;
    bool start_at_end;
    uint32_t workers;
    /* redis */
    struct kaiku_redis_settings {
        char *host;      /* NULL: unix socket */
        char *path;      /* of the unix socket */
        uint16_t port;
        uint32_t database;
        bool tls;
        char *user, *password; /* NULL where none; the password is never printed */
        char *prefix;
        int64_t timeout_ms;
        char *tls_ca, *tls_cert, *tls_key, *tls_server_name; /* NULL where none */
    } redis;
    int64_t commit_every_ms, views_every_ms;
    uint64_t limit_cells;
    char *reject_topic; /* NULL: off */
    char *http_host;    /* NULL: off; an IPv4 or IPv6 address, without brackets */
    uint16_t http_port;
    char *http_token;   /* NULL: none is asked for, and only loopback is listened on; never printed */
    int log_level; /* enum kaiku_log_level */
    bool log_json;
    struct kaiku_model model;
};

/* A mistake: 1-based line and column, 0 where it has no place. */
struct kaiku_mistake {
    uint32_t line, column;
    char *message;
};

struct kaiku_mistakes {
    struct kaiku_mistake *items;
    uint32_t n;
};

/* Reads a file. CONFIG: *mistakes says what is wrong, in the order of the file, and *out is
 * untouched. IO: the file cannot be read (also told in *mistakes). The model comes with layout
 * and digest. *mistakes is initialised in every case and to be released by the caller. Moves the
 * values of environment variables that the file names (config/substitute.c). Any thread may call
 * it that is the only one to change the environment. */
int kaiku_config_read(const char *path, struct kaiku_settings **out,
                      struct kaiku_mistakes *mistakes)
    KAIKU_MUST_CHECK;
/* The same from text. */
int kaiku_config_parse(struct kaiku_text text, struct kaiku_settings **out,
                       struct kaiku_mistakes *mistakes) KAIKU_MUST_CHECK;
void kaiku_settings_destroy(struct kaiku_settings *settings);

/* Prints `NAME:LINE:COLUMN: message` lines, `NAME: message` for a mistake without a place. */
void kaiku_mistakes_print(const struct kaiku_mistakes *mistakes, const char *name, FILE *out);
void kaiku_mistakes_release(struct kaiku_mistakes *mistakes);

/* What was understood, for people: every setting with its effect, secrets left out, and the
 * bounds of memory (see docs/configuration.md). */
void kaiku_config_describe(const struct kaiku_settings *settings, FILE *out);

#endif
