#include "figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

const char *app_figure_count(int64_t number, char *out)
{
    char digits[24];
    int size = snprintf(digits, sizeof(digits), "%" PRId64, number), at = 0;

    for (int i = 0; i < size; i++) {
        int left = size - i;

        if (i > 0 && left % 3 == 0 && digits[i - 1] != '-')
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *app_figure_whole(double number, char *out)
{
    out[0] = '\0';
    return fabs(number) < 0x1p63 ? app_figure_count((int64_t)number, out) : out;
}

const char *app_figure_number(double number, char *out)
{
    double size = fabs(number);

    if (isnan(number))
        out[0] = '\0';
    else if (size >= 1000)
        app_figure_whole(round(number), out);
    else
        snprintf(out, APP_FIGURE_MAX, "%.*f", size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2, number);
    return out;
}

const char *app_figure_duration(double seconds, char *out)
{
    if (isnan(seconds))
        out[0] = '\0';
    else if (seconds < 9.95)
        snprintf(out, APP_FIGURE_MAX, "%.1f s", seconds);
    else if (seconds < 600)
        snprintf(out, APP_FIGURE_MAX, "%.0f s", seconds);
    else
        snprintf(out, APP_FIGURE_MAX, "%.0f min", seconds / 60);
    return out;
}

const char *app_figure_age(int64_t ms, char *out)
{
    const struct {
        int64_t ms, below;
        const char *name;
    } units[] = {
        {1000, 120 * 1000, "s"},
        {60 * 1000, 120 * 60 * 1000, "min"},
        {3600 * 1000, 48 * 3600 * 1000, "h"},
        {24 * 3600 * 1000, INT64_MAX, "days"},
    };
    int i = 0;

    while (ms >= units[i].below)
        i++;
    snprintf(out, APP_FIGURE_MAX, "%" PRId64 " %s", (ms < 0 ? 0 : ms) / units[i].ms, units[i].name);
    return out;
}
