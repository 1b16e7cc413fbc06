/* The windows of a view, for views and for targets. */
#ifndef CONFIG_WINDOWS_H
#define CONFIG_WINDOWS_H

#include "reader.h"

/* False where not all of them could be read. */
bool kaiku_read_windows(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                        struct kaiku_view *view);
void kaiku_read_retention(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          struct kaiku_view *view);
/* Index of the window that a scalar names; -1 and a mistake where the view has no such window. */
int kaiku_find_window(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      const struct kaiku_view *view);

#endif
