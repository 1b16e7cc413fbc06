/* What run and replay share: read the configuration, run the pipeline until its end or a signal, log a
 * summary now and then. */
#ifndef APP_JOB_H
#define APP_JOB_H

#include "pipeline.h"

struct app_job {
    const char *config; /* path of the configuration */
    bool reloads;       /* reads it again on SIGHUP */
    /* Its settings, calendar and monitor are the job's own. */
    struct app_pipeline_options options;
};

/* Runs until the end or a signal; an exit code. */
int app_job_run(const struct app_job *job);

#endif
