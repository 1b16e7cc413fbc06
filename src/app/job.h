/* What run and replay share: read the configuration, run the pipeline until its end or a signal, log a
 * summary now and then. */
#ifndef APP_JOB_H
#define APP_JOB_H

#include "pipeline.h"

/* Reads and sets up logging; on mistakes prints them to standard error. An exit code. */
int app_settings_read(const char *path, struct kaiku_settings **out);

/* Runs until the end or a signal; an exit code. */
int app_job_run(const struct app_pipeline_options *options);

#endif
