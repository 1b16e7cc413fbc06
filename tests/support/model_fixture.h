/* A model as the configuration would give it, for tests of everything above it. */
#ifndef SUPPORT_MODEL_FIXTURE_H
#define SUPPORT_MODEL_FIXTURE_H

#include <model/model.h>

/* A contact center: the example configuration, laid out and digested; metrics, dimensions, views
 * and windows stand in its order. Transferred to the caller, for kaiku_fixture_destroy; aborts the
 * test when out of memory. */
struct kaiku_model *kaiku_fixture_contact(void);
void kaiku_fixture_destroy(struct kaiku_model *model);

/* For models changed or built by hand: owned copies, as kaiku_model_release frees them. */
char *kaiku_fixture_string(const char *string);
struct kaiku_text kaiku_fixture_text(const char *string);
/* The index of a pointer or an event type, added where it is new. */
uint32_t kaiku_fixture_pointer(struct kaiku_model *model, const char *pointer);
uint32_t kaiku_fixture_type(struct kaiku_model *model, const char *type);
/* The index of a metric, dimension or view by its name; aborts where there is none. */
uint32_t kaiku_fixture_metric(const struct kaiku_model *model, const char *name);
uint32_t kaiku_fixture_dimension(const struct kaiku_model *model, const char *name);
uint32_t kaiku_fixture_view(const struct kaiku_model *model, const char *name);
/* "<= 20" */
struct kaiku_condition kaiku_fixture_condition(const char *text);

#endif
