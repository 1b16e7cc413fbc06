/* The inside of the views. views.c: what is due when; newest.c: newest windows and who lives there;
 * now.c, series.c, rows.c, lines.c (with drawing.c), trust.c (with margin.c): the five things that readers see;
 * removal.c: what is too old.
 *
 * Whatever fails, fails the tick, and then everything is forgotten and looked at anew: no failure
 * leaves half a state behind. */
#ifndef PUBLISH_VIEWS_PRIVATE_H
#define PUBLISH_VIEWS_PRIVATE_H

#include "fields.h"
#include "members.h"
#include "partitions.h"
#include "publish/views.h"
#include "ranking.h"
#include "roll.h"

enum {
    VIEWS_MINUTE_MS = 60000,
    VIEWS_BATCH = 256,     /* cells read at once */
    VIEWS_ENTRIES = 2048,  /* of one series written at once */
    VIEWS_LINES_ENTRIES = 5000, /* of one table's lines at most */
    VIEWS_LINES_WINDOWS = 100,  /* as many windows, or those of a day where these are more */
    VIEWS_LINES_CHUNK = 1000,   /* cells of lines that are in hand at once */
    /* How long one thing may take in a tick; readers wait for `now` most. */
    VIEWS_NOW_US = 20000,
    VIEWS_SLICE_US = 10000,
};

/* Without end: settle takes the time it needs. */
#define VIEWS_FOREVER INT64_MAX

/* Work that goes through all shards, a few in each tick. */
struct views_round {
    uint32_t shard;  /* next one; model->shards: the round is over */
    int64_t due_ms;  /* when the next round begins */
    int64_t began_ms, busy_us; /* when this one did, and how long Redis has been at it */
};

/* One window of a view, over all shards. */
struct views_window {
    uint32_t view, window;
    bool is_known;
    struct kaiku_span newest; /* where it is known */
    int64_t live_from_ms;     /* who has data in a window that starts here or later is live */
    bool has_tables;
    bool rows_stale;
    int64_t rows_due_ms;
    uint32_t first_line; /* of its tables, in the order of the view's groupings */
};

/* One window of a view in one shard. */
struct views_part {
    struct members stale; /* whose `now` is to be written */
    bool all_stale;       /* that of all live members */
    int64_t ripe_ms;      /* cells of the future up to this start are among the live ones */
    int64_t floor_ms;     /* last floor that was set */
    uint64_t live;        /* members */
};

struct views_trust {
    int64_t due_ms;
    struct kaiku_buffer shown; /* the values that were written last */
    int64_t minute_ms;         /* the last one that has, or needs, no entry of this process */
};

/* A round through the partitions, and what was asked for last. */
struct views_margin {
    int64_t due_ms;
    uint32_t at, step;
    bool is_oldest;
    const char *field; /* NULL: nothing is asked */
    int64_t offset, next;
};

/* A changed cell. */
struct views_change {
    uint32_t view, window;
    int64_t start_ms;
    struct kaiku_text member;
    bool is_empty;
};

struct views_series {
    struct views_round round;
    int64_t resume_ms; /* before that, Redis has others to serve */
    /* changed cells of the round's shard, by series, those to be shown now */
    bool is_loaded;
    struct views_change *list;
    uint32_t n, at, capacity;
    int loading; /* status of copying them */
    struct arena arena;
    uint64_t *backlog; /* by shard: changed cells not yet shown */
    struct kaiku_entry *entries; /* VIEWS_ENTRIES, as are the streams they go to at most */
    struct kaiku_series *puts;
};

struct views_rows {
    bool is_active;
    uint32_t window; /* index of the one being made */
    uint32_t shard;  /* next to be read */
    int64_t start_ms, live_from_ms;
    struct kaiku_version version; /* of the shards read so far, together */
    struct ranking tables[KAIKU_MAX_GROUPINGS]; /* by index into the view's groupings */
    struct roll rolls[KAIKU_MAX_GROUPINGS];     /* all members of each, for lines */
    int16_t table_of[KAIKU_MAX_GROUPINGS];      /* by grouping, -1 none */
    int status; /* of what was visited */
};

/* What is known of the lines of one table. */
struct views_line {
    uint32_t window, grouping;
    uint64_t shape; /* what stands for the form of entries */
    /* By the last pass over the table: */
    bool is_listed; /* there was one */
    struct roll roll;
    uint64_t members; /* what stands for them and for the shape; 0: there is to be no key */
    struct kaiku_version version;
    int64_t newest_ms, first_ms; /* windows that are shown, both included */
    /* What is shown may be another state: */
    bool is_stale;
    int64_t stale_ms; /* of the cells in windows from here on */
    bool is_done;     /* written in this round */
};

/* A changed cell that its series shows, and that its lines are to show. */
struct views_waiting {
    struct views_line *line;
    struct kaiku_cell_ref ref;
    uint32_t shard;
    int64_t applied; /* what the series shows of it */
};

struct views_lines {
    struct views_line *list; /* by window, then by table */
    uint32_t n;
    uint32_t at; /* next one of the round; n: all were looked at */
    struct views_waiting *waiting;
    uint32_t n_waiting, waiting_capacity;
    struct arena arena; /* of those that wait */
    /* of the table in hand */
    struct views_lines_cell {
        struct kaiku_text member;
        int64_t n;
        struct kaiku_fields fields; /* none: the cell is empty */
    } *cells; /* VIEWS_LINES_CHUNK, as are the entries made of them */
    struct kaiku_lines_entry *entries;
    int64_t *starts; /* VIEWS_LINES_ENTRIES */
};

