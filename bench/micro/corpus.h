/* Records of a contact center, the same in every run. Those of the first headline have about 316
 * bytes and 13 members, eight of which are read; those of the second are as `kaiku gen` makes
 * them. */
#ifndef CORPUS_H
#define CORPUS_H

#include <base/text.h>

enum corpus_layout {
    CORPUS_FIXED,     /* one order of the keys */
    CORPUS_PRODUCERS, /* three orders at random, spaces in one: three programs write the topic */
    CORPUS_OPTIONAL,  /* one order; each of five members is missing from half of the records */
    CORPUS_SHUFFLED,  /* any order, with spaces */
    CORPUS_CONTACTS,  /* of the second headline */
    CORPUS_CONTACTS_SHUFFLED,
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
