# Run by `cmake --install`, which knows the prefix: the unit names the program and its configuration, and under /usr
# both the configuration and the completion for zsh stand elsewhere than under /usr/local.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(etc /etc)
  set(zsh share/zsh/vendor-completions)
else()
  set(etc ${CMAKE_INSTALL_PREFIX}/etc)
  set(zsh share/zsh/site-functions)
endif()
file(READ ${sources}/systemd/kaiku.service unit)
string(REPLACE /usr/bin/ ${CMAKE_INSTALL_PREFIX}/bin/ unit "${unit}")
string(REPLACE /etc/kaiku ${etc}/kaiku unit "${unit}")
# Where it belongs at once: the folder of the build is not root's, and several may install from it at a time.
set(unit_file ${CMAKE_INSTALL_PREFIX}/lib/systemd/system/kaiku.service)
file(WRITE "$ENV{DESTDIR}${unit_file}" "${unit}")
file(CHMOD "$ENV{DESTDIR}${unit_file}" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${unit_file})
# What the administrator made of it stays.
if(NOT EXISTS "$ENV{DESTDIR}${etc}/kaiku/kaiku.yaml")
  file(INSTALL ${sources}/kaiku.yaml DESTINATION ${etc}/kaiku)
endif()
file(INSTALL ${manual}/_kaiku DESTINATION ${CMAKE_INSTALL_PREFIX}/${zsh})
