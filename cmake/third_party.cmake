# Every library that is not ours, as an imported target. Debian's come from the system; the pinned ones from .deps/.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(date REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(nlopt REQUIRED IMPORTED_TARGET nlopt)

find_library(BOON_XGBOOST_LIBRARY xgboost REQUIRED)
find_path(BOON_XGBOOST_INCLUDE xgboost/c_api.h REQUIRED)
add_library(xgboost::xgboost SHARED IMPORTED)
set_target_properties(
    xgboost::xgboost PROPERTIES
    IMPORTED_LOCATION ${BOON_XGBOOST_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${BOON_XGBOOST_INCLUDE}
)

find_path(BOON_RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
find_library(BOON_RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(rapidcheck::rapidcheck UNKNOWN IMPORTED)
set_target_properties(
    rapidcheck::rapidcheck PROPERTIES
    IMPORTED_LOCATION ${BOON_RAPIDCHECK_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${BOON_RAPIDCHECK_INCLUDE}
)

# The pinned libraries (third_party/npm.txt). Built binaries find them in .deps/ by RPATH, installed ones in
# lib/boon beside the binary's folder.
set(BOON_DEPS ${CMAKE_SOURCE_DIR}/.deps)
function(boon_pinned_library target library include)
    if(NOT EXISTS ${library} OR NOT EXISTS ${include})
        message(FATAL_ERROR "${library} is missing\nhint: run tools/install-deps (or `make`, which does)")
    endif()
    add_library(${target} SHARED IMPORTED GLOBAL)
    set_target_properties(
        ${target} PROPERTIES
        IMPORTED_LOCATION ${library}
        IMPORTED_NO_SONAME ON
        INTERFACE_INCLUDE_DIRECTORIES ${include}
    )
    install(FILES ${library} DESTINATION ${CMAKE_INSTALL_LIBDIR}/boon)
endfunction()
boon_pinned_library(
    duckdb::duckdb
    ${BOON_DEPS}/@duckdb/node-bindings-linux-x64/1.4.4-r.4/libduckdb.so
    ${BOON_DEPS}/duckdb/1.4.4/src/duckdb/src/include
)
install(FILES ${CMAKE_SOURCE_DIR}/third_party/NOTICE ${CMAKE_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/boon
)
install(
    FILES ${BOON_DEPS}/duckdb/1.4.4/LICENSE
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/boon
    RENAME DUCKDB-LICENSE
)
boon_pinned_library(
    tflite::tflite
    ${BOON_DEPS}/tfjs-tflite-node/0.0.2/cc_deps/linux_amd64/libtensorflowlite_c.so
    ${BOON_DEPS}/tfjs-tflite-node/0.0.2/cc_deps/include
)
