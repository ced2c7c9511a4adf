// Times, sizes and metadata of a frame for a script.

#include "lua_context.h"

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "tools/canvas/frames.h"
#include "variables.h"

namespace sl::drawing {

namespace {

void set_number(lua_State* lua, const char* name, double value) {
  lua_pushnumber(lua, value);
  lua_setfield(lua, -2, name);
}

void set_integer(lua_State* lua, const char* name, std::int64_t value) {
  lua_pushinteger(lua, value);
  lua_setfield(lua, -2, name);
}

void set_nothing(lua_State* lua, const char* name) {
  lua_pushnil(lua);
  lua_setfield(lua, -2, name);
}

void set_seconds(lua_State* lua, const char* name, std::int64_t nanoseconds) {
  if (nanoseconds == no_time) return set_nothing(lua, name);
  set_number(lua, name, static_cast<double>(nanoseconds) / 1e9);
}

void push_json(lua_State* lua, const Json& value) {
  luaL_checkstack(lua, 4, "metadata");
  if (value.is_object()) {
    lua_newtable(lua);
    for (const auto& [name, member] : value.items()) {
      push_json(lua, member);
      lua_setfield(lua, -2, name.c_str());
    }
  } else if (value.is_array()) {
    lua_newtable(lua);
    for (std::size_t i = 0; i < value.size(); ++i) {
      push_json(lua, value[i]);
      lua_seti(lua, -2, static_cast<lua_Integer>(i) + 1);
    }
  } else if (value.is_string()) {
    lua_pushstring(lua, value.get<std::string>().c_str());
  } else if (value.is_boolean()) {
    lua_pushboolean(lua, static_cast<int>(value.get<bool>()));
  } else if (value.is_number_integer()) {
    lua_pushinteger(lua, value.get<lua_Integer>());
  } else if (value.is_number()) {
    lua_pushnumber(lua, value.get<double>());
  } else {
    lua_pushnil(lua);
  }
}

// ctx.metadata is a table, and ctx.detections too: a list of {box = {x, y, width, height}, label =, score =}.
void set_metadata(lua_State* lua, const std::string& text) {
  const Json metadata = text.empty() ? Json::object() : parse_json(text, wire_limit::long_json);
  push_json(lua, metadata);
  lua_setfield(lua, -2, "metadata");
  const auto geometry = metadata.find("geometry");
  const bool has_boxes = geometry != metadata.end() && geometry->is_object() && geometry->contains("detections");
  push_json(lua, has_boxes ? geometry->at("detections") : Json::array());
  lua_setfield(lua, -2, "detections");
}

}  // namespace

void set_moment(lua_State* lua, const Moment& moment, std::string& metadata_seen) {
  const auto& [track, frame, time, level] = moment;
  set_number(lua, "time", time);
  set_integer(lua, "frame_number", static_cast<std::int64_t>(frame.number));
  set_integer(lua, "width", track.width);
  set_integer(lua, "height", track.height);
  if (frame.pts == no_time) {
    set_nothing(lua, "pts");
  } else {
    set_integer(lua, "pts", frame.pts);
  }
  set_seconds(lua, "wall_time", frame.wall);
  set_seconds(lua, "capture_time", frame.capture);
  const std::string source = rest_text(track, "source");
  lua_pushstring(lua, source.c_str());
  lua_setfield(lua, -2, "source_id");
  if (level) {
    set_number(lua, "level", *level);
  } else {
    set_nothing(lua, "level");
  }
  lua_getfield(lua, -1, "metadata");
  const bool is_first = lua_isnil(lua, -1);
  lua_pop(lua, 1);
  if (is_first || frame.metadata != metadata_seen) set_metadata(lua, frame.metadata);
  metadata_seen = frame.metadata;
}

void set_variables(lua_State* lua, const Variables& variables) {
  for (const auto& [name, value] : variables.values()) {
    if (value == "true" || value == "false") {
      lua_pushboolean(lua, static_cast<int>(value == "true"));
    } else if (lua_stringtonumber(lua, value.c_str()) == 0) {
      lua_pushstring(lua, value.c_str());
    }
    lua_setfield(lua, -2, name.c_str());
  }
}

}  // namespace sl::drawing
