/* What stands at which place of the records: a count for everything that a proposal asks about. */
#ifndef PROPOSE_SURVEY_H
#define PROPOSE_SURVEY_H

#include <model/model.h>
#include <propose/propose.h>

enum {
    SURVEY_FIELDS = 1024, /* places at most; what comes later is not looked at */
    SURVEY_SLOTS = 2 * SURVEY_FIELDS,
    SURVEY_DEPTH = 32,
    SURVEY_VALUES = 16, /* different texts that are remembered */
    SURVEY_TYPES = SURVEY_VALUES,
    SURVEY_FIRST_STEP = -100, /* whole numbers that are counted one by one */
    SURVEY_LAST_STEP = 100,
};

#define SURVEY_NONE UINT32_MAX

enum survey_kind {
    SURVEY_NULL,
    SURVEY_FALSE,
    SURVEY_TRUE,
    SURVEY_NUMBER,
    SURVEY_TEXT,
    SURVEY_OBJECT,
    SURVEY_ARRAY,
    SURVEY_KINDS
};

/* One place in the records: a key below another place. */
struct survey_field {
    uint32_t index; /* among all */
    uint32_t parent; /* SURVEY_NONE: the record itself */
    uint32_t depth;  /* 1: a key of the record itself */
    char *key;      /* owned, key_size bytes and a NUL */
    uint32_t key_size;
    char *pointer; /* owned; NULL: none can be written */
    uint32_t last;         /* number of the record that was counted last, from 1 */
    uint32_t n[SURVEY_KINDS];
    uint32_t repeats; /* records in which it stands twice: kaiku rejects them where it is used */
    /* Texts. */
    uint32_t empty, numbers_as_text, longs, nuls, emails, phones, links;
    uint32_t local_times; /* a date, or a time without an offset */
    struct survey_value {
        char *text;
        uint32_t size, n;
    } values[SURVEY_VALUES];
    uint32_t n_values;
    /* Numbers. */
    uint32_t measured; /* with an exponent that is no nonsense */
    uint32_t whole;    /* whose value is an integer */
    uint32_t integers; /* that are written with digits only */
    uint32_t negative, large, decimals; /* large: 1e9 and more; decimals: the most that were seen */
    double least, most;
    uint32_t steps[SURVEY_LAST_STEP - SURVEY_FIRST_STEP + 1];
    /* Texts and numbers. */
    uint32_t times, ahead, old;  /* valid times; a day ahead of the record's timestamp; over 400 days behind */
    int64_t behind_ms;           /* the furthest behind it */
    int64_t first_ms, last_ms;   /* of all times */
    uint64_t *hashes;            /* of the values, sorted once all are there */
    uint32_t n_hashes, capacity;
    uint32_t distinct;
    uint32_t of_type[SURVEY_TYPES]; /* events of each type that carry it */
};

struct survey {
    const struct kaiku_sample *sample;
    struct survey_field *fields[SURVEY_FIELDS];
    uint32_t n_fields;
    uint32_t slots[SURVEY_SLOTS]; /* index + 1, by parent and key */
    uint32_t record; /* at hand, from 1 */
    /* Records. */
    uint32_t objects, tombstones, oversized, broken;
    uint32_t largest;
    bool looks_binary;
    /* Types of events, once their field is known. */
    const struct survey_field *type; /* NULL: there is none */
    struct survey_type {
        struct kaiku_text name;
        uint32_t n;
    } types[SURVEY_TYPES];
    uint32_t n_types;
};

/* NOMEM. To be released in any case. Borrows the sample. */
int survey_take(struct survey *survey, const struct kaiku_sample *sample) KAIKU_MUST_CHECK;
void survey_release(struct survey *survey);
/* Which types are there, and which fields do they carry? field NULL: all are of one. */
int survey_take_types(struct survey *survey, const struct survey_field *field) KAIKU_MUST_CHECK;

/* The place of a key below a place; NULL where there is no room for another one. NOMEM is remembered as *failed. */
struct survey_field *survey_field_at(struct survey *survey, uint32_t parent, struct kaiku_text key, bool *failed);
/* The same, NULL where it was never seen. */
struct survey_field *survey_field_find(const struct survey *survey, const char *pointer);
void survey_field_count(struct survey *survey, struct survey_field *field, enum survey_kind kind,
                        struct kaiku_text text, bool *failed);
void survey_field_destroy(struct survey_field *field);

/* In how many records it stands, null included. */
uint32_t survey_field_seen(const struct survey_field *field);
/* And with a value. */
uint32_t survey_field_valued(const struct survey_field *field);
/* Can it be named, and read in nearly all records? */
bool survey_field_is_usable(const struct survey *survey, const struct survey_field *field);
/* Whole numbers from low to high. */
uint32_t survey_field_within(const struct survey_field *field, int32_t low, int32_t high);

/* Walks over one record; visit is called for each value outside of arrays. False: it is no JSON object. */
typedef void survey_visit(void *context, uint32_t field, enum survey_kind kind, struct kaiku_text text);
int survey_walk(struct survey *survey, struct kaiku_text record, survey_visit *visit, void *context, bool *is_object)
    KAIKU_MUST_CHECK;

/* Shares of what was seen. */
static inline bool is_nearly_all(uint32_t part, uint32_t all)
{
    return all > 0 && (uint64_t)part * 100 >= (uint64_t)all * 95;
}

static inline bool is_hardly_any(uint32_t part, uint32_t all)
{
    return (uint64_t)part * 100 <= all;
}

#endif
