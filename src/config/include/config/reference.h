/* Every key of the configuration file: what it takes, its default, its bounds, what it means. docs/configuration-reference.md
 * is this, and tests/docs/reference.py tries each default and each bound. */
#ifndef CONFIG_REFERENCE_H
#define CONFIG_REFERENCE_H

#include <stdio.h>

/* As Markdown. */
void kaiku_config_reference(FILE *out);

#endif
