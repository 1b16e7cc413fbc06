#include "survey.h"

#include <stdlib.h>

struct taking {
    struct survey *survey;
    bool failed;
    /* Of the record at hand, while types are taken. */
    struct kaiku_text type;
    uint32_t carried[SURVEY_FIELDS], n_carried;
};

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void count_distinct(struct survey_field *field)
{
    if (field->n_hashes == 0)
        return;
    qsort(field->hashes, field->n_hashes, sizeof(*field->hashes), compare_hashes);
    field->distinct = 1;
    for (uint32_t i = 1; i < field->n_hashes; i++)
        field->distinct += field->hashes[i] != field->hashes[i - 1];
}

static void visit_value(void *context, uint32_t index, enum survey_kind kind, struct kaiku_text text)
{
    struct taking *taking = context;

    survey_field_count(taking->survey, taking->survey->fields[index], kind, text, &taking->failed);
}

/* Avro and Protobuf with a schema registry begin with a zero byte, others hold one soon. */
static bool looks_binary(const struct kaiku_sample_record *record)
{
    return record->value && memchr(record->value, '\0', record->size);
}

static int take_record(struct taking *taking, const struct kaiku_sample_record *record)
{
    struct survey *survey = taking->survey;
    bool is_object;

    survey->record++;
    if (record->size > survey->largest)
        survey->largest = record->size;
    if (!record->value) {
        survey->tombstones += record->size == 0;
        survey->oversized += record->size > 0;
        return KAIKU_OK;
    }
    struct kaiku_text text = {record->value, record->size};
    int status = survey_walk(survey, text, visit_value, taking, &is_object);
    survey->objects += is_object;
    survey->broken += !is_object;
    survey->looks_binary |= !is_object && looks_binary(record);
    return taking->failed ? KAIKU_NOMEM : status;
}

int survey_take(struct survey *survey, const struct kaiku_sample *sample)
{
    struct taking *taking = calloc(1, sizeof(*taking));
    int status = taking ? KAIKU_OK : KAIKU_NOMEM;

    *survey = (struct survey){.sample = sample};
    if (taking)
        taking->survey = survey;
    for (uint32_t i = 0; i < sample->n && status == KAIKU_OK; i++)
        status = take_record(taking, &sample->records[i]);
    for (uint32_t i = 0; i < survey->n_fields && status == KAIKU_OK; i++)
        count_distinct(survey->fields[i]);
    free(taking);
    return status;
}

void survey_release(struct survey *survey)
{
    for (uint32_t i = 0; i < survey->n_fields; i++)
        survey_field_destroy(survey->fields[i]);
    survey->n_fields = 0;
}

/* ---- types ---- */

static void visit_typed(void *context, uint32_t index, enum survey_kind kind, struct kaiku_text text)
{
    struct taking *taking = context;
    struct survey *survey = taking->survey;

    if (survey->fields[index] == survey->type && kind == SURVEY_TEXT)
        for (uint32_t i = 0; i < survey->type->n_values; i++) {
            const struct survey_value *value = &survey->type->values[i];
            if (kaiku_text_equal((struct kaiku_text){value->text, value->size}, text))
                taking->type = (struct kaiku_text){value->text, value->size};
        }
    if (kind == SURVEY_NULL || survey->fields[index]->last == survey->record)
        return;
    survey->fields[index]->last = survey->record;
    taking->carried[taking->n_carried++] = index;
}

/* NULL: there is no room for another one. */
static struct survey_type *type_of(struct survey *survey, struct kaiku_text name, uint32_t *index)
{
    uint32_t i = 0;

    while (i < survey->n_types && !kaiku_text_equal(survey->types[i].name, name))
        i++;
    if (i == SURVEY_TYPES)
        return NULL;
    if (i == survey->n_types)
        survey->types[survey->n_types++].name = name;
    *index = i;
    return &survey->types[i];
}

static void count_typed(struct taking *taking)
{
    struct survey_type *type;
    uint32_t index;

    type = type_of(taking->survey, taking->type, &index);
    if (!type)
        return;
    type->n++;
    for (uint32_t i = 0; i < taking->n_carried; i++)
        taking->survey->fields[taking->carried[i]]->of_type[index]++;
}

int survey_take_types(struct survey *survey, const struct survey_field *field)
{
    struct taking *taking = calloc(1, sizeof(*taking));
    int status = taking ? KAIKU_OK : KAIKU_NOMEM;
    bool is_object;

    survey->type = field;
    for (uint32_t i = 0; i < survey->sample->n && status == KAIKU_OK; i++) {
        const struct kaiku_sample_record *record = &survey->sample->records[i];
        if (!record->value)
            continue;
        survey->record++;
        *taking = (struct taking){.survey = survey, .type = KAIKU_TEXT("response")};
        status = survey_walk(survey, (struct kaiku_text){record->value, record->size}, visit_typed, taking, &is_object);
        if (status == KAIKU_OK && is_object)
            count_typed(taking);
    }
    free(taking);
    return status;
}
