# What `cmake --install` puts where. Components: `program`, `mpi`, `dev` (headers, libraries, what CMake and pkg-config need)
# and `python`. Nothing installed knows where it was built or where it lies: a prefix can be moved.
include(CMakePackageConfigHelpers)

# They show another library to whoever includes them, which is for sources alone.
set(ESPALIER_PRIVATE_HEADERS base/hdf5/hdf5_library.hpp config/table_reader.hpp config/toml_nodes.hpp)
set(ESPALIER_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/espalier)

# espalier_install_headers(<folder> <room>): from the sources; include/espalier/ has links, which would be copied as links.
function(espalier_install_headers folder room)
  file(
    GLOB_RECURSE headers
    RELATIVE ${PROJECT_SOURCE_DIR}/${folder}
    CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
  foreach(header ${headers})
    if(NOT ${room}/${header} IN_LIST ESPALIER_PRIVATE_HEADERS)
      cmake_path(GET header PARENT_PATH inner)
      install(
        FILES ${PROJECT_SOURCE_DIR}/${folder}/${header}
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/espalier/${room}/${inner}
        COMPONENT dev)
    endif()
  endforeach()
endfunction()

# espalier_install_library(<name> <description> <pkg-config's requirements> <libraries without a .pc file>)
function(espalier_install_library name description requires libraries)
  install(TARGETS espalier_${name} EXPORT espalier-${name} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(
    EXPORT espalier-${name}
    NAMESPACE espalier::
    FILE espalier-${name}.cmake
    DESTINATION ${ESPALIER_PACKAGE_DIR}
    COMPONENT dev)
  file(RELATIVE_PATH to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/package/espalier.pc.in ${PROJECT_BINARY_DIR}/package/espalier-${name}.pc @ONLY)
  install(
    FILES ${PROJECT_BINARY_DIR}/package/espalier-${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT dev)
endfunction()

espalier_install_headers(src/base base)
espalier_install_headers(topology topology)
foreach(room ${ESPALIER_CORE_ROOMS})
  espalier_install_headers(src/${room} ${room})
endforeach()

list(TRANSFORM OpenMP_CXX_LIB_NAMES PREPEND "-l" OUTPUT_VARIABLE openmp)
list(JOIN openmp " " openmp)
espalier_install_library(base "Patterns, random streams, files and threads of Espalier" "hdf5-serial zlib" "-pthread")
espalier_install_library(topology "Graph metrics and distances of sparse networks" "espalier-base armadillo" "")
espalier_install_library(core "Training of sparse neural networks"
                         "espalier-topology nlohmann_json tomlplusplus fmt zlib libpng libjpeg" "-ldnnl ${openmp}")

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/package/espalierConfig.cmake.in ${PROJECT_BINARY_DIR}/package/espalierConfig.cmake
  INSTALL_DESTINATION ${ESPALIER_PACKAGE_DIR}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before version 1 a minor version may change what a caller sees.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/espalierConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/package/espalierConfig.cmake
        ${PROJECT_BINARY_DIR}/package/espalierConfigVersion.cmake
        ${PROJECT_SOURCE_DIR}/cmake/FindEspalierArmadillo.cmake
        ${PROJECT_SOURCE_DIR}/cmake/FindEspalierHDF5.cmake
        ${PROJECT_SOURCE_DIR}/cmake/FindEspalierOneDNN.cmake
  DESTINATION ${ESPALIER_PACKAGE_DIR}
  COMPONENT dev)

# espalier_install_program(<target> <name> <component> <folder of its pages and completions>)
function(espalier_install_program target name component pages)
  install(TARGETS ${target} RUNTIME COMPONENT ${component})
  install(DIRECTORY ${pages}/man1/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component})
  install(FILES ${pages}/${name}.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${name}
          COMPONENT ${component})
  install(FILES ${pages}/_${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT ${component})
  install(FILES ${pages}/${name}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT ${component})
endfunction()

espalier_install_program(espalier espalier program ${PROJECT_BINARY_DIR}/src/cli/pages)
if(TARGET espalier_mpi)
  espalier_install_program(espalier_mpi espalier-mpi mpi ${PROJECT_BINARY_DIR}/src/mpi/pages)
endif()
