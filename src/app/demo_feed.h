/* The demo's events: half an hour of history, then live ones at a rate from a thread of their
 * own. */
#ifndef APP_DEMO_FEED_H
#define APP_DEMO_FEED_H

#include <kaiku/status.h>

#include <stdint.h>

struct app_demo_feed;

/* Connects and sends the history. error: text of a failure, at least 256 bytes. */
int app_demo_feed_create(const char *brokers, const char *topic, struct app_demo_feed **out,
                         char *error)
    KAIKU_MUST_CHECK;
/* Begins with the live events, rate of them a second. */
int app_demo_feed_start(struct app_demo_feed *feed, uint64_t rate) KAIKU_MUST_CHECK;
/* Ends them; what was sent is delivered. Gives why they ended before, OK otherwise; error as
 * above. */
int app_demo_feed_stop(struct app_demo_feed *feed, char *error);
void app_demo_feed_destroy(struct app_demo_feed *feed);

#endif
