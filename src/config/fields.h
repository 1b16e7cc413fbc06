/* Names of published fields. */
#ifndef CONFIG_FIELDS_H
#define CONFIG_FIELDS_H

#include <model/model.h>

/* Fields of an entry of one view and window. */
uint32_t kaiku_fields_count(const struct kaiku_model *model, const struct kaiku_view *view,
                            uint32_t window);

#endif
