# cmake "-DPATHS=/;/x.js" "-DFILES=index.html;x.js" -DOUTPUT=file.c -P EmbedAssets.cmake
# Writes the files into the table of page/assets.h, each under the path that it is asked for by.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_txt "text/plain; charset=utf-8")
set(content "#include <page/assets.h>\n\n")
set(table "")
set(n 0)
foreach(path file IN ZIP_LISTS PATHS FILES)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND content "static const unsigned char asset_${n}[] = {${bytes}};\n")
  string(REGEX MATCH "[a-z]+$" suffix "${path}")
  if(path STREQUAL "/")
    set(suffix html)
  endif()
  string(APPEND table "    {\"${path}\", \"${type_${suffix}}\", asset_${n}, sizeof(asset_${n})},\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE ${OUTPUT} "${content}
const struct kaiku_page_asset kaiku_page_assets[] = {\n${table}};
const size_t kaiku_page_n_assets = ${n};\n")
