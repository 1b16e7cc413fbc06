/* Over a JSON text with yajl: where does each value stand? Arrays are walked over. */
#include "survey.h"

#include <yajl/yajl_parse.h>

struct walk {
    struct survey *survey;
    survey_visit *visit;
    void *context;
    uint32_t open[SURVEY_DEPTH]; /* places of the open objects; SURVEY_NONE: not looked at */
    uint32_t depth;              /* of open objects; those beyond SURVEY_DEPTH are counted only */
    uint32_t nested;             /* open brackets from the outermost array on */
    uint32_t place;              /* of the value to come */
    bool is_object, failed;
};

static void visit(struct walk *walk, enum survey_kind kind, struct kaiku_text text)
{
    if (walk->nested == 0 && walk->depth > 0 && walk->place != SURVEY_NONE)
        walk->visit(walk->context, walk->place, kind, text);
}

static int on_null(void *context)
{
    visit(context, SURVEY_NULL, (struct kaiku_text){0});
    return 1;
}

static int on_boolean(void *context, int is_true)
{
    visit(context, is_true ? SURVEY_TRUE : SURVEY_FALSE, (struct kaiku_text){0});
    return 1;
}

static int on_number(void *context, const char *text, size_t size)
{
    visit(context, SURVEY_NUMBER, (struct kaiku_text){text, size});
    return 1;
}

static int on_text(void *context, const unsigned char *text, size_t size)
{
    visit(context, SURVEY_TEXT, (struct kaiku_text){(const char *)text, size});
    return 1;
}

static int on_object(void *context)
{
    struct walk *walk = context;

    if (walk->nested > 0) {
        walk->nested++;
        return 1;
    }
    walk->is_object |= walk->depth == 0;
    visit(walk, SURVEY_OBJECT, (struct kaiku_text){0});
    if (walk->depth < SURVEY_DEPTH)
        walk->open[walk->depth] = walk->place;
    walk->depth++;
    return 1;
}

static int on_key(void *context, const unsigned char *key, size_t size)
{
    struct walk *walk = context;
    struct survey_field *field;

    if (walk->nested > 0)
        return 1;
    walk->place = SURVEY_NONE;
    if (walk->depth > SURVEY_DEPTH || (walk->depth > 1 && walk->open[walk->depth - 1] == SURVEY_NONE))
        return 1;
    field = survey_field_at(walk->survey, walk->open[walk->depth - 1], (struct kaiku_text){(const char *)key, size},
                            &walk->failed);
    if (field)
        walk->place = field->index;
    return !walk->failed;
}

static int on_object_end(void *context)
{
    struct walk *walk = context;

    if (walk->nested > 0)
        walk->nested--;
    else
        walk->depth--;
    return 1;
}

static int on_array(void *context)
{
    struct walk *walk = context;

    visit(walk, SURVEY_ARRAY, (struct kaiku_text){0});
    walk->nested++;
    return 1;
}

static int on_array_end(void *context)
{
    struct walk *walk = context;

    walk->nested--;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_text,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

/* NOMEM; *is_json: all of text is one JSON value. */
static int parse(struct kaiku_text text, const yajl_callbacks *with, struct walk *walk, bool *is_json)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    yajl_handle handle = yajl_alloc(with, NULL, walk);

    if (!handle)
        return KAIKU_NOMEM;
    *is_json = yajl_parse(handle, bytes, text.size) == yajl_status_ok &&
               yajl_complete_parse(handle) == yajl_status_ok;
    yajl_free(handle);
    return walk && walk->failed ? KAIKU_NOMEM : KAIKU_OK;
}

/* Twice: nothing of a record that turns out to be broken may be counted. */
int survey_walk(struct survey *survey, struct kaiku_text record, survey_visit *visitor, void *context, bool *is_object)
{
    struct walk walk = {.survey = survey, .visit = visitor, .context = context, .place = SURVEY_NONE};
    bool is_json;
    int status = parse(record, NULL, NULL, &is_json);

    *is_object = false;
    if (status || !is_json || record.size == 0)
        return status;
    status = parse(record, &callbacks, &walk, &is_json);
    *is_object = walk.is_object;
    return status;
}
