/* The Redis side of kaiku: one connection, the scripts, and what they promise.
 *
 * A store belongs to one thread (the publisher's). Every call that talks to Redis returns AWAY when the
 * connection is lost or a reply does not come in time or is not what was asked for; the store is then
 * closed, and kaiku_store_open must succeed before the next call. REFUSED: kaiku must not go on,
 * kaiku_store_error says what to change.
 * The names of keys stand in ARCHITECTURE.md, State in Redis. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <model/change.h>

struct kaiku_store;

struct kaiku_store_options {
    const char *host; /* NULL: unix socket at path */
    const char *path;
    uint16_t port;
    uint32_t database;
    bool tls;
    const char *user, *password;
    const char *prefix;
    int64_t timeout_ms;
};

/* Borrows options' texts and the model. Does not connect. */
int kaiku_store_create(const struct kaiku_store_options *options, const struct kaiku_model *model,
                       struct kaiku_store **out) KAIKU_MUST_CHECK;
void kaiku_store_destroy(struct kaiku_store *store);
/* Text of the last failure, borrowed until the next call. */
const char *kaiku_store_error(const struct kaiku_store *store);

/* Connects, checks the server (version, role, eviction policy, types of kaiku's keys, shards, digest),
 * loads the scripts, takes or makes the heads, writes meta, metric and the empty values sets, and marks
 * as changed every cell of a view whose entries would look different now. Idempotent. A prefix of another
 * configuration, to which ours only adds, is taken over as soon as its shards are level: some seconds are
 * waited for that. AGAIN: a reset is under way, the server cannot write just now, or it became a replica
 * since an earlier opening. */
int kaiku_store_open(struct kaiku_store *store) KAIKU_MUST_CHECK;
bool kaiku_store_is_open(const struct kaiku_store *store);
void kaiku_store_close(struct kaiku_store *store);
uint32_t kaiku_store_generation(const struct kaiku_store *store);

/* ---- positions ---- */

enum { KAIKU_POSITION_MAX = 64 };

/* "next:high:check" as it stands in Redis: decimal, decimal, 16 hexadecimal digits. */
struct kaiku_position {
    int64_t next;    /* offset to apply next */
    int64_t high_ms; /* highest event time so far, 0: none */
    uint64_t check;  /* hash of the record before next, 0: none */
};

void kaiku_position_format(const struct kaiku_position *position, char out[KAIKU_POSITION_MAX]);
int kaiku_position_parse(const char *text, struct kaiku_position *out) KAIKU_MUST_CHECK;

/* What a position remembers of the record before it. Of one larger than max_bytes, which counts for nothing, the
 * beginning is enough: a file keeps max_bytes + 1 of it, whatever its size is. */
uint64_t kaiku_position_check(const char *value, size_t size, uint32_t max_bytes, int64_t timestamp_ms);

/* A position as it was read, one string for each shard; "" where the shard has none. */
struct kaiku_stored {
    char (*by_shard)[KAIKU_POSITION_MAX];
};

/* Has this prefix resolved its starts? */
int kaiku_store_has_starts(struct kaiku_store *store, bool *out) KAIKU_MUST_CHECK;

/* Where partitions begin. fields: "TOPIC:PARTITION". All in one script: HSETNX into {0}:starts, for ever;
 * then each shard's pos takes what stands there, where it lacks it. Partitions that have a start keep it.
 * This and kaiku_store_positions give AWAY, and close the store, where a head is not ours any more. */
int kaiku_store_begin(struct kaiku_store *store, const char *const *fields, const int64_t *offsets,
                      uint32_t n) KAIKU_MUST_CHECK;
/* The stored start of each; -1 where none. */
int kaiku_store_starts(struct kaiku_store *store, const char *const *fields, uint32_t n,
                       int64_t *offsets) KAIKU_MUST_CHECK;

/* Reads the positions of n partitions in all shards. out[i].by_shard has model->shards entries of the
 * caller. A shard that lacks one takes it from starts first (never from another shard). */
int kaiku_store_positions(struct kaiku_store *store, const char *const *fields, uint32_t n,
                          struct kaiku_stored *out) KAIKU_MUST_CHECK;

/* ---- what was added to the configuration later ---- */

