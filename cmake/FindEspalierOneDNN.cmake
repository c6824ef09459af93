# espalier::onednn: oneDNN's own package insists on OpenCL's headers, which only its GPU part needs. Used by the build and,
# installed beside espalierConfig.cmake, by what links to its libraries.
include(FindPackageHandleStandardArgs)
find_path(ESPALIER_ONEDNN_INCLUDE_DIR dnnl.h)
find_library(ESPALIER_ONEDNN_LIBRARY dnnl)
mark_as_advanced(ESPALIER_ONEDNN_INCLUDE_DIR ESPALIER_ONEDNN_LIBRARY)
find_package_handle_standard_args(EspalierOneDNN REQUIRED_VARS ESPALIER_ONEDNN_LIBRARY ESPALIER_ONEDNN_INCLUDE_DIR)
if(EspalierOneDNN_FOUND AND NOT TARGET espalier::onednn)
  add_library(espalier::onednn INTERFACE IMPORTED)
  target_include_directories(espalier::onednn INTERFACE ${ESPALIER_ONEDNN_INCLUDE_DIR})
  target_link_libraries(espalier::onednn INTERFACE ${ESPALIER_ONEDNN_LIBRARY})
endif()
