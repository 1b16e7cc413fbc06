/* Calls to one shard, and the names that stand in its keys and lists. */
#ifndef STORE_SHARD_H
#define STORE_SHARD_H

#include "link.h"

#include <kaiku/keys.h>

/* The stream under which a long series is rewritten is named by its key and this. No member of a view has
 * one value more than its others, so it is nobody's series. */
#define STORE_REWRITTEN "|:tmp"

/* Calls what store_command_shard began in scratch. AWAY where the head is another one: then the script answers 0. */
int store_shard_call(struct kaiku_store *store, const char *shape, redisReply **reply) KAIKU_MUST_CHECK;
/* The same for a script that answers nothing else. */
int store_shard_exec(struct kaiku_store *store) KAIKU_MUST_CHECK;

/* The text P:{shard}:name, nil where there is none. */
int store_read_text(struct kaiku_store *store, uint32_t shard, const char *name, redisReply **reply)
    KAIKU_MUST_CHECK;
/* The names and values of the hash P:{shard}:name, one behind the other. */
int store_read_hash(struct kaiku_store *store, uint32_t shard, const char *name, redisReply **reply)
    KAIKU_MUST_CHECK;
/* Calls what was built in scratch, which is answered by a set. */
int store_visit_members(struct kaiku_store *store, kaiku_text_visit *visit, void *context)
    KAIKU_MUST_CHECK;
void store_visit_pairs(const redisReply *pairs, kaiku_pair_visit *visit, void *context);

/* Random digits, never 0: whoever rewrites a stream in pieces marks it by them. IO. */
enum { STORE_NONCE_MAX = 24 };
int store_draw_nonce(struct kaiku_store *store, char out[STORE_NONCE_MAX]) KAIKU_MUST_CHECK;

/* The argument V:W. */
void store_command_window(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t view,
                          uint32_t window);

/* Reads "V:W:" at the beginning of text and cuts it off; false where the model has no such window. */
bool store_window_parse(const struct kaiku_model *model, struct kaiku_text *text, uint32_t *view,
                        uint32_t *window);

/* Names a member's view: kaiku_key_now, kaiku_key_series. */
typedef int store_key_name(char *out, size_t size, const char *prefix, const char *view,
                           const char *window, const char *member);

/* The argument that names it, with suffix behind. */
void store_command_member_key(const struct kaiku_store *store, struct kaiku_buffer *out,
                              store_key_name *name, uint32_t view, uint32_t window,
                              struct kaiku_text member, const char *suffix);

/* The argument that names the set of values beside a parent, see kaiku_key_values_beside; of the view's dimension at
 * this place. */
void store_command_values_beside(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t view,
                                 uint32_t place, struct kaiku_text parent);
/* How many sets one value of a dimension has: one for each place of a view behind it. Their names without the value
 * are appended to out as arguments. */
size_t store_command_families(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t dimension);

/* The names of the unique metrics as arguments, how many first; in the order of their index. */
void store_command_uniques(const struct kaiku_store *store, struct kaiku_buffer *out);

#endif
