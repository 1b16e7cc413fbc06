/* The page at "/": its files, embedded at build time. Immutable, for any thread. */
#ifndef PAGE_ASSETS_H
#define PAGE_ASSETS_H

#include <stddef.h>

struct kaiku_page_asset {
    const char *path;          /* as asked for: "/", "/page.js" */
    const char *type;          /* for Content-Type */
    const unsigned char *data; /* without a NUL behind it */
    size_t size;
};

extern const struct kaiku_page_asset kaiku_page_assets[];
extern const size_t kaiku_page_n_assets;

#endif
