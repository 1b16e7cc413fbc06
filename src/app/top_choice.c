#include "top_choice.h"

#include <model/member.h>

#include <stdio.h>
#include <stdlib.h>

const struct kaiku_view *app_top_view(const struct app_top_choice *choice)
{
    return &choice->model->views[choice->view];
}

const struct kaiku_window *app_top_window(const struct app_top_choice *choice)
{
    return &app_top_view(choice)->windows[choice->window];
}

/* About how long a window is. */
static int64_t length_of(const struct kaiku_window *window)
{
    static const int64_t days[] = {
        [KAIKU_FIXED] = 0, [KAIKU_DAY] = 1,      [KAIKU_WEEK] = 7,
        [KAIKU_MONTH] = 30, [KAIKU_QUARTER] = 91, [KAIKU_YEAR] = 365,
    };

    return window->unit == KAIKU_FIXED ? window->length_ms : days[window->unit] * 24 * 3600 * 1000;
}

const struct kaiku_window *app_top_course_window(const struct app_top_choice *choice)
{
    const struct kaiku_view *view = app_top_view(choice);
    const struct kaiku_window *chosen = app_top_window(choice), *found = NULL;

    for (uint32_t w = 0; w < view->n_windows; w++) {
        const struct kaiku_window *window = &view->windows[w];

        if (length_of(window) < length_of(chosen) && (!found || length_of(window) > length_of(found)))
            found = window;
    }
    return found ? found : chosen;
}

bool app_top_has_target(const struct app_top_choice *choice, uint32_t metric)
{
    const struct kaiku_view *view = app_top_view(choice);

    for (uint32_t t = 0; t < view->n_targets; t++)
        if (view->targets[t].window == choice->window && view->targets[t].metric == metric)
            return true;
    return false;
}

/* ---- tables of a view, few dimensions first, the total last ---- */

static int rank_of(uint32_t grouping)
{
    return grouping == 0 ? INT32_MAX : __builtin_popcount(grouping);
}

static int compare_groupings(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    int by_rank = (rank_of(left) > rank_of(right)) - (rank_of(left) < rank_of(right));

    return by_rank != 0 ? by_rank : (left > right) - (left < right);
}

static void order_groupings(const struct kaiku_view *view, uint32_t ordered[KAIKU_MAX_GROUPINGS])
{
    memcpy(ordered, view->groupings, view->n_groupings * sizeof(*ordered));
    qsort(ordered, view->n_groupings, sizeof(*ordered), compare_groupings);
}

static uint32_t next_of(uint32_t at, uint32_t n, int step)
{
    return (uint32_t)((int64_t)at + n + step) % n;
}

static void step_grouping(struct app_top_choice *choice, int step)
{
    const struct kaiku_view *view = app_top_view(choice);
    uint32_t ordered[KAIKU_MAX_GROUPINGS], at = 0;

    order_groupings(view, ordered);
    while (at < view->n_groupings - 1 && ordered[at] != choice->grouping)
        at++;
    choice->grouping = ordered[next_of(at, view->n_groupings, step)];
}

/* ---- beginning ---- */

static uint32_t usual_window(const struct kaiku_view *view)
{
    for (uint32_t w = 0; w < view->n_windows; w++)
        if (view->windows[w].unit != KAIKU_FIXED)
            return w;
    return 0;
}

static void choose_view(struct app_top_choice *choice, uint32_t view)
{
    uint32_t ordered[KAIKU_MAX_GROUPINGS];

    choice->view = view;
    choice->window = usual_window(app_top_view(choice));
    order_groupings(app_top_view(choice), ordered);
    choice->grouping = ordered[0];
}

static bool find_view(struct app_top_choice *choice, const char *name)
{
    for (uint32_t v = 0; v < choice->model->n_views; v++) {
        if (strcmp(choice->model->views[v].name, name) == 0) {
            choose_view(choice, v);
            return true;
        }
    }
    return false;
}

