# cmake -DSCRIPTS=a.lua;b.lua -DOUTPUT=scripts.c -P embed.cmake
# Writes each script as a NUL-terminated array of bytes: store_script_a[], store_script_b[].
set(content "")
foreach(script IN LISTS SCRIPTS)
  get_filename_component(name ${script} NAME_WE)
  file(READ ${script} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND content "const char store_script_${name}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUTPUT} "${content}")
