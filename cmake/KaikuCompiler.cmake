# Language, warnings and hardening, the same for every target.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_definitions(_GNU_SOURCE)
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wvla -Wpointer-arith
                    -Wstrict-prototypes -Wmissing-prototypes -Werror
                    -fno-strict-aliasing -fno-delete-null-pointer-checks)

if(KAIKU_FAILPOINTS)
  add_compile_definitions(KAIKU_FAILPOINTS)
endif()

if(KAIKU_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(KAIKU_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
else()
  # The OpenSSF set that gcc 12 takes; _FORTIFY_SOURCE needs an optimising build.
  add_compile_options(-ftrivial-auto-var-init=zero -fstack-clash-protection
                      -fstack-protector-strong -fcf-protection)
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -pie)
endif()

if(KAIKU_FUZZ)
  # Every room tells libFuzzer which of its edges an input took.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