struct kaiku_since {
    enum kaiku_part part;
    struct kaiku_text name;
    uint32_t epoch;      /* of the take-over that added it: 1, 2, ... */
    uint32_t max_values; /* of a dimension, until then */
    int64_t offset;      /* from here on it counts */
};

typedef void kaiku_since_visit(void *context, const struct kaiku_since *since);

/* Visits what does not count from the first record of partition "TOPIC:PARTITION" on. AWAY, and the store is
 * closed, where the head of shard 0 is not ours any more. */
int kaiku_store_since(struct kaiku_store *store, const char *field, kaiku_since_visit *visit,
                      void *context) KAIKU_MUST_CHECK;

typedef void kaiku_text_visit(void *context, struct kaiku_text text);

/* Visits the values of a dimension that were admitted when an epoch gave it more. */
int kaiku_store_former_values(struct kaiku_store *store, uint32_t dimension, uint32_t epoch,
                              kaiku_text_visit *visit, void *context) KAIKU_MUST_CHECK;

/* ---- commits ---- */

enum kaiku_outcome {
    KAIKU_PENDING,   /* not sent, or known not to have been applied: send it (again) */
    KAIKU_UNKNOWN,   /* sent, and the reply did not come */
    KAIKU_APPLIED,
    KAIKU_DIFFERENT, /* a position differs: nothing was changed */
    KAIKU_FENCED,    /* the head differs (reset, other rules): nothing was changed */
};

/* One shard's commit: positions to compare and move, and what to add. Built once, immutable after
 * finish. */
struct kaiku_commit;

int kaiku_commit_create(struct kaiku_store *store, uint32_t shard, struct kaiku_commit **out)
    KAIKU_MUST_CHECK;
void kaiku_commit_destroy(struct kaiku_commit *commit);
/* Empties it for another delta and keeps the memory. */
void kaiku_commit_clear(struct kaiku_commit *commit);

/* base: the string as read; next: the string to write. Equal ones are only compared. */
void kaiku_commit_move(struct kaiku_commit *commit, const char *field, const char *base,
                       const char *next);
/* The window that the following cells belong to. */
void kaiku_commit_window(struct kaiku_commit *commit, uint32_t view, uint32_t window,
                         int64_t start_ms);
/* Windows come in any order and any number of times; a member once in each window. */
void kaiku_commit_cell(struct kaiku_commit *commit, struct kaiku_text member,
                       struct kaiku_text delta);
/* HyperLogLog elements (kaiku/hyperloglog.h) of the cell added last. */
void kaiku_commit_unique(struct kaiku_commit *commit, uint32_t metric, const uint64_t *elements,
                         uint32_t n);
/* Shard 0 only. name: a counter of kaiku:trust. */
void kaiku_commit_total(struct kaiku_commit *commit, const char *name, int64_t add);
void kaiku_commit_reason(struct kaiku_commit *commit, enum kaiku_reason reason, int64_t add);
/* fields: name, value, name, value ... */
void kaiku_commit_feed(struct kaiku_commit *commit, uint32_t alert, const struct kaiku_text *fields,
                       uint32_t n);
void kaiku_commit_rejected(struct kaiku_commit *commit, const struct kaiku_text *fields, uint32_t n);
/* A value of the view's dimension at this place (1 ..) that occurs beside a value of the one before it, or KAIKU_ALL;
 * both as they stand in members. */
void kaiku_commit_value(struct kaiku_commit *commit, uint32_t view, uint32_t place, struct kaiku_text parent,
                        struct kaiku_text value);
/* Takes the head as it is now. Cells that start after tip_ms are of the future (kaiku_store_ripen). INVALID:
 * it adds and moves nothing, so a lost reply could not be settled. Shard 0 counts `commits` by itself. */
int kaiku_commit_finish(struct kaiku_commit *commit, int64_t tip_ms) KAIKU_MUST_CHECK;

enum kaiku_outcome kaiku_commit_outcome(const struct kaiku_commit *commit);

/* Sends those that are PENDING, all before the first reply is awaited, and sets each one's outcome. A
 * server that cannot just now (LOADING, READONLY, OOM, BUSY, MISCONF ...) leaves them PENDING and gives
 * AGAIN. AWAY: those without a reply are UNKNOWN. */
int kaiku_store_commit(struct kaiku_store *store, struct kaiku_commit *const *commits, uint32_t n)
    KAIKU_MUST_CHECK;
