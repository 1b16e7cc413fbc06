/* The figures of kaiku:trust that screens show: whether to believe the rest. */
#ifndef APP_TRUST_H
#define APP_TRUST_H

#include <store/reader.h>

struct app_trust {
    int64_t consumed, counted, retracted, duplicate, rejected, ignored;
    int64_t late, bad_answers, lag, commits;
    int64_t high_ms, updated_ms; /* 0: none yet */
};

/* What is not there yet is 0. Text of a failure in kaiku_view_reader_error. */
int app_trust_read(struct kaiku_view_reader *reader, const char *prefix, struct app_trust *out) KAIKU_MUST_CHECK;
/* Do the figures add up? */
bool app_trust_adds_up(const struct app_trust *trust);

#endif
