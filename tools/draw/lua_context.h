// The table ctx of draw(canvas, ctx).

#pragma once

#include <lua.hpp>
#include <string>

namespace sl::drawing {

struct Moment;
class Variables;

// Set the members that say which frame is drawn, in the table on the top of the stack. `metadata_seen` is the text of
// the metadata that the table has.
void set_moment(lua_State* lua, const Moment& moment, std::string& metadata_seen);
// Set the user's variables: numbers, true and false, or strings.
void set_variables(lua_State* lua, const Variables& variables);

}  // namespace sl::drawing
