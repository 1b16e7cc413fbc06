#include "admission.h"

#include <model/member.h>

#include <stdlib.h>

static const struct kaiku_text reserved[KAIKU_ID_FIRST] = {
    [KAIKU_ID_ALL] = {KAIKU_ALL, sizeof KAIKU_ALL - 1},
    [KAIKU_ID_NONE] = {KAIKU_NONE, sizeof KAIKU_NONE - 1},
    [KAIKU_ID_OTHER] = {KAIKU_OTHER, sizeof KAIKU_OTHER - 1},
};

int admission_init(struct admission *admission, const struct kaiku_model *model,
                   struct kaiku_store *store)
{
    *admission = (struct admission){.model = model, .store = store};
    for (uint32_t d = 0; d < model->n_dimensions; d++) {
        /* Escaping makes a value three times as long at most; interners expect a quarter of the longest. */
        int rc = kaiku_interner_init(&admission->dimensions[d].admitted,
                                     12 * model->dimensions[d].max_values + 1024);
        if (rc != KAIKU_OK) {
            admission_release(admission);
            return rc;
        }
    }
    return KAIKU_OK;
}

void admission_release(struct admission *admission)
{
    for (uint32_t d = 0; d < admission->model->n_dimensions; d++)
        kaiku_interner_release(&admission->dimensions[d].admitted);
    kaiku_buffer_release(&admission->escaped);
}

void admission_forget(struct admission *admission)
{
    for (uint32_t d = 0; d < admission->model->n_dimensions; d++) {
        struct admission_dimension *dimension = &admission->dimensions[d];
        kaiku_interner_clear(&dimension->admitted, false);
        dimension->full = false;
        memset(dimension->noted, 0, sizeof dimension->noted);
    }
    admission->known = false;
}

struct kaiku_text admission_text(const struct admission *admission, uint32_t dimension, uint32_t id)
{
    if (id < KAIKU_ID_FIRST)
        return reserved[id];
    return kaiku_interner_text(&admission->dimensions[dimension].admitted, id);
}

static void note_value(void *context, struct kaiku_text text)
{
    struct admission_dimension *dimension = context;
    for (uint32_t id = 0; id < KAIKU_ID_FIRST; id++) {
        if (kaiku_text_equal(text, reserved[id])) {
            dimension->noted[id] = true;
            return;
        }
    }
    (void)kaiku_interner_id(&dimension->admitted, text);
}

static int read_values(struct admission *admission, uint32_t d)
{
    return kaiku_store_values(admission->store, d, note_value, &admission->dimensions[d]);
}

static int begin_term(struct admission *admission)
{
    admission_forget(admission);
    for (uint32_t d = 0; d < admission->model->n_dimensions; d++) {
        int rc = read_values(admission, d);
        if (rc != KAIKU_OK)
            return rc;
    }
    admission->known = true;
    return KAIKU_OK;
}

/* A dimension's values in Redis beside those that are remembered. */
struct review {
    const struct admission_dimension *dimension;
    uint32_t missing;
};

static void review_value(void *context, struct kaiku_text text)
{
    struct review *review = context;
    bool remembered = kaiku_interner_find(&review->dimension->admitted, text) != 0;
    for (uint32_t id = 0; id < KAIKU_ID_FIRST; id++)
        remembered |= review->dimension->noted[id] && kaiku_text_equal(text, reserved[id]);
    review->missing -= remembered;
}

int admission_stands(struct admission *admission, bool *stands)
{
    *stands = true;
    for (uint32_t d = 0; d < admission->model->n_dimensions && *stands; d++) {
        const struct admission_dimension *dimension = &admission->dimensions[d];
        struct review review = {dimension, dimension->admitted.count - KAIKU_ID_FIRST};
        for (uint32_t id = 0; id < KAIKU_ID_FIRST; id++)
            review.missing += dimension->noted[id];
        int rc = kaiku_store_values(admission->store, d, review_value, &review);
        if (rc != KAIKU_OK)
            return rc;
        *stands = review.missing == 0;
    }
    return KAIKU_OK;
}

static struct kaiku_text escape(struct admission *admission, struct kaiku_text raw)
{
    kaiku_buffer_clear(&admission->escaped);
    kaiku_member_escape(&admission->escaped, raw);
    return kaiku_buffer_as_text(&admission->escaped);
}

/* Reserved values are noted in the set the first time they occur. */
static int note_reserved(struct admission *admission, uint32_t d, uint32_t id)
{
    bool admitted;
    struct admission_dimension *dimension = &admission->dimensions[d];
    if (dimension->noted[id])
        return KAIKU_OK;
    int rc = kaiku_store_admit(admission->store, d, &reserved[id], 1, &admitted);
    dimension->noted[id] = rc == KAIKU_OK;
    return rc;
}

/* The values of one dimension that have to be asked for. */
struct question {
    struct kaiku_buffer bytes; /* reserved once, so that texts can point into it */
    struct kaiku_text *texts;
    bool *answers;
    uint32_t n;
};

static int question_init(struct question *question, const struct kaiku_interner *interner)
{
    *question = (struct question){
        .texts = malloc(interner->count * sizeof *question->texts),
        .answers = malloc(interner->count * sizeof *question->answers),
    };
    const size_t longest_escape = 3;
    bool room = kaiku_buffer_reserve(&question->bytes, longest_escape * interner->bytes_used + 1);
    return room && question->texts && question->answers ? KAIKU_OK : KAIKU_NOMEM;
}

