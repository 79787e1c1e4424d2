# How every target of ours is compiled. Presets (CMakePresets.json) choose among the options here.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(BOON_WERROR "treat warnings as errors" OFF)
set(BOON_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize= takes them")

find_program(BOON_CCACHE ccache)
if(BOON_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${BOON_CCACHE})
endif()
find_program(BOON_MOLD mold)
if(BOON_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

add_library(boon_compile_options INTERFACE)
target_compile_options(
    boon_compile_options
    INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wnon-virtual-dtor
        -Woverloaded-virtual -Wcast-qual -Wundef -Wvla
        $<$<BOOL:${BOON_WERROR}>:-Werror>
)
# Exact floating point: results must be the same bits on every machine (no fused multiply-add unless written).
target_compile_options(boon_compile_options INTERFACE -ffp-contract=off)

if(BOON_SANITIZE)
    # -O1: deep recursion of the instrumented libraries' headers stays within the default stack.
    add_compile_options(-fsanitize=${BOON_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${BOON_SANITIZE})
endif()
