/* The connection below the store: the only header of kaiku that leads to hiredis.
 *
 * Commands are built argument by argument, queued, sent together, and answered in order. Any
 * failure of the connection closes it and gives AWAY; the text stands in link->error. */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include <store/store.h>

#include <hiredis/hiredis.h>

/* One row a script: name, file under lua/. Embedded at build time as store_script_NAME[]. */
#define STORE_SCRIPT_TABLE(X)                                                                      \
    X(open)    /* takes or makes a shard's head; marks cells dirty where their shape changed */    \
    X(take)    /* the heads go to another configuration */                                         \
    X(since)   /* from where on what was added later counts */                                     \
    X(begin)   /* starts, for ever */                                                              \
    X(pos)     /* a shard takes missing positions from starts, answers those asked for */          \
    X(commit)  /* compare, add, move */                                                            \
    X(admit)   /* values of a dimension */                                                         \
    X(families) /* every value has its sets of values beside it */                                 \
    X(cells)   /* cells of one shard and its version */                                            \
    X(window)  /* all cells of one window and the version */                                       \
    X(shown)   /* removes shown cells from dirty */                                                \
    X(ripen)   /* cells of the future that the tip has reached */                                  \
    X(relive)  /* a member's newest window with data, looked up anew */                            \
    X(dead)    /* members that live no more lose their `now` key */                                \
    X(hash)    /* a guarded hash: now, trust */                                                    \
    X(rows)    /* a guarded stream replaced as a whole */                                          \
    X(lines)   /* a guarded stream of a table over time */                                         \
    X(gather)  /* a piece of one that is too long for one script */                                \
    X(minute)  /* a guarded stream with an entry a minute */                                       \
    X(series)  /* a guarded stream whose tail is rewritten */                                      \
    X(rewrite) /* begins to rewrite a long tail under another key */                               \
    X(piece)   /* a piece of a long rewrite */                                                     \
    X(rename)  /* ends a long rewrite */                                                           \
    X(floor)   /* raises the floor, tells the windows below it */                                  \
    X(clear)   /* a removed window goes, with its part of its members' ts streams */               \
    X(totals)  /* a shard's positions, shard 0's totals and incidents */                           \
    X(incidents) /* what happened to processes */                                                  \
    X(crash)   /* a record that ended a process */                                                 \
    X(inspect) /* whatever stands in a shard, and its positions */

enum store_script {
#define X(name) STORE_SCRIPT_##name,
    STORE_SCRIPT_TABLE(X)
#undef X
    STORE_SCRIPTS
};

struct store_link {
    redisContext *redis; /* NULL: closed */
    struct kaiku_buffer out; /* commands queued and not yet sent */
    bool is_lost;            /* closed by a failure, whose text still stands in error */
    char sha[STORE_SCRIPTS][41];
    int64_t busy_us;
    int64_t timeout_ms;
    struct kaiku_monitor_thread *watched; /* that uses it; NULL: nobody does */
    char error[512];
};

struct kaiku_store {
    struct kaiku_store_options options;
    const struct kaiku_model *model;
    struct store_link link;
    uint32_t generation;
    bool is_open;
    char run_id[64]; /* of the process that was connected to last */
    bool keeps_aof;
    struct kaiku_buffer scratch;   /* for building one command or name at a time */
    redisReply *borrowed;          /* keeps texts given out until the next call */
    struct kaiku_buffer views;     /* view writes queued until kaiku_store_flush */
    uint64_t puts;                 /* how many they are */
};

/* RESP encoding of a command: begin says how many arguments will follow. */
void store_command_begin(struct kaiku_buffer *out, size_t arguments);
void store_command_text(struct kaiku_buffer *out, struct kaiku_text argument);
/* A key of so many bytes, as kaiku/keys.h makes them; negative: it could not be made, and the command fails. */
void store_command_made(struct kaiku_buffer *out, const char *key, int size);
void store_command_string(struct kaiku_buffer *out, const char *argument);
void store_command_integer(struct kaiku_buffer *out, int64_t argument);
/* EVALSHA, the script's digest, the number of keys: keys and arguments follow, `arguments` in
 * all. */
