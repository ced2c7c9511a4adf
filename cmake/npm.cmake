# add_npm_folder(NAME FOLDER): the modules that FOLDER/package-lock.json names, exactly those, in the build; ${NAME} is their
# folder, ${NAME}/.package-lock.json what to depend on.

find_program(NPM npm REQUIRED)

function(add_npm_folder name folder)
  set(place ${PROJECT_BINARY_DIR}/npm/${name})
  add_custom_command(OUTPUT ${place}/node_modules/.package-lock.json
    DEPENDS ${folder}/package.json ${folder}/package-lock.json COMMENT "Installing ${name} by npm"
    COMMAND ${CMAKE_COMMAND} -E make_directory ${place}
    COMMAND ${CMAKE_COMMAND} -E copy ${folder}/package.json ${folder}/package-lock.json ${place}
    COMMAND ${NPM} ci --prefix ${place} --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${place}/node_modules/.package-lock.json)
  set(${name} ${place}/node_modules PARENT_SCOPE)
endfunction()
