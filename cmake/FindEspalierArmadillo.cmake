# espalier::armadillo: CMake's own module gives no target. Used by the build and, installed beside espalierConfig.cmake, by
# what links to its libraries.
include(FindPackageHandleStandardArgs)
find_package(Armadillo QUIET)
find_package_handle_standard_args(EspalierArmadillo REQUIRED_VARS ARMADILLO_LIBRARIES ARMADILLO_INCLUDE_DIRS
                                  VERSION_VAR ARMADILLO_VERSION_STRING)
if(EspalierArmadillo_FOUND AND NOT TARGET espalier::armadillo)
  add_library(espalier::armadillo INTERFACE IMPORTED)
  target_include_directories(espalier::armadillo INTERFACE ${ARMADILLO_INCLUDE_DIRS})
  target_link_libraries(espalier::armadillo INTERFACE ${ARMADILLO_LIBRARIES})
  # accu() would split its sum by the number of threads, and results must not depend on it.
  target_compile_definitions(espalier::armadillo INTERFACE ARMA_DONT_USE_OPENMP)
endif()
