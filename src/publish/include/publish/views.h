/* What readers see: now, ts, rows and trust, made from the cells that Redis holds.
 *
 * A refresh is a function of one cell: read it with its version, derive the statistics, write with a guard
 * against going back. So it may run twice, late, or on another instance, with the same result. Belongs to
 * the publisher's thread. */
#ifndef PUBLISH_VIEWS_H
#define PUBLISH_VIEWS_H

#include <model/calendar.h>
#include <model/model.h>
#include <source/source.h>
#include <store/store.h>

struct kaiku_views;

struct kaiku_views_options {
    const struct kaiku_model *model;
    const struct kaiku_calendar *calendar;
    struct kaiku_store *store;
    const char *prefix;
    int64_t every_ms; /* publish.views_every */
    bool keeps_minutes; /* trust gets an entry a minute: not where the end of a log ends the process */
};

/* Borrows all of options. */
int kaiku_views_create(const struct kaiku_views_options *options, struct kaiku_views **out)
    KAIKU_MUST_CHECK;
void kaiku_views_destroy(struct kaiku_views *views);

/* Forgets what it believes Redis to hold: after a reconnect, or where positions differed. The next ticks
 * look at everything anew. */
void kaiku_views_forget(struct kaiku_views *views);

/* What the log holds of the partition "TOPIC:PARTITION"; asked for anew every few seconds by the publisher. */
void kaiku_views_extent(struct kaiku_views *views, const char *field, const struct kaiku_extent *extent);
/* Only how far it can be read, as the one who does so saw it. A partition of which neither is told counts as not
 * read to its end. */
void kaiku_views_end(struct kaiku_views *views, const char *field, int64_t end);

/* What replay_margin_s lacks: the timestamp of the first record from an offset on. The same question until it is
 * answered; none most of the time. field: borrowed for ever. */
struct kaiku_views_question {
    const char *field;
    int64_t offset;
};
bool kaiku_views_ask(struct kaiku_views *views, int64_t now_ms, struct kaiku_views_question *out);
/* OK with it; MISSING: no record stands there; others: not now. */
void kaiku_views_answer(struct kaiku_views *views, int status, int64_t timestamp_ms);

/* Where the tip is once events up to high_ms are counted; what starts later is of the future. */
int64_t kaiku_views_tip(const struct kaiku_views *views, int64_t high_ms);

/* A commit was applied that changed this cell. member is copied. */
int kaiku_views_touch(struct kaiku_views *views, uint32_t view, uint32_t window, int64_t start_ms,
                      struct kaiku_text member) KAIKU_MUST_CHECK;

/* How often live views are written from now on: publish.views_every, or less often where Redis has no time. */
void kaiku_views_pace(struct kaiku_views *views, int64_t every_ms);

/* Does what is due at monotonic time now_ms: bounded work, so call it often. is_fresh: a commit came right
 * before. */
int kaiku_views_tick(struct kaiku_views *views, int64_t now_ms, bool is_fresh) KAIKU_MUST_CHECK;
/* The last tick's bound left live views to be written: tick again at once. */
bool kaiku_views_is_behind(const struct kaiku_views *views);

/* Brings now, rows and trust up to what is committed; streams keep what they have (Redis remembers what they
 * lack): when a process ends. */
int kaiku_views_show(struct kaiku_views *views) KAIKU_MUST_CHECK;

/* Brings every view up to what is committed, however long it takes: at the end of a run. */
int kaiku_views_settle(struct kaiku_views *views) KAIKU_MUST_CHECK;

/* Figures for the summary line and /metrics. */
struct kaiku_views_figures {
    int64_t low_time_ms, high_time_ms; /* as trust has them */
    int64_t lag;                       /* records behind the log's end */
    uint64_t series_backlog;           /* changed cells that their streams do not show yet */
    uint64_t live_members;
};
void kaiku_views_read_figures(const struct kaiku_views *views, struct kaiku_views_figures *out);

#endif
