/* Properties of librdkafka, as far as kaiku knows them. */
#ifndef CONFIG_PROPERTY_H
#define CONFIG_PROPERTY_H

#include <stdbool.h>

/* Its value is no secret, whatever it is, and may be shown. Of others nobody knows: librdkafka gets new ones. */
bool kaiku_property_is_harmless(const char *property);

#endif
