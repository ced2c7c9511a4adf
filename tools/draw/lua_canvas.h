// skia.Canvas: what a script draws becomes commands. There is one, which is valid while draw() runs.

#pragma once

#include <span>

#include "lua_class.h"
#include "tools/canvas/canvas.h"

namespace sl::drawing {

// The object that scripts have.
struct CanvasHandle {};
template <>
struct ClassName<CanvasHandle> {
  static constexpr const char* name = "skia.Canvas";
};

// Return the canvas of the frame that is drawn, for the object at argument 1; else raise an error.
[[nodiscard]] Canvas& canvas_of(lua_State* lua);

// The methods for the transform and the clip.
[[nodiscard]] std::span<const Method> canvas_state_methods();

}  // namespace sl::drawing
