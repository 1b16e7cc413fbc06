/* Fills the demo's table from Redis, with the commands that any dashboard would use. */
#ifndef APP_DEMO_VIEW_H
#define APP_DEMO_VIEW_H

#include <store/reader.h>

#include "demo_table.h"

/* Reads channels, teams, the newest detractor and trust of the views that deploy/kaiku.yaml
 * names. What is not there yet stays empty. Text of a failure in kaiku_view_reader_error. */
int app_demo_view_read(struct kaiku_view_reader *reader, const char *prefix,
                       struct app_table *table)
    KAIKU_MUST_CHECK;

#endif