/* After a lost connection: settles each UNKNOWN one by reading the positions it would have moved: all at
 * their base, or none to move: PENDING; all moved: APPLIED; anything else: DIFFERENT. */
int kaiku_store_resolve(struct kaiku_store *store, struct kaiku_commit *const *commits, uint32_t n)
    KAIKU_MUST_CHECK;

/* ---- admission of values ---- */

/* Visits all admitted values of a dimension as they stand in members (reserved ones included). */
int kaiku_store_values(struct kaiku_store *store, uint32_t dimension, kaiku_text_visit *visit,
                       void *context) KAIKU_MUST_CHECK;
/* Asks for n values (escaped, distinct); admitted[i] says the answer, decided once for all. Reserved
 * values are always admitted. */
int kaiku_store_admit(struct kaiku_store *store, uint32_t dimension, const struct kaiku_text *values,
                      uint32_t n, bool *admitted) KAIKU_MUST_CHECK;

/* ---- reading cells back ---- */

/* Texts are borrowed from the store until cells or members are read next. */
struct kaiku_cell_ref {
    uint32_t view, window;
    int64_t start_ms;
    struct kaiku_text member;
    /* answers */
    struct kaiku_text cell;  /* "" where the cell is empty or below the floor */
    int64_t *unique;         /* the caller's, model->n_unique entries, or NULL where it has none */
};

/* What one shard's content was when it was read. */
struct kaiku_version {
    uint32_t generation;
    int64_t applied; /* sum of `next` over all its partitions */
};

/* Reads cells of one shard and its version in one step, which Redis does nothing else beside: some
 * hundreds at most. */
int kaiku_store_cells(struct kaiku_store *store, uint32_t shard, struct kaiku_cell_ref *refs,
                      uint32_t n, struct kaiku_version *version) KAIKU_MUST_CHECK;

typedef void kaiku_member_visit(void *context, struct kaiku_text member, struct kaiku_text cell);

/* Visits all cells of one window in one shard. */
int kaiku_store_window(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       int64_t start_ms, kaiku_member_visit *visit, void *context,
                       struct kaiku_version *version) KAIKU_MUST_CHECK;

/* ---- changed cells ---- */

typedef void kaiku_dirty_visit(void *context, uint32_t view, uint32_t window, int64_t start_ms,
                               struct kaiku_text member, int64_t applied);

/* Visits cells that were changed and not yet shown in their streams. Unknown views and windows, and
 * cells below the floor, are removed from the list instead. */
int kaiku_store_dirty(struct kaiku_store *store, uint32_t shard, kaiku_dirty_visit *visit,
                      void *context) KAIKU_MUST_CHECK;
/* They are shown as they stood at `applied`: removes those whose score is not above it. */
int kaiku_store_shown(struct kaiku_store *store, uint32_t shard, const struct kaiku_cell_ref *refs,
                      uint32_t n, int64_t applied) KAIKU_MUST_CHECK;

/* ---- live members ---- */

typedef void kaiku_live_visit(void *context, struct kaiku_text member, int64_t newest_start_ms);

/* tip: what decides the newest windows (docs/redis.md). Moves cells of the future that the tip has
 * reached among the live ones. Call before kaiku_store_live. */
int kaiku_store_ripen(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                      int64_t tip_ms) KAIKU_MUST_CHECK;
/* Members whose newest window with data starts at or after from_ms. */
int kaiku_store_live(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                     int64_t from_ms, kaiku_live_visit *visit, void *context) KAIKU_MUST_CHECK;
/* starts_ms[i]: where the newest window with data of refs[i].member starts, 0 where it has none. */
int kaiku_store_newest(struct kaiku_store *store, uint32_t shard, const struct kaiku_cell_ref *refs,
                       uint32_t n, int64_t *starts_ms) KAIKU_MUST_CHECK;
/* A cell was found empty: looks for the member's newest window with data among starts (descending), and
 * corrects the list. */
int kaiku_store_relive(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       struct kaiku_text member, const int64_t *starts_ms, uint32_t n)
    KAIKU_MUST_CHECK;
/* Deletes the `now` keys of members that are live no more, and visits these. They are forgotten at the
 * second visit, so that a late writer's key goes too. A member that comes to life meanwhile keeps its key,
 * so leave the deletion to this call. */
