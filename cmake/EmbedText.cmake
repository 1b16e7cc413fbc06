# cmake -DNAME=symbol -DINPUT=file -DOUTPUT=file.c -P EmbedText.cmake: a file as a NUL-terminated text.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "extern const char ${NAME}[];\nconst char ${NAME}[] = {${bytes}0};\n")
