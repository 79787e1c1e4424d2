# boon_embed_site(ROOM)
#
# Builds the web UI (ui/) when its sources have changed, and puts what came of it into the room's library; with
# BOON_UI=OFF the library has an empty site.
option(BOON_UI "build the web UI (ui/) into the binary" ON)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(boon_embed_site room)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${room}_site.cc)
    set(embed ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/embed-site ${output})
    set(ui ${CMAKE_SOURCE_DIR}/ui)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${ui}/src/* ${ui}/public/*)
    file(GLOB settings CONFIGURE_DEPENDS ${ui}/*.json ${ui}/*.ts ${ui}/index.html)
    if(BOON_UI AND settings)
        add_custom_command(
            OUTPUT ${output}
            COMMAND ${CMAKE_SOURCE_DIR}/tools/build-ui
            COMMAND ${embed} ${ui}/dist
            DEPENDS ${sources} ${settings} ${CMAKE_SOURCE_DIR}/tools/build-ui ${CMAKE_SOURCE_DIR}/tools/embed-site
            COMMENT "Building the web UI"
            VERBATIM
        )
    else()
        add_custom_command(
            OUTPUT ${output}
            COMMAND ${embed}
            DEPENDS ${CMAKE_SOURCE_DIR}/tools/embed-site
            VERBATIM
        )
    endif()
    target_sources(boon_${room} PRIVATE ${output})
endfunction()
