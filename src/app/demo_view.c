#include "demo_view.h"

#include <kaiku/keys.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void copy_name(char *out, struct kaiku_text text)
{
    struct kaiku_text cut = kaiku_text_cut(text, APP_TABLE_NAME - 1);

    memcpy(out, cut.data, cut.size);
    out[cut.size] = '\0';
}

static struct app_table_score score_of(struct kaiku_pairs pairs, const char *metric)
{
    char low[64], high[64];

    snprintf(low, sizeof(low), "%s_lo", metric);
    snprintf(high, sizeof(high), "%s_hi", metric);
    return (struct app_table_score){
        .value = kaiku_pairs_number(pairs, metric),
        .low = kaiku_pairs_number(pairs, low),
        .high = kaiku_pairs_number(pairs, high),
    };
}

/* ---- channels ---- */

static void add_channel(void *context, struct kaiku_text value)
{
    struct app_table *table = context;

    if (table->n_channels < APP_TABLE_ROWS && !kaiku_text_equal(value, KAIKU_TEXT("_all")))
        copy_name(table->channels[table->n_channels++].name, value);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct app_table_row *)a)->name, ((const struct app_table_row *)b)->name);
}

static void add_minute(void *context, struct kaiku_pairs entry)
{
    struct app_table_row *row = context;

    row->course[row->n_course++] = kaiku_pairs_number(entry, "nps");
}

static void reverse(double *values, int n)
{
    for (int i = 0; i < n / 2; i++) {
        double kept = values[i];

        values[i] = values[n - 1 - i];
        values[n - 1 - i] = kept;
    }
}

static int read_row(struct kaiku_view_reader *reader, const char *prefix, const char *channel,
                    struct app_table_row *row)
{
    char key[KAIKU_KEY_MAX], member[APP_TABLE_NAME + sizeof("|_all")];
    struct kaiku_pairs now;
    int status;

    snprintf(member, sizeof(member), "%s|_all", channel);
    if (kaiku_key_now(key, sizeof(key), prefix, "contact", "day", member) < 0)
        return KAIKU_INVALID;
    status = kaiku_view_reader_hash(reader, key, &now);
    if (status != KAIKU_OK)
        return status;
    row->nps = score_of(now, "nps");
    row->answers = kaiku_pairs_number(now, "n");
    row->response_rate = kaiku_pairs_number(now, "response_rate");
    row->wait_s = kaiku_pairs_number(now, "wait_s_p50");

    if (kaiku_key_series(key, sizeof(key), prefix, "contact", "1m", member) < 0)
        return KAIKU_INVALID;
    row->n_course = 0;
    status = kaiku_view_reader_newest(reader, key, APP_TABLE_COURSE, add_minute, row);
    reverse(row->course, row->n_course);
    return status;
}

static int read_channels(struct kaiku_view_reader *reader, const char *prefix,
                         struct app_table *table)
{
    char key[KAIKU_KEY_MAX];
    int status = KAIKU_INVALID;

    table->n_channels = 0;
    if (kaiku_key_values(key, sizeof(key), prefix, "channel") >= 0)
        status = kaiku_view_reader_set(reader, key, add_channel, table);
    qsort(table->channels, (size_t)table->n_channels, sizeof(table->channels[0]), compare_names);
    for (int i = 0; i < table->n_channels && status == KAIKU_OK; i++)
        status = read_row(reader, prefix, table->channels[i].name, &table->channels[i]);
    copy_name(table->all.name, KAIKU_TEXT("all"));
    return status == KAIKU_OK ? read_row(reader, prefix, "_all", &table->all) : status;
}

/* ---- teams ---- */

static void add_team(void *context, struct kaiku_pairs row)
{
    struct app_table *table = context;
    struct app_table_row *team = &table->teams[table->n_teams];

    if (table->n_teams == APP_TABLE_ROWS || isnan(kaiku_pairs_number(row, "nps")))
        return;
    copy_name(team->name, kaiku_pairs_text(row, "team"));
    team->nps = score_of(row, "nps");
    table->n_teams++;
}

static int compare_scores(const void *a, const void *b)
{
    double left = ((const struct app_table_row *)a)->nps.value;
    double right = ((const struct app_table_row *)b)->nps.value;

    return (left < right) - (left > right);
}

static int read_teams(struct kaiku_view_reader *reader, const char *prefix, struct app_table *table)
{
    char key[KAIKU_KEY_MAX];
    int status = KAIKU_INVALID;

    table->n_teams = 0;
    if (kaiku_key_rows(key, sizeof(key), prefix, "people", "day", "team") >= 0)
        status = kaiku_view_reader_newest(reader, key, APP_TABLE_ROWS, add_team, table);
    qsort(table->teams, (size_t)table->n_teams, sizeof(table->teams[0]), compare_scores);
    return status;
}

/* ---- one detractor ---- */

static void take_detractor(void *context, struct kaiku_pairs entry)
{
    struct app_table *table = context;
    time_t at = (time_t)(kaiku_pairs_number(entry, "at") / 1000);
    static const char *const names[] = {"channel", "touchpoint", "agent", "comment_ref"};
    struct tm local;
    size_t size;

    localtime_r(&at, &local);
    size = strftime(table->detractor, sizeof(table->detractor), "%H:%M:%S  score ", &local);
    size += (size_t)snprintf(table->detractor + size, sizeof(table->detractor) - size, "%.0f",
                             kaiku_pairs_number(entry, "value"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct kaiku_text value = kaiku_text_cut(kaiku_pairs_text(entry, names[i]), APP_TABLE_NAME);

        if (value.size > 0 && !kaiku_text_equal(value, KAIKU_TEXT("_none")))
            size += (size_t)snprintf(table->detractor + size, sizeof(table->detractor) - size,
                                     "  %.*s", (int)value.size, value.data);
    }
}

int app_demo_view_read(struct kaiku_view_reader *reader, const char *prefix,
                       struct app_table *table)
{
    char key[KAIKU_KEY_MAX];
    int status = read_channels(reader, prefix, table);

    if (status == KAIKU_OK)
        status = read_teams(reader, prefix, table);
    if (status == KAIKU_OK && kaiku_key_feed(key, sizeof(key), prefix, "detractor") < 0)
        status = KAIKU_INVALID;
    if (status == KAIKU_OK)
        status = kaiku_view_reader_newest(reader, key, 1, take_detractor, table);
    return status == KAIKU_OK ? app_trust_read(reader, prefix, &table->trust) : status;
}
