#include "sections.h"

#include <model/digest.h>
#include <model/layout.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 1 << 20 }; /* bytes */

/* The bytes of a file; 0 or an errno. */
static int read_file(const char *path, struct kaiku_buffer *out)
{
    int problem = 0;
    size_t n = 1;

    FILE *file = fopen(path, "re");
    if (!file)
        return errno;
    while (n > 0 && out->size <= FILE_MAX) {
        char *room = kaiku_buffer_reserve(out, BUFSIZ);
        if (!room) {
            problem = ENOMEM;
            break;
        }
        n = fread(room, 1, BUFSIZ, file);
        out->size += n;
    }
    if (!problem && ferror(file))
        problem = errno;
    fclose(file);
    return problem;
}

/* Where text stops to be UTF-8, or holds a NUL; mistakes->n says whether it does. */
static int check_characters(struct kaiku_text text, struct kaiku_mistakes *mistakes)
{
    uint32_t line = 1, column = 1;

    if (kaiku_text_is_utf8(text) && (text.size == 0 || !memchr(text.data, '\0', text.size)))
        return KAIKU_OK;
    for (size_t i = 0, size; i < text.size; i += size) {
        if (text.data[i] == '\0')
            return kaiku_mistakes_add(mistakes, line, column, "NUL character");
        for (size = 1; size <= 4 && size <= text.size - i; size++)
            if (kaiku_text_is_utf8((struct kaiku_text){text.data + i, size}))
                break;
        if (size > 4 || size > text.size - i)
            return kaiku_mistakes_add(mistakes, line, column, "no valid UTF-8");
        column = text.data[i] == '\n' ? 1 : column + 1;
        line += text.data[i] == '\n';
    }
    return KAIKU_OK;
}

static void read_root(struct kaiku_reader *reader, const struct kaiku_yaml *root)
{
    static const char *const keys[] = {
        "kafka", "workers", "redis", "publish", "time_zone", "event",  "metrics", "limits",
        "views", "dedup",   "targets", "alerts", "reject",   "http",   "log",
    };

    if (!kaiku_read_map(reader, root, "a mapping with kafka, event, metrics and views", keys,
                        KAIKU_LENGTH(keys)))
        return;
    kaiku_read_settings(reader, root);
    kaiku_read_event(reader, kaiku_map_get(root, "event"));
    kaiku_read_metrics(reader, kaiku_map_need(reader, root, "metrics"));
    kaiku_check_fields(reader);
    kaiku_read_views(reader, kaiku_map_need(reader, root, "views"));
    kaiku_read_targets(reader, kaiku_map_get(root, "targets"));
    kaiku_read_alerts(reader, kaiku_map_get(root, "alerts"));
}

/* The tables that readers append to, at their largest. */
static void allocate_tables(struct kaiku_reader *reader)
{
    struct kaiku_model *model = reader->model;

    model->pointers = kaiku_reader_allocate(reader, KAIKU_MAX_POINTERS, sizeof(*model->pointers));
    model->types = kaiku_reader_allocate(reader, KAIKU_MAX_METRICS, sizeof(*model->types));
}

static int read_tree(const struct kaiku_yaml *root, struct kaiku_mistakes *mistakes,
                     struct kaiku_settings *settings)
{
    struct kaiku_reader reader = {.mistakes = mistakes, .settings = settings,
                                  .model = &settings->model};

    allocate_tables(&reader);
    if (!reader.out_of_memory)
        read_root(&reader, root);
    if (reader.out_of_memory)
        return KAIKU_NOMEM;
    if (mistakes->n > 0)
        return KAIKU_CONFIG;
    kaiku_layout_assign(&settings->model);
    return kaiku_digest_model(&settings->model);
}

int kaiku_config_parse(struct kaiku_text text, struct kaiku_settings **out,
                       struct kaiku_mistakes *mistakes)
{
    struct kaiku_yaml_document document = {0};
    struct kaiku_settings *settings = NULL;
    int status;

    *mistakes = (struct kaiku_mistakes){0};
    if (text.size > FILE_MAX)
        status = kaiku_mistakes_add(mistakes, 0, 0, "larger than %d bytes", FILE_MAX);
    else
        status = check_characters(text, mistakes);
    if (status || mistakes->n > 0)
        goto done;
    status = kaiku_yaml_load(text, mistakes, &document);
    if (status)
        goto done;
    status = kaiku_yaml_substitute(&document, mistakes);
    if (status)
        goto done;
    settings = calloc(1, sizeof(*settings));
    status = settings ? read_tree(document.root, mistakes, settings) : KAIKU_NOMEM;
done:
    kaiku_yaml_release(&document);
    if (status == KAIKU_OK && mistakes->n > 0)
        status = KAIKU_CONFIG;
    kaiku_mistakes_sort(mistakes);
    if (status == KAIKU_OK)
        *out = settings;
    else
        kaiku_settings_destroy(settings);
    return status;
}

int kaiku_config_read(const char *path, struct kaiku_settings **out,
                      struct kaiku_mistakes *mistakes)
{
    struct kaiku_buffer text = {0};
    int status;

    *mistakes = (struct kaiku_mistakes){0};
    int problem = read_file(path, &text);
    if (problem) {
        status = kaiku_mistakes_add(mistakes, 0, 0, "cannot read it: %s", strerror(problem));
        status = status ? status : KAIKU_IO;
    } else {
        status = kaiku_config_parse(kaiku_buffer_as_text(&text), out, mistakes);
    }
    kaiku_buffer_release(&text);
    return status;
}

static void free_texts(char **texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(texts[i]);
    free(texts);
}

void kaiku_settings_destroy(struct kaiku_settings *settings)
{
    if (!settings)
        return;
    struct kaiku_redis_settings *redis = &settings->redis;
    char *const texts[] = {redis->host,     redis->path,    redis->user,
                           redis->password, redis->prefix,  redis->tls_ca,
                           redis->tls_cert, redis->tls_key, redis->tls_server_name,
                           settings->reject_topic, settings->http_host, settings->http_token};

    for (size_t i = 0; i < KAIKU_LENGTH(texts); i++)
        free(texts[i]);
    free_texts(settings->topics, settings->n_topics);
    free_texts(settings->properties, (size_t)settings->n_properties * 2);
    free(settings->property_places);
    kaiku_model_release(&settings->model);
    free(settings);
}
