/* How much memory a configuration can take. Figures for people: doubles, since they may be huge. */
#ifndef CONFIG_BOUNDS_H
#define CONFIG_BOUNDS_H

#include <config/config.h>

struct kaiku_worker_bounds {
    double cell;          /* bytes of one cell without pages */
    double total;         /* bytes of one worker at most, without duplicates */
    double per_partition; /* bytes of the memory for duplicates */
    double publisher;     /* bytes of the projection, once a process; commits come on top */
};
struct kaiku_worker_bounds kaiku_bounds_worker(const struct kaiku_settings *settings);

struct kaiku_redis_bounds {
    double members;  /* at most */
    double windows;  /* kept at a time */
    double a_member; /* bytes of a member that is active in all of them */
};
struct kaiku_redis_bounds kaiku_bounds_redis(const struct kaiku_model *model,
                                             const struct kaiku_view *view, uint32_t window);

struct kaiku_bytes_text {
    char text[32];
};
struct kaiku_bytes_text kaiku_bytes_write(double bytes); /* "2.4 GiB" */

#endif
