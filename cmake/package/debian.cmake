# Run by cpack once files are in place, before they are packed: a folder a component in CPACK_TEMPORARY_DIRECTORY.
set(package_of_program espalier)
set(package_of_dev libespalier-dev)
set(package_of_mpi espalier-mpi)
set(package_of_python python3-espalier)

foreach(component ${CPACK_COMPONENTS_ALL})
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  set(package ${package_of_${component}})
  file(COPY ${ESPALIER_DEBIAN_FOLDER}/copyright DESTINATION ${root}/share/doc/${package})
  configure_file(${ESPALIER_DEBIAN_FOLDER}/changelog.in ${root}/share/doc/${package}/changelog @ONLY)
  file(GLOB pages ${root}/share/man/man1/*.1)
  foreach(file ${root}/share/doc/${package}/changelog ${pages})
    execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  # As dh_strip does: neither who compiled an object nor when is any matter of its users.
  file(GLOB_RECURSE archives ${root}/lib/*.a)
  foreach(archive ${archives})
    execute_process(COMMAND strip --strip-debug --remove-section=.comment --remove-section=.note
                            --enable-deterministic-archives ${archive} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endforeach()
