# add_module(ROOM FLOOR floor [DEPENDS room ...] [LIBRARIES target ...] [TEST_LIBRARIES target ...])
#
# One room of the house: src/FLOOR/ROOM/*.{h,cc} becomes the static library boon_ROOM; *_test.cc become ROOM_test.
# A room may include only itself and the rooms it names in DEPENDS, and those must be declared before it: that is the
# whole layering rule. Configure refuses an upward dependency here; tools/check-layers refuses an undeclared include.
set(BOON_FLOORS platform records insight action program)
set_property(GLOBAL PROPERTY BOON_MODULES "")

function(add_module room)
    cmake_parse_arguments(ARG "" "FLOOR" "DEPENDS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
    list(FIND BOON_FLOORS "${ARG_FLOOR}" floor_index)
    if(floor_index LESS 0)
        message(FATAL_ERROR "room ${room}: no floor `${ARG_FLOOR}`\nhint: the floors are ${BOON_FLOORS}")
    endif()
    get_property(last_floor GLOBAL PROPERTY BOON_LAST_FLOOR)
    if(last_floor AND floor_index LESS last_floor)
        message(FATAL_ERROR "room ${room} (${ARG_FLOOR}) is declared after a room of a higher floor")
    endif()
    set_property(GLOBAL PROPERTY BOON_LAST_FLOOR ${floor_index})

    foreach(dependency IN LISTS ARG_DEPENDS)
        if(NOT TARGET boon_${dependency})
            message(
                FATAL_ERROR
                "room ${room} depends on ${dependency}, which is not declared before it\n"
                "hint: a room may use only rooms below it; see ARCHITECTURE.md"
            )
        endif()
    endforeach()

    set(folder ${CMAKE_SOURCE_DIR}/src/${ARG_FLOOR}/${room})
    file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.h)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
    file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.cc)
    list(FILTER headers EXCLUDE REGEX "_test\\.h$")  # fixtures of this room's tests, compiled with them
    list(REMOVE_ITEM sources ${tests} ${folder}/main.cc)

    add_library(boon_${room} STATIC ${sources})
    target_sources(boon_${room} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${headers})
    set_target_properties(boon_${room} PROPERTIES LINKER_LANGUAGE CXX VERIFY_INTERFACE_HEADER_SETS ON)
    target_link_libraries(boon_${room} PRIVATE boon_compile_options)
    foreach(dependency IN LISTS ARG_DEPENDS)
        target_link_libraries(boon_${room} PUBLIC boon_${dependency})
    endforeach()
    target_link_libraries(boon_${room} PUBLIC ${ARG_LIBRARIES})

    if(tests)
        add_executable(${room}_test ${tests})
        target_link_libraries(
            ${room}_test
            PRIVATE boon_${room} boon_compile_options GTest::gmock_main rapidcheck::rapidcheck ${ARG_TEST_LIBRARIES}
        )
        target_compile_definitions(${room}_test PRIVATE BOON_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
        # Suites named Long… take minutes; `make test-long` runs them.
        add_test(NAME ${room} COMMAND ${room}_test --gtest_brief=1 --gtest_filter=-Long*)
        set_tests_properties(${room} PROPERTIES LABELS unit TIMEOUT 600)
        foreach(test IN LISTS tests)
            file(STRINGS ${test} suites REGEX "^TEST.*\\(Long")
            if(suites)
                list(APPEND long_suites ${suites})
            endif()
        endforeach()
        if(long_suites)
            add_test(NAME ${room}_long COMMAND ${room}_test --gtest_filter=Long*)
            set_tests_properties(${room}_long PROPERTIES LABELS long TIMEOUT 3600)
        endif()
    endif()

    string(REPLACE ";" " " depends "${ARG_DEPENDS}")
    set_property(GLOBAL APPEND PROPERTY BOON_MODULES "${ARG_FLOOR} ${room} ${depends}")
endfunction()

# Writes what was declared, one room a line (`floor room dependency ...`), for tools/check-layers.
function(write_module_list file)
    get_property(modules GLOBAL PROPERTY BOON_MODULES)
    string(REPLACE ";" "\n" text "${modules}")
    file(WRITE ${file} "${text}\n")
endfunction()