static bool find_window(struct app_top_choice *choice, const char *name)
{
    const struct kaiku_view *view = app_top_view(choice);

    for (uint32_t w = 0; w < view->n_windows; w++) {
        if (strcmp(view->windows[w].name, name) == 0) {
            choice->window = w;
            return true;
        }
    }
    return false;
}

static bool find_set(struct app_top_choice *choice, const char *name)
{
    const struct kaiku_view *view = app_top_view(choice);
    struct kaiku_buffer set = {0};
    bool is_found = false;

    for (uint32_t g = 0; g < view->n_groupings && !is_found; g++) {
        kaiku_buffer_clear(&set);
        kaiku_member_set(&set, choice->model, view, view->groupings[g]);
        is_found = strcmp(kaiku_buffer_cstring(&set), name) == 0;
        if (is_found)
            choice->grouping = view->groupings[g];
    }
    kaiku_buffer_release(&set);
    return is_found;
}

static bool find_metric(struct app_top_choice *choice, const char *name)
{
    for (uint32_t m = 0; m < choice->model->n_metrics; m++) {
        if (strcmp(choice->model->metrics[m].name, name) == 0) {
            choice->metric = m;
            return true;
        }
    }
    return false;
}

int app_top_choice_init(struct app_top_choice *choice, const struct kaiku_model *model,
                        const struct app_top_names *names, const char **wrong, const char **what)
{
    const struct {
        const char *name, *what;
        bool (*find)(struct app_top_choice *choice, const char *name);
    } wishes[] = {
        {names->view, "view", find_view},
        {names->window, "window", find_window},
        {names->set, "set", find_set},
        {names->metric, "metric", find_metric},
    };

    *choice = (struct app_top_choice){.model = model, .page = 1};
    choose_view(choice, 0);
    for (size_t i = 0; i < sizeof(wishes) / sizeof(*wishes); i++) {
        if (wishes[i].name && !wishes[i].find(choice, wishes[i].name)) {
            *wrong = wishes[i].name;
            *what = wishes[i].what;
            return KAIKU_INVALID;
        }
    }
    return KAIKU_OK;
}

/* ---- the column that sorts: dimensions of the table, n, metrics ---- */

static uint32_t list_sorts(const struct app_top_choice *choice, struct app_top_sort *out)
{
    const struct kaiku_view *view = app_top_view(choice);
    uint32_t n = 0;

    for (uint32_t i = 0; i < view->n_by; i++)
        if (choice->grouping >> i & 1)
            out[n++] = (struct app_top_sort){APP_TOP_BY_DIMENSION, i, true};
    out[n++] = (struct app_top_sort){APP_TOP_BY_N, 0, false};
    for (uint32_t m = 0; m < choice->model->n_metrics; m++)
        out[n++] = (struct app_top_sort){APP_TOP_BY_METRIC, m, false};
    return n;
}

static void step_sort(struct app_top_choice *choice, int step)
{
    struct app_top_sort sorts[KAIKU_MAX_BY + 1 + KAIKU_MAX_METRICS];
    uint32_t n = list_sorts(choice, sorts), at = 0;

    while (at < n - 1 && (sorts[at].by != choice->sort.by || sorts[at].index != choice->sort.index))
        at++;
    choice->sort = sorts[next_of(at, n, step)];
    choice->first = 0;
}

/* A dimension that the table does not show cannot sort it. */
static void keep_sort(struct app_top_choice *choice)
{
    const struct app_top_sort *sort = &choice->sort;

    choice->first = 0;
    if (sort->by == APP_TOP_BY_DIMENSION && !(choice->grouping >> sort->index & 1))
        choice->sort = (struct app_top_sort){.by = APP_TOP_BY_N};
}

/* ---- keys ---- */

static void scroll(struct app_top_choice *choice, int64_t rows_down, uint32_t rows)
{
    int64_t last = (int64_t)rows - choice->page, first = choice->first + rows_down;

    first = first > last ? last : first;
    choice->first = first < 0 ? 0 : (uint32_t)first;
}

void app_top_choice_limit(struct app_top_choice *choice, uint32_t rows)
{
    scroll(choice, 0, rows);
}

static enum app_top_effect type_filter(struct app_top_choice *choice, const struct app_key *key)
{
    size_t size = strlen(choice->filter);

