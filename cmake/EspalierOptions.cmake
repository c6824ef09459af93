# Flags that every target of the project shares, gathered in one interface target: espalier_options.
option(ESPALIER_WERROR "Treat compiler warnings as errors" OFF)
option(ESPALIER_COVERAGE "Instrument for gcov" OFF)
option(ESPALIER_FUZZ "Build the fuzz targets with libFuzzer (clang only)" OFF)
option(ESPALIER_UNITY "Compile sources by the dozen: a cold build costs far less, an incremental one more" OFF)
set(ESPALIER_SANITIZE "" CACHE STRING "Comma separated list for -fsanitize=, empty for none")

add_library(espalier_options INTERFACE)
target_compile_features(espalier_options INTERFACE cxx_std_20)
target_compile_options(
  espalier_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
                             -Wimplicit-fallthrough -Wno-missing-field-initializers $<$<BOOL:${ESPALIER_WERROR}>:-Werror>)

# Where every processor can multiply and add at once, compilers fuse the two as they like, and results would differ from
# x86-64's, whose first processors could not. Kernels ask for it themselves: src/kernels/CMakeLists.txt.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(espalier_options INTERFACE -ffp-contract=off)
endif()

if(ESPALIER_SANITIZE)
  target_compile_options(espalier_options INTERFACE -fsanitize=${ESPALIER_SANITIZE} -fno-sanitize-recover=all
                                                    -fno-omit-frame-pointer)
  target_link_options(espalier_options INTERFACE -fsanitize=${ESPALIER_SANITIZE})
endif()
if(ESPALIER_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "ESPALIER_FUZZ needs clang: the preset `fuzz` asks for it")
  endif()
  target_compile_options(espalier_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(espalier_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ESPALIER_COVERAGE)
  target_compile_options(espalier_options INTERFACE --coverage)
  target_link_options(espalier_options INTERFACE --coverage)
endif()

find_program(ESPALIER_CCACHE ccache)
if(ESPALIER_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ESPALIER_CCACHE})
endif()

# espalier_precompile(<target> [header ...]): the standard library's headers, and those named, are parsed once for the target.
# The first one without further headers keeps what it parsed for all others, which must be compiled with the same options.
function(espalier_precompile target)
  if(ARGN OR NOT TARGET espalier_base OR target STREQUAL espalier_base)
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM espalier_base)
  endif()
endfunction()

# espalier_unity(<target>): with ESPALIER_UNITY, its sources are compiled by the dozen. What they define in unnamed namespaces
# then shares one: two sources of a room must not use one name there for one signature. Nor may a name hide
# one of another source. Overloads of one name are chosen from all of them, so names that say what they are for are safest.
function(espalier_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${ESPALIER_UNITY} UNITY_BUILD_BATCH_SIZE 12)
endfunction()

# espalier_library(<target> <alias> SOURCES ...): a static library whose headers are found as <espalier/...>.
function(espalier_library target alias)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(espalier::${alias} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${alias} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
                                              $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:espalier_options>)
  espalier_precompile(${target})
  espalier_unity(${target})
endfunction()
