/* The inside of a decoder: the model made ready for the hot path. */
#ifndef DECODE_DECODER_H
#define DECODE_DECODER_H

#include "answer.h"
#include "json.h"

#include <decode/decode.h>
#include <model/member.h>

struct kaiku_decoder {
    const struct kaiku_model *model;
    uint32_t n_metrics, n_types; /* the first ones of the model: those that count here */
    struct kaiku_paths paths;
    struct kaiku_json json;
    uint32_t id[KAIKU_MAX_ID_PARTS]; /* nodes of paths, here and below */
    uint32_t type, op, time;
    uint32_t dimensions[KAIKU_MAX_DIMENSIONS];
    struct kaiku_decoder_metric {
        uint32_t node;
        kaiku_answer_reader *read;
        struct kaiku_limit when; /* of rates that have one */
    } metrics[KAIKU_MAX_METRICS]; /* meaningless for count and ratio */
    struct kaiku_decoder_type {
        struct kaiku_text name;
        uint64_t metrics; /* bit m: metric m listens to it; counts are among them */
    } types[KAIKU_MAX_METRICS];
    uint64_t counts; /* bit m: metric m is a count */
    uint64_t open;   /* bit v: view v has no filter */
    struct kaiku_limit alerts[KAIKU_MAX_ALERTS];
};

static inline enum kaiku_json_kind kaiku_decoder_kind(const struct kaiku_decoder *decoder,
                                                      uint32_t node)
{
    return (enum kaiku_json_kind)decoder->json.kinds[node];
}

/* Missing and null are one everywhere. */
static inline bool kaiku_decoder_is_absent(const struct kaiku_decoder *decoder, uint32_t node)
{
    return decoder->json.kinds[node] <= KAIKU_JSON_NULL;
}

static inline const struct kaiku_number *kaiku_decoder_value(const struct kaiku_decoder *decoder,
                                                             uint32_t node)
{
    return &decoder->json.values[node];
}

/* As it stands in the event, before admission: what filters and feeds see. */
static inline struct kaiku_text kaiku_dimension_text(const struct kaiku_dimension_value *value)
{
    if (value->state == KAIKU_VALUE_NONE)
        return KAIKU_TEXT(KAIKU_NONE);
    return value->state == KAIKU_VALUE_OTHER ? KAIKU_TEXT(KAIKU_OTHER) : value->text;
}

#endif
