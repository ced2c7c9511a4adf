// Tables of classes, and the nearest name.

#include "lua_class.h"

#include <string>
#include <string_view>

#include "libcore/base/letters_apart.h"

namespace sl::drawing {

namespace {

// Upvalue 1: the title of the table.
int unknown_name(lua_State* lua) {
  const char* const title = lua_tostring(lua, lua_upvalueindex(1));
  const std::string asked = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : luaL_typename(lua, 2);
  std::string nearest;
  std::size_t least = ~std::size_t{0};
  for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING) continue;
    const std::string name = lua_tostring(lua, -2);
    const std::size_t far = letters_apart(asked.substr(0, 64), name);
    if (name.starts_with("__") || far > least || (far == least && name > nearest)) continue;
    least = far;
    nearest = name;
  }
  return luaL_error(lua, "%s has no %s: the nearest name is %s", title, printable(asked, 60).c_str(), nearest.c_str());
}

}  // namespace

void refuse_unknown(lua_State* lua, const char* title) {
  if (lua_getmetatable(lua, -1) == 0) lua_newtable(lua);
  lua_pushstring(lua, title);
  lua_pushcclosure(lua, unknown_name, 1);
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
}

void begin_class(lua_State* lua, const char* name, Function construct, const Method* methods, std::size_t count,
                 Function collect) {
  lua_createtable(lua, 0, static_cast<int>(count));
  for (std::size_t i = 0; i < count; ++i) {
    lua_pushcfunction(lua, methods[i].function);
    lua_setfield(lua, -2, methods[i].name);
  }
  lua_newtable(lua);
  if (construct != nullptr) {
    lua_pushcfunction(lua, construct);
    lua_setfield(lua, -2, "__call");
  }
  lua_setmetatable(lua, -2);
  refuse_unknown(lua, name);
  luaL_newmetatable(lua, name);
  lua_pushvalue(lua, -2);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, collect);
  lua_setfield(lua, -2, "__gc");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, -3, name + std::string_view("skia.").size());
}

}  // namespace sl::drawing
