/* Which rows of a table are shown, and in which order. Pure functions. */
#ifndef APP_TOP_ORDER_H
#define APP_TOP_ORDER_H

#include "top_choice.h"
#include "top_data.h"

/* Does each word of the filter stand in one of the values that the grouping keeps, case ignored? */
bool app_top_passes(const struct app_top_row *row, uint32_t grouping, const char *filter);
/* Puts those that pass first, sorted (what has no value last, equal ones by name), and gives how many they are. */
uint32_t app_top_arrange(struct app_top_table *table, const struct app_top_choice *choice);

#endif
