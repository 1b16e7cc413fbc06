/* Contenders that are compared must do the same. */
#ifndef AGREE_H
#define AGREE_H

#include "corpus.h"
#include "world.h"

/* Ends the program where kaiku's decoder and simdjson read different values from a record.
 * contacts: world and corpus are those of the second headline. */
void agree_check(const struct world *world, const struct corpus *corpus, bool contacts);

#endif
