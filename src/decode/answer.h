/* Answers: a value of a record as a metric takes it. */
#ifndef DECODE_ANSWER_H
#define DECODE_ANSWER_H

#include "json.h"

#include <decode/decode.h>

/* Fills *out, or returns why the answer is no good: KAIKU_REASONS where it is good. kind: neither
 * MISSING nor NULL, which are no answers. limit: the metric's `when`, where it has one. */
typedef enum kaiku_reason kaiku_answer_reader(const struct kaiku_metric *metric,
                                              const struct kaiku_limit *limit,
                                              enum kaiku_json_kind kind,
                                              const struct kaiku_number *value,
                                              struct kaiku_answer *out);

/* What reads the answers of a metric; NULL for count and ratio, which take no value. */
kaiku_answer_reader *kaiku_answer_reader_of(const struct kaiku_metric *metric);

#endif
