# cmake "-DFILES=a.lua;b.lua" "-DSYMBOLS=x;y" -DOUTPUT=file.c -P Embed.cmake
# Writes each file as a NUL-terminated text: const char x[], y[].
set(content "")
foreach(file symbol IN ZIP_LISTS FILES SYMBOLS)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND content "extern const char ${symbol}[];\nconst char ${symbol}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUTPUT} "${content}")
