# Turns text files into one C++ source: cmake -DOUTPUT=assets.cpp "-DASSETS=name=file;..." -P embed.cmake
# Byte arrays and not string literals, because compilers only promise 65,536 characters for those.
set(text "#include \"reports/html/assets.hpp\"\n\nnamespace handfast::reports::html {\n")
foreach(asset IN LISTS ASSETS)
  string(REGEX MATCH "^([a-z_]+)=(.*)$" _ "${asset}")
  set(name ${CMAKE_MATCH_1})
  file(READ "${CMAKE_MATCH_2}" bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND text
    "namespace {\nconstexpr unsigned char ${name}_bytes[] = {${bytes}};\n}\n"
    "std::string_view ${name}() {\n"
    "  return {reinterpret_cast<const char*>(${name}_bytes), sizeof ${name}_bytes};\n}\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}}\n")
