/* Records of a contact center, about 316 bytes each, the same in every run: 13 members; eight are
 * read. */
#ifndef CORPUS_H
#define CORPUS_H

#include <base/text.h>

enum corpus_layout {
    CORPUS_FIXED,     /* one order of the keys */
    CORPUS_PRODUCERS, /* three orders at random, spaces in one: three programs write the topic */
    CORPUS_OPTIONAL,  /* one order; each of five members is missing from half of the records */
    CORPUS_SHUFFLED,  /* any order, with spaces */
};

struct corpus {
    struct kaiku_text *values;
    int64_t *stamps_ms;
    uint32_t n;
    size_t bytes; /* of the values */
    /* All of them, with gaps as between the records of a batch, and readable behind the last. */
    char *data;
};

/* Ends the program when out of memory. */
void corpus_init(struct corpus *corpus, enum corpus_layout layout, uint32_t n);
void corpus_release(struct corpus *corpus);

#endif
