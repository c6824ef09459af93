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

# GCC collects the garbage of its memory from 128 MB on, a tenth of its time with sources this large; half a gigabyte lets
# most end first.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(espalier_options INTERFACE --param=ggc-min-heapsize=524288 --param=ggc-min-expand=200)
endif()

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

# espalier_precompile(<target> [header ...]): the standard library's headers are parsed once for all targets, which must be
# compiled with the same options; -O1, -O2 and -O3 may share them. With further headers a target has a copy of its own.
function(espalier_precompile target)
  if(ARGN)
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp ${ARGN})
    return()
  endif()
  if(NOT TARGET espalier_precompiled)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cpp CONTENT "")
    add_library(espalier_precompiled OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
    set_target_properties(espalier_precompiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(espalier_precompiled PRIVATE espalier_options Boost::headers nlohmann_json::nlohmann_json)
    target_precompile_headers(espalier_precompiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp)
  endif()
  target_precompile_headers(${target} REUSE_FROM espalier_precompiled)
endfunction()

# espalier_unity(<target>): with ESPALIER_UNITY, its sources are compiled together, those of one room in groups of two dozen:
# what a new source meets is its own room. What a group defines in unnamed namespaces shares one: two sources of a room
# must not use one name there for one signature. Nor may a name hide one of another source. Overloads of one
# name are chosen from all of them, so names that say what they are for are safest.
function(espalier_unity target)
  if(ESPALIER_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    cmake_language(EVAL CODE "cmake_language(DEFER CALL espalier_unity_groups ${target})") # rooms add their sources later
  endif()
endfunction()

function(espalier_unity_groups target)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(ABSOLUTE_PATH source OUTPUT_VARIABLE folder)
    cmake_path(GET folder PARENT_PATH folder)
    foreach(root ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR}) # the first may lie in the second
      cmake_path(IS_PREFIX root ${folder} inside)
      if(inside)
        cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${root})
      endif()
    endforeach()
    string(REGEX REPLACE "^(src/[^/]+|tests/topology/[^/]+|tests/[^/]+).*" "\\1" folder "${folder}")
    string(MAKE_C_IDENTIFIER "${folder}" room)
    math(EXPR ${room} "${${room}} + 1")
    math(EXPR group "(${${room}} - 1) / 24")
    set_property(SOURCE ${source} TARGET_DIRECTORY ${target} PROPERTY UNITY_GROUP ${room}_${group})
  endforeach()
endfunction()

# espalier_optimise(<target> <level>): where the build type asks for -O3. Optimising is most of what compiling costs, and only
# the loops of kernels gain by the last level.
function(espalier_optimise target level)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release,RelWithDebInfo>:${level}>)
endfunction()

# espalier_part(<target> <level>): sources of a library that are optimised at another level; the library takes them in as
# $<TARGET_OBJECTS:target>.
function(espalier_part target level)
  add_library(${target} OBJECT)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  espalier_optimise(${target} ${level})
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  target_link_libraries(${target} PRIVATE espalier_options Boost::headers ${ARGN})
  espalier_precompile(${target})
  espalier_unity(${target})
endfunction()

# espalier_library(<target> <alias> SOURCES ...): a static library whose headers are found as <espalier/...>.
function(espalier_library target alias)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(espalier::${alias} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${alias} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                              $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_20) # headers need it, and so whoever includes them
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:espalier_options>)
  espalier_precompile(${target})
  espalier_unity(${target})
endfunction()
