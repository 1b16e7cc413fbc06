#include <criterion/criterion.h>
#include <page/assets.h>
#include <stdio.h>
#include <string.h>

static const struct kaiku_page_asset *find(const char *path)
{
    for (size_t i = 0; i < kaiku_page_n_assets; i++)
        if (strcmp(kaiku_page_assets[i].path, path) == 0)
            return &kaiku_page_assets[i];
    return NULL;
}

static bool holds(const struct kaiku_page_asset *asset, const char *text)
{
    return memmem(asset->data, asset->size, text, strlen(text)) != NULL;
}

Test(assets, are_found_by_path_and_have_a_type)
{
    cr_assert_gt(kaiku_page_n_assets, 10);
    for (size_t i = 0; i < kaiku_page_n_assets; i++) {
        const struct kaiku_page_asset *asset = &kaiku_page_assets[i];

        cr_expect_eq(asset->path[0], '/');
        cr_expect_eq(find(asset->path), asset, "%s is there twice", asset->path);
        cr_expect(strchr(asset->type, '/'), "%s has the type '%s'", asset->path, asset->type);
        cr_expect_gt(asset->size, 100, "%s", asset->path);
    }
    cr_expect_str_eq(find("/")->type, "text/html; charset=utf-8");
    cr_expect_str_eq(find("/page.js")->type, "text/javascript; charset=utf-8");
}

/* Every file that the others name is there. */
Test(assets, refer_to_each_other)
{
    static const char *const opening[] = {"src=\"", "href=\"", "from \"./"};

    for (size_t i = 0; i < kaiku_page_n_assets; i++) {
        const struct kaiku_page_asset *asset = &kaiku_page_assets[i];
        const char *end = (const char *)asset->data + asset->size;

        for (size_t o = 0; o < 3 && strcmp(asset->path, "/chart.js") != 0; o++)
            for (const char *at = (const char *)asset->data;
                 (at = memmem(at, (size_t)(end - at), opening[o], strlen(opening[o])));) {
                char path[64] = "/";

                at += strlen(opening[o]);
                sscanf(at, "%60[^\"#]", path + 1);
                cr_expect(path[1] == '\0' || find(path), "%s names '%s'", asset->path, path);
            }
    }
}

Test(assets, keep_the_licence_of_what_is_not_ours)
{
    cr_expect(holds(find("/chart.js"), "Released under the MIT License"));
    cr_expect(holds(find("/chart.txt"), "Permission is hereby granted"));
    cr_expect(holds(find("/"), "chart.txt"));
}