struct kaiku_views {
    struct kaiku_views_options options;
    const struct kaiku_model *model;
    struct kaiku_store *store;
    int64_t now_ms; /* of the last tick */
    bool is_fresh;  /* a commit came right before it */
    bool is_settling;

    struct views_window *windows;
    uint32_t n_windows;
    uint32_t first_window[KAIKU_MAX_VIEWS];
    struct views_part *parts; /* shard * n_windows + window */

    /* Shard 0's positions and what they tell, as trust shows it. */
    struct partitions partitions;
    struct partitions_state reading;
    int64_t tip_ms;

    struct views_trust trust;
    struct views_margin margin;
    struct views_round now, live, removal;
    int64_t every_ms; /* between rounds of live views: publish.views_every, or more under pressure */
    struct views_series series;
    struct views_rows rows;
    struct views_lines lines;

    /* One batch. */
    struct arena arena;
    struct fields fields;
    struct kaiku_cell_ref *refs; /* VIEWS_ENTRIES */
    int64_t *unique;             /* n_unique of each */
    int64_t *starts;
    uint32_t starts_capacity;
};

static inline struct views_part *views_part(const struct kaiku_views *views, uint32_t shard,
                                            uint32_t window)
{
    return &views->parts[(size_t)shard * views->n_windows + window];
}

static inline const struct kaiku_view *views_view(const struct kaiku_views *views,
                                                  const struct views_window *window)
{
    return &views->model->views[window->view];
}

static inline const struct kaiku_window *views_length(const struct kaiku_views *views,
                                                      const struct views_window *window)
{
    return &views_view(views, window)->windows[window->window];
}

/* Sets refs[i] to a cell whose answers are to be read. */
void views_set_ref(struct kaiku_views *views, uint32_t i, const struct views_window *window,
                   int64_t start_ms, struct kaiku_text member);
/* Unpacks refs[i]; REFUSED, and a line in the log, where it is no cell. */
int views_read_cell(struct kaiku_views *views, const struct kaiku_cell_ref *ref) KAIKU_MUST_CHECK;
/* Is it time to stop? */
bool views_is_late(int64_t until_us);
/* ---- newest.c ---- */

/* Where is the tip, and which windows are the newest? After a change all that they show is
 * stale. */
void views_newest_update(struct kaiku_views *views);
void views_newest_forget(struct kaiku_views *views);
/* Cells of the future that the newest window has reached are among the live ones of this part. */
int views_newest_ripen(struct kaiku_views *views, uint32_t shard, uint32_t window) KAIKU_MUST_CHECK;
/* The cell was emptied: does its member live by an older one? */
int views_newest_relive(struct kaiku_views *views, uint32_t shard, uint32_t window,
                        struct kaiku_text member, int64_t start_ms) KAIKU_MUST_CHECK;
/* A minute's look at who lives: ripens, deletes what the dead left behind, counts. */
int views_newest_look(struct kaiku_views *views, int64_t until_us) KAIKU_MUST_CHECK;

/* ---- the views ---- */

int views_now_work(struct kaiku_views *views, int64_t until_us) KAIKU_MUST_CHECK;

int views_series_work(struct kaiku_views *views, int64_t until_us) KAIKU_MUST_CHECK;
void views_series_forget(struct kaiku_views *views);
uint64_t views_series_backlog(const struct kaiku_views *views);

/* Makes the tables that are due, or goes on with those that were begun. */
int views_rows_work(struct kaiku_views *views, int64_t until_us) KAIKU_MUST_CHECK;
void views_rows_forget(struct kaiku_views *views);

/* The row of a cell that was read last; ref says whose it is. */
int views_put_row(struct kaiku_views *views, const struct views_window *window, uint32_t grouping,
                  const struct kaiku_cell_ref *ref, struct kaiku_fields *row) KAIKU_MUST_CHECK;

int views_lines_create(struct kaiku_views *views) KAIKU_MUST_CHECK;
void views_lines_release(struct kaiku_views *views);
void views_lines_forget(struct kaiku_views *views);
/* A pass over a table found these members; the roll is exchanged for an old one. */
void views_lines_list(struct kaiku_views *views, uint32_t w, uint32_t table, struct roll *roll);
/* Windows were removed. */
void views_lines_trim(struct kaiku_views *views, uint32_t w);
/* Is it known of all which members they have? */
bool views_lines_are_listed(const struct kaiku_views *views);
/* Its series shows a changed cell of a shard as it stood at `applied`. waits: it stays on the list of changed ones
 * until its lines show it, too. */
int views_lines_wait(struct kaiku_views *views, const struct kaiku_cell_ref *ref, uint32_t shard, int64_t applied,
                     bool *waits) KAIKU_MUST_CHECK;
void views_lines_begin(struct kaiku_views *views);
int views_lines_work(struct kaiku_views *views, int64_t until_us) KAIKU_MUST_CHECK;
/* What waits is forgotten, and the round ends: the list of changed cells has it all. */
void views_lines_drop(struct kaiku_views *views);
bool views_lines_are_over(const struct kaiku_views *views);
bool views_lines_are_stale(const struct kaiku_views *views);

/* drawing.c: writes one, unless somebody who knew more was there before. */
int views_draw(struct kaiku_views *views, struct views_line *line) KAIKU_MUST_CHECK;

/* Reads positions and totals, and writes the hash where it changed. */
int views_trust_refresh(struct kaiku_views *views) KAIKU_MUST_CHECK;

/* A process that runs for less than a minute leaves no entry in ts:trust. */
void views_trust_begin(struct kaiku_views *views);

int views_removal_work(struct kaiku_views *views, int64_t until_us) KAIKU_MUST_CHECK;

#endif