int kaiku_store_dead(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                     int64_t before_ms, kaiku_live_visit *visit, void *context) KAIKU_MUST_CHECK;

/* ---- writing views: queued, sent together by kaiku_store_flush ---- */

/* Every field text in one run: name, value, name, value. Guards: an older state never replaces a newer. */
struct kaiku_fields {
    const struct kaiku_text *texts;
    uint32_t n; /* texts, names and values */
};

/* now: replaces the hash where (generation, start, applied) is not below what stands there. */
void kaiku_store_put_now(struct kaiku_store *store, const char *key, int64_t start_ms,
                         struct kaiku_version version, struct kaiku_fields fields);
/* Any hash guarded by (generation, applied): trust. */
void kaiku_store_put_hash(struct kaiku_store *store, const char *key, struct kaiku_version version,
                          struct kaiku_fields fields);
/* Sends what is queued; OK when all was answered (a refused older state is no failure). */
int kaiku_store_flush(struct kaiku_store *store) KAIKU_MUST_CHECK;

/* rows: replaces the stream as a whole, ids START-1, START-2 ..; rows[i] has the same names each. n 0:
 * deletes it. */
int kaiku_store_put_rows(struct kaiku_store *store, const char *key, int64_t start_ms,
                         struct kaiku_version version, const struct kaiku_fields *rows, uint32_t n)
    KAIKU_MUST_CHECK;

/* An entry of ts:trust, id START-0; it keeps the newest `keep`. What has one, and an older state, changes nothing. *done
 * false: a newer state stands there. */
int kaiku_store_put_minute(struct kaiku_store *store, const char *key, int64_t start_ms, uint32_t keep,
                           struct kaiku_version version, struct kaiku_fields fields, bool *done) KAIKU_MUST_CHECK;

/* One changed entry of a ts stream; fields.n 0: the entry goes. */
struct kaiku_entry {
    int64_t start_ms;
    struct kaiku_fields fields;
};

/* What is put into one ts stream. */
struct kaiku_series {
    const char *key; /* as kaiku_key_series names it */
    /* Ascending; those of removed windows are left out. The names of fields are the same in all that stay. */
    const struct kaiku_entry *entries;
    uint32_t n;
    bool done; /* the answer; false: a newer state stands there already, or another writer came in
                  between (the entries stay dirty and are tried again) */
};

/* ts: puts entries into n streams; all are sent before the first answer is awaited. What is not behind a
 * stream's end rewrites its tail; a tail over 100 entries in pieces under another key. */
int kaiku_store_put_series(struct kaiku_store *store, struct kaiku_version version,
                           struct kaiku_series *series, uint32_t n) KAIKU_MUST_CHECK;

/* ---- lines: a table over time ---- */

/* What the stream shows. */
struct kaiku_lines_state {
    struct kaiku_version version; /* of the list of members, added up over all shards */
    int64_t newest_ms;            /* the newest window then */
    uint64_t members;             /* what stands for them, and for what entries look like */
    uint64_t writes;              /* how many there were; 0: none, and all else is 0 */
};

struct kaiku_lines {
    uint32_t view, window;
    const char *set;               /* as kaiku_member_set names it */
    struct kaiku_lines_state seen; /* set by the look */
    struct kaiku_lines_state next; /* what is to be written */
    int64_t first_ms;              /* entries that start earlier go */
    int64_t from_ms;               /* all that start here or later are replaced ... */
    bool is_whole;                 /* ... or all whatsoever */
    char mark[48];                 /* of what was gathered; "": nothing was */
};

/* ids START-RANK, ascending; the names of fields are the same in all. */
struct kaiku_lines_entry {
    int64_t start_ms;
    uint32_t rank;
    struct kaiku_fields fields;
};

/* Look first, then read the cells: a write is refused where another came after the look, so none goes back. REFUSED: no
 * state of kaiku stands there. */
int kaiku_store_look_at_lines(struct kaiku_store *store, struct kaiku_lines *lines) KAIKU_MUST_CHECK;
/* Gathers entries, out of readers' sight, for a put that replaces all: what is too much for one. *done false: somebody
 * else does so. */
int kaiku_store_gather_lines(struct kaiku_store *store, struct kaiku_lines *lines,
                             const struct kaiku_lines_entry *entries, uint32_t n, bool *done) KAIKU_MUST_CHECK;
