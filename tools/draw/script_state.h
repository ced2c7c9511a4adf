// What a script's functions reach from Lua: shared by the files that bind Lua.

#pragma once

#include <atomic>
#include <lua.hpp>
#include <optional>
#include <string>

#include "images.h"
#include "libcore/base/error.h"
#include "tools/canvas/canvas.h"

namespace sl::drawing {

// Of one lua_State; its extra space holds a pointer to it.
struct Running {
  std::string name;  // of the script
  lua_State* lua = nullptr;
  Texts* texts = nullptr;
  const Images* images = nullptr;
  Canvas* canvas = nullptr;      // of the frame that is drawn
  std::optional<Status> status;  // of an Error that became an error of Lua
  std::int64_t most_steps = 0, steps = 0, most_memory = 0, memory = 0;
  std::string out_of_memory;  // where the script was
  std::atomic<bool> late{false};
};

[[nodiscard]] inline Running& running(lua_State* lua) { return **static_cast<Running**>(lua_getextraspace(lua)); }

}  // namespace sl::drawing
