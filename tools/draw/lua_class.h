// C++ values as objects of Lua. A class is a table of its methods and constants in the table `skia`; a name that it
// lacks is an error that names the nearest one. Lua is compiled as C++: its errors are exceptions, so destructors run.

#pragma once

#include <lua.hpp>
#include <new>
#include <string>
#include <utility>

#include "libcore/base/error.h"

namespace sl::drawing {

// The names of the classes, by their types: specialised where a class is defined.
template <class T>
struct ClassName;

using Function = int (*)(lua_State*);

// Keep the status of an Error for the end of the script.
void note_status(lua_State* lua, Status status);

// A function of C++ for Lua: an Error becomes an error of Lua, with the script's line.
template <Function function>
int guarded(lua_State* lua) {
  std::string message;
  try {
    return function(lua);
  } catch (const Error& error) {
    note_status(lua, error.status());
    message = error.what();
  }
  return luaL_error(lua, "%s", message.c_str());
}
struct Method {
  const char* name;
  Function function;
};

// Add a class to the table `skia` on the top of the stack. `construct` makes an object from the arguments from 2 on;
// null: no object is made so. Leave its table on the stack.
void begin_class(lua_State* lua, const char* name, Function construct, const Method* methods, std::size_t count,
                 Function collect);
// Make an unknown name in the table on the top of the stack an error: "skia.Paint has no x: y is the nearest name".
void refuse_unknown(lua_State* lua, const char* title);

template <class T>
int collect(lua_State* lua) {
  static_cast<T*>(lua_touserdata(lua, 1))->~T();
  return 0;
}

template <class T, std::size_t n>
void begin_class(lua_State* lua, Function construct, const Method (&methods)[n]) {
  begin_class(lua, ClassName<T>::name, construct, methods, n, collect<T>);
}

template <class T>
int push(lua_State* lua, T value) {
  void* const place = lua_newuserdatauv(lua, sizeof(T), 0);
  new (place) T(std::move(value));
  luaL_setmetatable(lua, ClassName<T>::name);
  return 1;
}

// Return the object at an argument, or null for another value.
template <class T>
[[nodiscard]] T* object_at(lua_State* lua, int argument) {
  return static_cast<T*>(luaL_testudata(lua, argument, ClassName<T>::name));
}
// The same, but raise an error.
template <class T>
[[nodiscard]] T& checked(lua_State* lua, int argument) {
  return *static_cast<T*>(luaL_checkudata(lua, argument, ClassName<T>::name));
}

}  // namespace sl::drawing