/* In one step; some hundreds of entries at most. *done false: somebody else wrote since the look. */
int kaiku_store_put_lines(struct kaiku_store *store, const struct kaiku_lines *lines,
                          const struct kaiku_lines_entry *entries, uint32_t n, bool *done) KAIKU_MUST_CHECK;

/* ---- trust and removal ---- */

typedef void kaiku_pair_visit(void *context, struct kaiku_text name, struct kaiku_text value);

/* One step: shard 0's totals and incidents, and its positions (fields TOPIC:PARTITION, values as stored). */
int kaiku_store_totals(struct kaiku_store *store, kaiku_pair_visit *total, kaiku_pair_visit *position,
                       void *context) KAIKU_MUST_CHECK;
/* Positions of one shard. */
int kaiku_store_shard_positions(struct kaiku_store *store, uint32_t shard, kaiku_pair_visit *visit,
                                void *context, struct kaiku_version *version) KAIKU_MUST_CHECK;

/* What happened to processes. They decide nothing, belong to no position, and are counted by a write of their own:
 * one more where its answer was lost. */
#define KAIKU_INCIDENT_TABLE(X)                                                                    \
    X(rewinds)  /* positions differed: what was not committed was dropped and read again */        \
    X(outages)  /* Redis or Kafka could not be reached */                                          \
    X(crashes)  /* a process ended by a signal, at a record: counted by kaiku_store_crash */       \
    X(stops)    /* a process ended by itself, with a failure */                                    \
    X(refusals) /* a process did not begin: something has to be changed first */

enum kaiku_incident {
#define X(name) KAIKU_INCIDENT_##name,
    KAIKU_INCIDENT_TABLE(X)
#undef X
    KAIKU_INCIDENTS
};

struct kaiku_incidents {
    int64_t n[KAIKU_INCIDENTS];
};

const char *kaiku_incident_text(enum kaiku_incident incident);
bool kaiku_incidents_any(const struct kaiku_incidents *incidents);
/* Adds them to those of all processes, and shows the sums in `trust`. */
int kaiku_store_count(struct kaiku_store *store, const struct kaiku_incidents *incidents) KAIKU_MUST_CHECK;
/* The same as a process's last word: needs no open store, and closes it. A prefix without a head keeps nothing. */
int kaiku_store_count_last(struct kaiku_store *store, const struct kaiku_incidents *incidents)
    KAIKU_MUST_CHECK;

/* ---- records that end processes ---- */

enum { KAIKU_CRASHES = 3 }; /* so many, and the record is set aside */

/* A process was ended by the record at this offset of field "TOPIC:PARTITION". *times: how often that was so. One more
 * where an answer was lost. */
int kaiku_store_crash(struct kaiku_store *store, const char *field, int64_t offset, int64_t *times)
    KAIKU_MUST_CHECK;
/* Visits those to be set aside. is_counted: the position stood behind it already, so that it was counted as what it is;
 * it is only not to be looked at again. */
typedef void kaiku_crashed_visit(void *context, struct kaiku_text field, int64_t offset, bool is_counted);
int kaiku_store_crashed(struct kaiku_store *store, kaiku_crashed_visit *visit, void *context)
    KAIKU_MUST_CHECK;

/* Removes all windows of the view in this shard that start before floor_ms: raises the floor (commits add
 * nothing below it from then on), takes their entries from the ts streams, deletes their cells. *removed:
 * how many windows had cells. */
int kaiku_store_remove(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       int64_t floor_ms, uint64_t *removed) KAIKU_MUST_CHECK;

/* ---- reset ---- */

/* Starts the prefix anew, see docs/commands.md; *keys: how many were deleted. Needs no open store (the
 * digest may be another), connects by itself. progress may be NULL. */
int kaiku_store_reset(struct kaiku_store *store, uint64_t *keys,
                      void (*progress)(void *context, uint64_t keys), void *context) KAIKU_MUST_CHECK;

/* CPU time that Redis has used for everything since it started. */
int kaiku_store_cpu_us(struct kaiku_store *store, int64_t *out) KAIKU_MUST_CHECK;

/* Microseconds of waiting for Redis so far, for it to take commands and to answer them; for pacing. */
int64_t kaiku_store_busy_us(const struct kaiku_store *store);

#endif
