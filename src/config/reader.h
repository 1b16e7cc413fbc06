/* Reading nodes into settings.
 *
 * A reader function gets the node of a value and where to put it. A NULL node is a key that is
 * not there: the default stays. What is wrong is told as a mistake, and reading goes on, so that
 * one run finds every mistake. Running out of memory is remembered and asked for once, at the
 * end. */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include "suggest.h"
#include "units.h"
#include "yaml.h"

#define KAIKU_LENGTH(array) (sizeof(array) / sizeof(*(array)))

struct kaiku_reader {
    struct kaiku_mistakes *mistakes;
    struct kaiku_settings *settings;
    struct kaiku_model *model; /* of the settings */
    bool out_of_memory;
    /* What the model does not say about its parts: where they stand, and whether they could be read
     * well enough to check what refers to them. */
    const struct kaiku_yaml *dimension_keys[KAIKU_MAX_DIMENSIONS];
    struct kaiku_metric_node {
        const struct kaiku_yaml *node;
        bool has_kind;
    } metrics[KAIKU_MAX_METRICS];
    struct kaiku_view_node {
        bool has_by, has_windows;
    } views[KAIKU_MAX_VIEWS];
};

void kaiku_mistake(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *format,
                   ...)
    __attribute__((format(printf, 3, 4)));
/* "expects WHAT, not 'written'" */
void kaiku_mistake_expects(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                           const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "unknown WHAT 'written', did you mean 'best'?" */
void kaiku_mistake_unknown(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                           const char *what, const struct kaiku_suggestion *suggestion);

/* Part of a scalar's text as it may be shown: all of it as written where a secret may have come
 * in. */
struct kaiku_quote kaiku_quote_part(const struct kaiku_yaml *node, struct kaiku_text part);

/* Memory: NULL when out of it. */
void *kaiku_reader_allocate(struct kaiku_reader *reader, size_t n, size_t size); /* zeros */
char *kaiku_reader_copy(struct kaiku_reader *reader, struct kaiku_text text); /* with a NUL */

/* Is it a mapping? Tells keys that are not among the known ones. */
bool kaiku_read_map(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what,
                    const char *const *keys, size_t n_keys);
/* A mapping whose keys the user chooses. */
bool kaiku_read_open_map(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                         const char *what);
/* Is it a list of min..max items? */
bool kaiku_read_list(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what,
                     uint32_t min, uint32_t max);
/* Is it a scalar with a value? */
bool kaiku_read_scalar(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       const char *what);

/* The value of a key; NULL where there is none, which `need` tells as a mistake. */
const struct kaiku_yaml *kaiku_map_get(const struct kaiku_yaml *map, const char *key);
const struct kaiku_yaml *kaiku_map_need(struct kaiku_reader *reader, const struct kaiku_yaml *map,
                                        const char *key);

/* Scalars. */
void kaiku_read_text(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what,
                     size_t max, char **out); /* frees the former text; never empty */
void kaiku_read_integer(struct kaiku_reader *reader, const struct kaiku_yaml *node, int64_t min,
                        int64_t max, int64_t *out);
void kaiku_read_uint32(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t min,
                       uint32_t max, uint32_t *out);
void kaiku_read_duration(struct kaiku_reader *reader, const struct kaiku_yaml *node, int64_t min_ms,
                         int64_t max_ms, int64_t *out_ms);
bool kaiku_read_name(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                     char out[KAIKU_MAX_NAME + 1]);
/* Index among the choices; otherwise -1. */
int kaiku_read_choice(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      const char *const *choices, size_t n_choices);
/* Index among the model's pointers; equal ones are kept once. */
bool kaiku_read_pointer(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t *out);

/* Values as they stand in events: texts as written. */
void kaiku_read_values(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       struct kaiku_text **values, uint32_t *n_values);
/* "<= 20": text is a part of what stands at node. */
bool kaiku_read_condition(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          struct kaiku_text text, struct kaiku_condition *out);

/* References by name; -1 and a mistake where there is no such thing. name is a part of node's
 * text. */
int kaiku_find_dimension(struct kaiku_reader *reader, const struct kaiku_yaml *node);
int kaiku_find_metric(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_text name);

#endif
