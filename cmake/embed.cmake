# boon_embed(ROOM NAMESPACE FUNCTION FILE ...)
#
# Puts files into a room's library: `std::string_view NAMESPACE::FUNCTION(std::string_view name)` gives the text of the
# file of that name, empty when there is none. The room declares the function in a header of its own.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(boon_embed room namespace function)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${room}_${function}.cc)
    list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE files)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/embed ${output} ${namespace} ${function} ${files}
        DEPENDS ${files} ${CMAKE_SOURCE_DIR}/tools/embed
        VERBATIM
    )
    target_sources(boon_${room} PRIVATE ${output})
endfunction()