static void question_release(struct question *question)
{
    kaiku_buffer_release(&question->bytes);
    free(question->texts);
    free(question->answers);
}

static void question_add(struct question *question, struct kaiku_text escaped)
{
    const char *at = question->bytes.data + question->bytes.size;
    kaiku_buffer_text(&question->bytes, escaped);
    question->texts[question->n++] = (struct kaiku_text){at, escaped.size};
}

static int ask(struct admission *admission, uint32_t d, struct question *question)
{
    struct admission_dimension *dimension = &admission->dimensions[d];
    int rc = kaiku_store_admit(admission->store, d, question->texts, question->n, question->answers);
    bool refused = false;
    for (uint32_t i = 0; i < question->n && rc == KAIKU_OK; i++) {
        if (question->answers[i])
            (void)kaiku_interner_id(&dimension->admitted, question->texts[i]);
        refused |= !question->answers[i];
    }
    if (rc == KAIKU_OK && refused && !dimension->full) {
        /* Full: what stands there now is final, whoever admitted it. */
        rc = read_values(admission, d);
        dimension->full = rc == KAIKU_OK;
    }
    return rc;
}

static int make_map(struct admission_map *map, uint32_t d, uint32_t count)
{
    if (count > map->capacity[d]) {
        uint32_t *ids = realloc(map->ids[d], count * sizeof *ids);
        if (!ids)
            return KAIKU_NOMEM;
        map->ids[d] = ids;
        map->capacity[d] = count;
    }
    for (uint32_t id = 0; id < count; id++)
        map->ids[d][id] = id < KAIKU_ID_FIRST ? id : KAIKU_ID_OTHER;
    return KAIKU_OK;
}

void admission_map_release(struct admission_map *map)
{
    for (uint32_t d = 0; d < KAIKU_MAX_DIMENSIONS; d++)
        free(map->ids[d]);
}

static void gather(struct admission *admission, const struct kaiku_interner *interner, uint32_t d,
                   struct question *question)
{
    const struct admission_dimension *dimension = &admission->dimensions[d];
    for (uint32_t id = KAIKU_ID_FIRST; id < interner->count && !dimension->full; id++) {
        if (!interner->items[id].used)
            continue;
        struct kaiku_text escaped = escape(admission, kaiku_interner_text(interner, id));
        if (!kaiku_interner_find(&dimension->admitted, escaped))
            question_add(question, escaped);
    }
}

/* Fills the map and marks the interner, now that every answer is known. */
static int conclude(struct admission *admission, struct kaiku_interner *interner, uint32_t d,
                    struct admission_map *map, bool *refused)
{
    for (uint32_t id = KAIKU_ID_FIRST; id < interner->count; id++) {
        struct kaiku_interned *item = &interner->items[id];
        if (!item->used)
            continue;
        uint32_t known = kaiku_interner_find(&admission->dimensions[d].admitted,
                                             escape(admission, kaiku_interner_text(interner, id)));
        if (!known && item->admitted)
            return KAIKU_MISMATCH;
        *refused |= !known;
        item->admitted = known != 0;
        if (known)
            map->ids[d][id] = known;
    }
    return KAIKU_OK;
}

static int settle_dimension(struct admission *admission, struct kaiku_interner *interner, uint32_t d,
                            struct admission_map *map)
{
    struct question question;
    bool refused = interner->items[KAIKU_ID_OTHER].used;
    int rc = question_init(&question, interner);
    if (rc == KAIKU_OK)
        rc = make_map(map, d, interner->count);
    if (rc == KAIKU_OK)
        gather(admission, interner, d, &question);
    if (rc == KAIKU_OK && question.n > 0)
        rc = ask(admission, d, &question);
    if (rc == KAIKU_OK)
        rc = conclude(admission, interner, d, map, &refused);
    if (rc == KAIKU_OK && interner->items[KAIKU_ID_NONE].used)
        rc = note_reserved(admission, d, KAIKU_ID_NONE);
    if (rc == KAIKU_OK && refused)
        rc = note_reserved(admission, d, KAIKU_ID_OTHER);
    question_release(&question);
    return rc;
}

static void count_other(const struct admission *admission, struct kaiku_delta *delta,
                        const struct admission_map *map)
{
    for (uint32_t i = 0; i < delta->unknown.count; i++) {
        const uint32_t *key = kaiku_table_key(&delta->unknown, i);
        bool other = false;
        for (uint32_t d = 0; d < admission->model->n_dimensions; d++)
            other |= key[d] != 0 && map->ids[d][key[d]] == KAIKU_ID_OTHER;
        if (other)
            delta->totals[KAIKU_TOTAL_other] += *(int64_t *)kaiku_table_at(&delta->unknown, i);
    }
    kaiku_table_clear(&delta->unknown); /* counted once, also when settling is tried again */
}

int admission_settle(struct admission *admission, struct kaiku_delta *delta, struct admission_map *map)
{
    int rc = admission->known ? KAIKU_OK : begin_term(admission);
    for (uint32_t d = 0; d < admission->model->n_dimensions && rc == KAIKU_OK; d++)
        rc = settle_dimension(admission, &delta->interners[d], d, map);
    if (rc == KAIKU_OK)
        count_other(admission, delta, map);
    return rc;
}