void store_command_script(const struct kaiku_store *store, struct kaiku_buffer *out,
                          enum store_script script, size_t keys, size_t arguments);

/* The key P:{shard}:name. */
void store_command_key(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t shard,
                       const char *name);
/* A script that works on one shard: its key is the shard's head, its first argument the head
 * expected there; `arguments` more follow. */
void store_command_shard(const struct kaiku_store *store, struct kaiku_buffer *out,
                         enum store_script script, uint32_t shard, size_t arguments);

/* Queues one whole encoded command. */
void store_link_queue(struct store_link *link, struct kaiku_text command);
/* The next reply, owned by the caller (freeReplyObject). Error replies are returned as replies.
 * AWAY. */
int store_link_reply(struct store_link *link, redisReply **reply) KAIKU_MUST_CHECK;
/* One command and its reply, which must not be an error: AGAIN where the server cannot just now,
 * REFUSED otherwise, text in link->error. NOSCRIPT loads the scripts and sends it again. */
int store_link_call(struct kaiku_store *store, struct kaiku_text command, redisReply **reply)
    KAIKU_MUST_CHECK;
/* The next reply, which must not be an error, as above; NOSCRIPT is REFUSED here. */
int store_link_answer(struct store_link *link, const char *shape, redisReply **reply)
    KAIKU_MUST_CHECK;
/* The scratch buffer, emptied for one command, and a call, or a place in the queue,
 * for what was built there. */
struct kaiku_buffer *store_scratch(struct kaiku_store *store);
int store_call_scratch(struct kaiku_store *store, const char *shape, redisReply **reply)
    KAIKU_MUST_CHECK;
/* The same, whatever the reply is like. */
int store_call_any(struct kaiku_store *store, redisReply **reply) KAIKU_MUST_CHECK;
/* A call whose reply says nothing. */
int store_exec_scratch(struct kaiku_store *store) KAIKU_MUST_CHECK;
void store_queue_scratch(struct kaiku_store *store);
/* Is the reply of this shape? i: an integer; s: a text; n: a text or nothing; a: a text or an integer; [ ]: an
 * array of what stands between; *: any number of the item before, as the last ones; |: or. */
bool store_reply_has(const redisReply *reply, const char *shape);
/* The score of a member as a text; 0 where it is no whole number that a double holds exactly. */
int64_t store_reply_score(const redisReply *reply);
/* AWAY, and the reply is freed, where it is of another shape, or the array has not n elements: the connection is
 * closed, because what comes behind is not to be trusted either. */
int store_link_expect(struct store_link *link, const char *shape, redisReply **reply) KAIKU_MUST_CHECK;
int store_link_expect_n(struct store_link *link, size_t n, redisReply **reply) KAIKU_MUST_CHECK;
/* The same for whoever found out by itself. */
int store_link_distrust(struct store_link *link, redisReply **reply) KAIKU_MUST_CHECK;
/* A head is not the expected one: closes the store, so that opening it finds out why. AWAY. */
int store_lose_head(struct kaiku_store *store) KAIKU_MUST_CHECK;
/* Is this error reply one that passes (LOADING, READONLY, MASTERDOWN, BUSY, MISCONF, OOM,
 * NOREPLICAS, TRYAGAIN, CLUSTERDOWN)? */
bool store_reply_passes(const redisReply *reply);
bool store_reply_is(const redisReply *reply, const char *code); /* "NOSCRIPT" ... */

/* Says what went wrong in link->error, and returns status. */
int store_link_fail(struct store_link *link, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int store_link_connect(struct kaiku_store *store) KAIKU_MUST_CHECK;
void store_link_close(struct store_link *link);
int store_link_load_scripts(struct kaiku_store *store) KAIKU_MUST_CHECK;

/* Keeps reply until the next call and frees the one kept before. */
void store_borrow(struct kaiku_store *store, redisReply *reply);
static inline struct kaiku_text store_reply_text(const redisReply *reply)
{
    return (struct kaiku_text){reply->str, (size_t)reply->len};
}

#endif
