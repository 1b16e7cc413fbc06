# kaiku_room(NAME SOURCES file... ROOMS room... LIBRARIES target...)
# A room is a static library whose headers stand in src/NAME/include/NAME and are included as
# "NAME/file.h". It sees the headers of the rooms it names and no others, so an include that points
# upward does not compile.
function(kaiku_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(kaiku_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(kaiku_${name}
    PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/include
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
  list(TRANSFORM ROOM_ROOMS PREPEND kaiku_)
  target_link_libraries(kaiku_${name} PUBLIC ${ROOM_ROOMS} PRIVATE ${ROOM_LIBRARIES})
endfunction()

# kaiku_unit_test(ROOM file...): one Criterion program for each file of tests/unit/ROOM.
function(kaiku_unit_test room)
  foreach(file ${ARGN})
    get_filename_component(stem ${file} NAME_WE)
    set(target unit_${room}_${stem})
    add_executable(${target} ${file})
    target_link_libraries(${target} PRIVATE kaiku_${room} PkgConfig::CRITERION)
    add_test(NAME unit.${room}.${stem} COMMAND ${target} --short-filename)
    # Criterion passes on leaks, and on a filter that matches nothing.
    set_tests_properties(unit.${room}.${stem} PROPERTIES LABELS unit FAIL_REGULAR_EXPRESSION
      "ERROR: (Address|Leak)Sanitizer;runtime error:;Tested: 0 ")
  endforeach()
endfunction()
