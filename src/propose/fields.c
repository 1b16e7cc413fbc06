/* The places of a survey, and what is counted at each. */
#include "forms.h"
#include "survey.h"

#include <base/array.h>
#include <base/hash.h>
#include <decode/event_time.h>

#include <stdlib.h>

static const int64_t DAY_MS = 86400000, OLD_MS = INT64_C(400) * 86400000;
static const int64_t RECENT_MS = INT64_C(946684800000); /* 2000-01-01: smaller numbers are no times */

static uint64_t hash_of(uint32_t parent, struct kaiku_text key)
{
    return kaiku_hash_keyed(key.data, key.size) + parent * UINT64_C(0x9e3779b97f4a7c15);
}

/* Where (parent, key) stands or would stand among the slots. */
static uint32_t find_slot(const struct survey *survey, uint32_t parent, struct kaiku_text key)
{
    uint32_t slot = (uint32_t)(hash_of(parent, key) % SURVEY_SLOTS);

    for (; survey->slots[slot]; slot = (slot + 1) % SURVEY_SLOTS) {
        const struct survey_field *field = survey->fields[survey->slots[slot] - 1];
        if (field->parent == parent && kaiku_text_equal((struct kaiku_text){field->key, field->key_size}, key))
            break;
    }
    return slot;
}

enum { POINTER_MAX = 256 };

/* NULL: out of memory, or none that a configuration should name: NUL ends texts there, ${ begins a secret. */
static char *write_pointer(const char *parent, struct kaiku_text key, bool *failed)
{
    struct kaiku_buffer pointer = {0};
    char *copy = NULL;

    kaiku_buffer_string(&pointer, parent);
    kaiku_buffer_char(&pointer, '/');
    for (size_t i = 0; i < key.size; i++) {
        if (key.data[i] == '~' || key.data[i] == '/')
            kaiku_buffer_string(&pointer, key.data[i] == '~' ? "~0" : "~1");
        else
            kaiku_buffer_char(&pointer, key.data[i]);
    }
    if (!pointer.failed && pointer.size <= POINTER_MAX && !memchr(pointer.data, '\0', pointer.size) &&
        !strstr(kaiku_buffer_cstring(&pointer), "${"))
        copy = strdup(kaiku_buffer_cstring(&pointer));
    *failed |= pointer.failed;
    kaiku_buffer_release(&pointer);
    return copy;
}

static struct survey_field *create(const struct survey *survey, uint32_t parent, struct kaiku_text key, bool *failed)
{
    const struct survey_field *above = parent == SURVEY_NONE ? NULL : survey->fields[parent];
    struct survey_field *field = calloc(1, sizeof(*field));

    if (!field || !(field->key = malloc(key.size + 1))) {
        free(field);
        *failed = true;
        return NULL;
    }
    if (key.size > 0)
        memcpy(field->key, key.data, key.size);
    field->key[key.size] = '\0';
    field->key_size = (uint32_t)key.size;
    field->parent = parent;
    field->depth = above ? above->depth + 1 : 1;
    if (!above || above->pointer)
        field->pointer = write_pointer(above ? above->pointer : "", key, failed);
    return field;
}

struct survey_field *survey_field_at(struct survey *survey, uint32_t parent, struct kaiku_text key, bool *failed)
{
    uint32_t slot = find_slot(survey, parent, key);
    struct survey_field *field;

    if (survey->slots[slot])
        return survey->fields[survey->slots[slot] - 1];
    if (survey->n_fields == SURVEY_FIELDS)
        return NULL;
    field = create(survey, parent, key, failed);
    if (!field)
        return NULL;
    field->index = survey->n_fields;
    survey->fields[survey->n_fields++] = field;
    survey->slots[slot] = survey->n_fields;
    return field;
}

struct survey_field *survey_field_find(const struct survey *survey, const char *pointer)
{
    for (uint32_t i = 0; i < survey->n_fields; i++)
        if (survey->fields[i]->pointer && strcmp(survey->fields[i]->pointer, pointer) == 0)
            return survey->fields[i];
    return NULL;
}

void survey_field_destroy(struct survey_field *field)
{
    for (uint32_t i = 0; i < field->n_values; i++)
        free(field->values[i].text);
    free(field->hashes);
    free(field->pointer);
    free(field->key);
    free(field);
}

/* ---- counting ---- */

static void count_time(const struct survey *survey, struct survey_field *field, int64_t time_ms)
{
    int64_t stamp_ms = survey->sample->records[survey->record - 1].timestamp_ms;

    if (field->times == 0 || time_ms < field->first_ms)
        field->first_ms = time_ms;
    if (field->times == 0 || time_ms > field->last_ms)
        field->last_ms = time_ms;
    field->times++;
    if (stamp_ms == INT64_MIN)
        return;
    field->ahead += time_ms > stamp_ms + DAY_MS;
    field->old += stamp_ms - time_ms > OLD_MS;
    if (stamp_ms - time_ms > field->behind_ms)
        field->behind_ms = stamp_ms - time_ms;
}

