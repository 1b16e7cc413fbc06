/* Reads what kaiku publishes, as any reader would: hashes, streams and sets of docs/redis.md,
 * nothing of its state. Belongs to one thread; connects by itself, and again after a failure. */
#ifndef STORE_READER_H
#define STORE_READER_H

#include <store/store.h>

struct kaiku_view_reader;

/* Names and values in turn; texts are borrowed until the reader's next call. */
struct kaiku_pairs {
    const struct kaiku_text *items;
    uint32_t n; /* pairs */
    struct kaiku_text id; /* of a stream's entry: `MS-N` */
};

/* "" where there is no such name. */
struct kaiku_text kaiku_pairs_text(struct kaiku_pairs pairs, const char *name);
/* NaN where there is no such name, or no number. */
double kaiku_pairs_number(struct kaiku_pairs pairs, const char *name);

/* Borrows options' texts. Does not connect. */
int kaiku_view_reader_create(const struct kaiku_store_options *options,
                             struct kaiku_view_reader **out) KAIKU_MUST_CHECK;
void kaiku_view_reader_destroy(struct kaiku_view_reader *reader);

/* These give AWAY, AGAIN or REFUSED; text in kaiku_view_reader_error. A missing key holds
 * nothing. */
int kaiku_view_reader_hash(struct kaiku_view_reader *reader, const char *key,
                           struct kaiku_pairs *out)
    KAIKU_MUST_CHECK;
/* Entries of a stream whose ids lie from..to ("-", "+", "(ID" without it ...), count at most. */
struct kaiku_id_range {
    const char *from, *to;
    uint32_t count;
    bool newest_first;
};
typedef void kaiku_pairs_visit(void *context, struct kaiku_pairs pairs);
int kaiku_view_reader_range(struct kaiku_view_reader *reader, const char *key,
                            const struct kaiku_id_range *range, kaiku_pairs_visit *visit, void *context)
    KAIKU_MUST_CHECK;
/* The newest entries of a stream, newest first. */
int kaiku_view_reader_newest(struct kaiku_view_reader *reader, const char *key, uint32_t count,
                             kaiku_pairs_visit *visit, void *context) KAIKU_MUST_CHECK;
/* Those of n streams, all asked for before the first answer is awaited; one context for each. */
int kaiku_view_reader_newest_of(struct kaiku_view_reader *reader, const char *const *keys, uint32_t n,
                                uint32_t count, kaiku_pairs_visit *visit, void *const *contexts)
    KAIKU_MUST_CHECK;
int kaiku_view_reader_set(struct kaiku_view_reader *reader, const char *key,
                          kaiku_text_visit *visit, void *context) KAIKU_MUST_CHECK;
/* Borrowed until the next call. */
const char *kaiku_view_reader_error(const struct kaiku_view_reader *reader);

#endif
