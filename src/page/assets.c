#include <page/assets.h>

/* Built from index.html, see CMakeLists.txt. */
#include "index.h"

const struct kaiku_page_asset kaiku_page_assets[] = {
    {"/", "text/html; charset=utf-8", (const unsigned char *)page_index, sizeof(page_index) - 1},
};
const size_t kaiku_page_n_assets = sizeof(kaiku_page_assets) / sizeof(*kaiku_page_assets);