static void count_number(const struct survey *survey, struct survey_field *field, struct kaiku_text text)
{
    struct kaiku_decimal number;
    int64_t value, time_ms;

    if (kaiku_decimal_read(text, &number) != KAIKU_OK)
        return;
    double nearest = kaiku_decimal_double(&number);
    if (field->measured == 0 || nearest < field->least)
        field->least = nearest;
    if (field->measured == 0 || nearest > field->most)
        field->most = nearest;
    field->measured++;
    field->negative += number.negative;
    field->large += nearest >= 1e9 || nearest <= -1e9;
    field->integers += !memchr(text.data, '.', text.size) && !memchr(text.data, 'e', text.size) &&
                       !memchr(text.data, 'E', text.size);
    int64_t places = (int64_t)number.count - number.point;
    if (number.count > 0 && places > field->decimals)
        field->decimals = places > 99 ? 99 : (uint32_t)places;
    if (kaiku_decimal_scaled(&number, 0, &value)) {
        field->whole++;
        if (value >= SURVEY_FIRST_STEP && value <= SURVEY_LAST_STEP)
            field->steps[value - SURVEY_FIRST_STEP]++;
    }
    if (kaiku_time_from_number(&(struct kaiku_number){.text = text}, &time_ms) && time_ms >= RECENT_MS)
        count_time(survey, field, time_ms);
}

static void remember(struct survey_field *field, struct kaiku_text text, bool *failed)
{
    for (uint32_t i = 0; i < field->n_values; i++) {
        struct survey_value *value = &field->values[i];
        if (kaiku_text_equal((struct kaiku_text){value->text, value->size}, text)) {
            value->n++;
            return;
        }
    }
    if (field->n_values == SURVEY_VALUES || text.size > KAIKU_MAX_VALUE)
        return;
    char *copy = malloc(text.size + 1);
    if (!copy) {
        *failed = true;
        return;
    }
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    field->values[field->n_values++] = (struct survey_value){copy, (uint32_t)text.size, 1};
}

static void count_text(const struct survey *survey, struct survey_field *field, struct kaiku_text text, bool *failed)
{
    int64_t time_ms;

    if (text.size == 0) {
        field->empty++;
        return;
    }
    field->numbers_as_text += form_is_number(text);
    field->longs += text.size > 48;
    field->nuls += memchr(text.data, '\0', text.size) != NULL;
    field->emails += form_is_email(text);
    field->phones += form_is_phone(text);
    field->links += form_is_link(text);
    if (kaiku_time_from_text(text, &time_ms))
        count_time(survey, field, time_ms);
    else
        field->local_times += form_is_date(text);
    remember(field, text, failed);
}

static void add_hash(struct survey_field *field, struct kaiku_text text, bool *failed)
{
    uint64_t *hashes = kaiku_array_reserve(field->hashes, field->n_hashes, &field->capacity, sizeof(*hashes));

    if (!hashes) {
        *failed = true;
        return;
    }
    field->hashes = hashes;
    hashes[field->n_hashes++] = kaiku_hash_keyed(text.data, text.size);
}

void survey_field_count(struct survey *survey, struct survey_field *field, enum survey_kind kind,
                        struct kaiku_text text, bool *failed)
{
    if (field->last == survey->record) {
        field->repeats++;
        return;
    }
    field->last = survey->record;
    field->n[kind]++;
    if (kind == SURVEY_NUMBER)
        count_number(survey, field, text);
    if (kind == SURVEY_TEXT)
        count_text(survey, field, text, failed);
    if (kind == SURVEY_NUMBER || (kind == SURVEY_TEXT && text.size > 0))
        add_hash(field, text, failed);
}

/* ---- figures ---- */

uint32_t survey_field_seen(const struct survey_field *field)
{
    return survey_field_valued(field) + field->n[SURVEY_NULL] + field->empty;
}

uint32_t survey_field_valued(const struct survey_field *field)
{
    uint32_t n = 0;

    for (int kind = SURVEY_FALSE; kind < SURVEY_KINDS; kind++)
        n += field->n[kind];
    return n - field->empty;
}

bool survey_field_is_usable(const struct survey *survey, const struct survey_field *field)
{
    if (!field->pointer || !is_hardly_any(field->nuls, survey_field_valued(field)))
        return false;
    while (is_hardly_any(field->repeats, survey->objects)) {
        if (field->parent == SURVEY_NONE)
            return true;
        field = survey->fields[field->parent];
    }
    return false;
}

uint32_t survey_field_within(const struct survey_field *field, int32_t low, int32_t high)
{
    uint32_t n = 0;

    for (int32_t step = low; step <= high; step++)
        n += field->steps[step - SURVEY_FIRST_STEP];
    return n;
}
