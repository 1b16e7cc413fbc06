/* Pieces of YAML. */
#ifndef PROPOSE_WRITE_H
#define PROPOSE_WRITE_H

#include <propose/propose.h>

#include <stdbool.h>

/* Valid UTF-8 without NUL, quoted where it has to be. */
void write_scalar(struct kaiku_buffer *out, struct kaiku_text text);
/* The section kafka; with secrets as they are, or left out. */
void write_kafka(const struct kaiku_proposal_options *options, bool with_secrets, struct kaiku_buffer *out);

#endif
