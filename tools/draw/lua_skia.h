// The table `skia` of scripts.

#pragma once

#include <lua.hpp>
#include <span>

namespace sl::drawing {

// Set the global `skia`.
void open_skia(lua_State* lua);

// Its parts: each adds classes to the table on the top of the stack.
void add_paints(lua_State* lua);
void add_effects(lua_State* lua);
void add_paths(lua_State* lua);
void add_rects(lua_State* lua);
void add_fonts(lua_State* lua);
void add_canvas(lua_State* lua);

struct Constant {
  const char* name;
  lua_Integer value;
};
// Set numbers in the table on the top of the stack.
void set_constants(lua_State* lua, std::span<const Constant> constants);
// Add a table of numbers, which has no other names, to the table on the top of the stack.
void add_constants(lua_State* lua, const char* name, std::span<const Constant> constants);

}  // namespace sl::drawing