    choice->first = 0;
    switch (key->kind) {
    case APP_KEY_ESCAPE:
        choice->filter[0] = '\0';
        choice->mode = APP_TOP_TABLE;
        break;
    case APP_KEY_ENTER:
        choice->mode = APP_TOP_TABLE;
        break;
    case APP_KEY_BACKSPACE:
        while (size > 0 && ((unsigned char)choice->filter[--size] & 0xc0) == 0x80)
            ;
        choice->filter[size] = '\0';
        break;
    case APP_KEY_TEXT:
        if (size + strlen(key->text) < sizeof(choice->filter))
            memcpy(choice->filter + size, key->text, strlen(key->text) + 1);
        break;
    default:
        break;
    }
    return APP_TOP_SHOW;
}

static enum app_top_effect switch_to(struct app_top_choice *choice, char letter)
{
    const struct kaiku_model *model = choice->model;
    int step = letter >= 'a' ? 1 : -1;

    switch (letter | 0x20) {
    case 'v':
        choose_view(choice, next_of(choice->view, model->n_views, step));
        choice->filter[0] = '\0';
        break;
    case 'w':
        choice->window = next_of(choice->window, app_top_view(choice)->n_windows, step);
        break;
    case 'g':
        step_grouping(choice, step);
        break;
    default:
        choice->metric = next_of(choice->metric, model->n_metrics, step);
        return APP_TOP_READ;
    }
    keep_sort(choice);
    return APP_TOP_READ;
}

static enum app_top_effect press_letter(struct app_top_choice *choice, char letter, uint32_t rows)
{
    switch (letter) {
    case 'q':
        return APP_TOP_QUIT;
    case '?':
    case 'h':
        choice->mode = APP_TOP_HELP;
        break;
    case '/':
        choice->mode = APP_TOP_FILTER;
        break;
    case ' ':
        choice->is_paused = !choice->is_paused;
        return choice->is_paused ? APP_TOP_SHOW : APP_TOP_READ;
    case 's':
    case 'S':
        step_sort(choice, letter == 's' ? 1 : -1);
        break;
    case 'r':
        choice->sort.is_ascending = !choice->sort.is_ascending;
        choice->first = 0;
        break;
    case 'j':
    case 'k':
        scroll(choice, letter == 'j' ? 1 : -1, rows);
        break;
    default:
        if (letter && strchr("vVwWgGmM", letter))
            return switch_to(choice, letter);
    }
    return APP_TOP_SHOW;
}

static enum app_top_effect press(struct app_top_choice *choice, const struct app_key *key, uint32_t rows)
{
    switch (key->kind) {
    case APP_KEY_UP:
    case APP_KEY_DOWN:
        scroll(choice, key->kind == APP_KEY_DOWN ? 1 : -1, rows);
        break;
    case APP_KEY_PAGE_UP:
        scroll(choice, -(int64_t)choice->page, rows);
        break;
    case APP_KEY_PAGE_DOWN:
        scroll(choice, choice->page, rows);
        break;
    case APP_KEY_HOME:
        choice->first = 0;
        break;
    case APP_KEY_END:
        scroll(choice, (int64_t)rows, rows);
        break;
    case APP_KEY_LEFT:
    case APP_KEY_RIGHT:
        step_sort(choice, key->kind == APP_KEY_RIGHT ? 1 : -1);
        break;
    case APP_KEY_ESCAPE:
        choice->filter[0] = '\0';
        choice->first = 0;
        break;
    default:
        return press_letter(choice, key->text[0], rows);
    }
    return APP_TOP_SHOW;
}

enum app_top_effect app_top_choice_key(struct app_top_choice *choice, const struct app_key *key, uint32_t rows)
{
    switch (choice->mode) {
    case APP_TOP_FILTER:
        return type_filter(choice, key);
    case APP_TOP_HELP:
        choice->mode = APP_TOP_TABLE;
        return key->text[0] == 'q' ? APP_TOP_QUIT : APP_TOP_SHOW;
    default:
        return press(choice, key, rows);
    }
}
