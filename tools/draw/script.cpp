// The locked state, its limits, and one call of draw() for each frame.

#include "script.h"

#include <cstdlib>
#include <vector>

#include "libcore/base/report.h"
#include "lua_class.h"
#include "lua_context.h"
#include "lua_skia.h"
#include "script_state.h"
#include "script_thread.h"

namespace sl::drawing {

namespace {

constexpr int steps_between_looks = 1000;

// The place in the script that runs now: "hud.lua:12".
std::string place_in(lua_State* lua, const std::string& name) {
  lua_Debug at{};
  for (int level = 0; lua_getstack(lua, level, &at) != 0; ++level) {
    if (lua_getinfo(lua, "Sl", &at) != 0 && at.currentline > 0) return name + ":" + std::to_string(at.currentline);
  }
  return name;
}

// Called at every thousandth instruction; after a limit, at each one, so that no pcall of the script holds it up.
void look(lua_State* lua, lua_Debug* /*at*/) {
  Running& script = running(lua);
  const bool late = script.late.load();
  script.steps += steps_between_looks;
  if (!late && script.steps <= script.most_steps) return;
  lua_sethook(lua, look, LUA_MASKCOUNT, 1);
  script.status = Status::Limit;
  const std::string place = place_in(lua, script.name);
  if (late)
    luaL_error(lua, "%s: stopped, because it takes too long for one frame: --script-time raises the limit",
               place.c_str());
  luaL_error(lua,
             "%s: stopped after %d million steps for one frame, as in an endless loop: --script-steps raises the limit",
             place.c_str(), static_cast<int>(script.most_steps / 1'000'000));
}

void* allocate(void* data, void* block, std::size_t old_size, std::size_t size) {
  Running& script = *static_cast<Running*>(data);
  const auto more = static_cast<std::int64_t>(size) - static_cast<std::int64_t>(block == nullptr ? 0 : old_size);
  if (size == 0) {
    std::free(block);
    script.memory += more;
    return nullptr;
  }
  if (more > 0 && script.memory + more > script.most_memory) {
    script.out_of_memory = script.lua == nullptr ? script.name : place_in(script.lua, script.name);
    return nullptr;
  }
  void* const place = std::realloc(block, size);
  if (place != nullptr) script.memory += more;
  return place;
}

int print(lua_State* lua) {
  std::string line;
  for (int i = 1; i <= lua_gettop(lua); ++i) {
    line += (i == 1 ? "" : "\t") + std::string(luaL_tolstring(lua, i, nullptr));
    lua_pop(lua, 1);
  }
  report(printable(running(lua).name + ": " + line));
  return 0;
}

// As Lua's own, but without finalizers, which run where no limit holds.
int set_metatable(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  const int type = lua_type(lua, 2);
  if (type != LUA_TNIL && type != LUA_TTABLE) return luaL_typeerror(lua, 2, "nil or table");
  if (type == LUA_TTABLE && lua_getfield(lua, 2, "__gc") != LUA_TNIL)
    return luaL_error(lua, "finalizers are not allowed");
  if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL)
    return luaL_error(lua, "cannot change a protected metatable");
  lua_settop(lua, 2);
  lua_setmetatable(lua, 1);
  return 1;
}

int open_libraries(lua_State* lua) {
  constexpr luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base},
                                    {LUA_TABLIBNAME, luaopen_table},
                                    {LUA_STRLIBNAME, luaopen_string},
                                    {LUA_MATHLIBNAME, luaopen_math},
                                    {LUA_UTF8LIBNAME, luaopen_utf8}};
  for (const luaL_Reg& library : libraries) {
    luaL_requiref(lua, library.name, library.func, 1);
    lua_pop(lua, 1);
  }
  for (const char* name : {"dofile", "loadfile", "load", "collectgarbage", "warn", "require"}) {
    lua_pushnil(lua);
    lua_setglobal(lua, name);
  }
  lua_getglobal(lua, "string");
  lua_pushnil(lua);
  lua_setfield(lua, -2, "dump");
  lua_register(lua, "print", print);
  lua_register(lua, "setmetatable", set_metatable);
  // The same numbers in each run.
  lua_getglobal(lua, "math");
  lua_getfield(lua, -1, "randomseed");
  lua_pushinteger(lua, 1);
  lua_call(lua, 1, 0);
  open_skia(lua);
  lua_newtable(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, "ctx");
  return 0;
}

int check_draw(lua_State* lua) {
  if (lua_getglobal(lua, "draw") == LUA_TFUNCTION) return 0;
  return luaL_error(lua, "%s: it sets no function draw(canvas, ctx)", running(lua).name.c_str());
}

}  // namespace

struct Script::State {
  struct Call {
    State& state;
    const Moment& moment;
    const Variables& variables;
  };
  Running script;
  double seconds = 10;
  ScriptThread thread;
  std::size_t variables_seen = ~std::size_t{0};
  std::string metadata_seen;
  bool is_lost = false;  // its thread did not end: nothing of it can be freed

  [[nodiscard]] std::string message() const;
  void run(const std::function<void()>& work);
  void call(lua_CFunction function, void* data);
  void call(int arguments);
  static int draw_frame(lua_State* lua);
};

// ---- In the thread ----

void Script::State::call(lua_CFunction function, void* data) {
  lua_State* const lua = script.lua;
  lua_settop(lua, 0);
  lua_pushcfunction(lua, function);
  lua_pushlightuserdata(lua, data);
  call(1);
}

// Run the function and its arguments on the top of the stack.
void Script::State::call(int arguments) {
  lua_State* const lua = script.lua;
  script.steps = 0;
  script.status.reset();
  lua_sethook(lua, look, LUA_MASKCOUNT, steps_between_looks);
  const int result = lua_pcall(lua, arguments, 0, 0);
  lua_sethook(lua, nullptr, 0, 0);
  if (result == LUA_OK) return;
  if (result == LUA_ERRMEM)
    throw Error(Status::Limit, script.out_of_memory + ": more than " + std::to_string(script.most_memory >> 20) +
                                   " MiB of memory: --script-memory raises the limit");
  throw Error(script.status.value_or(Status::Data), printable(message()));
}

int Script::State::draw_frame(lua_State* lua) {
  const Call& call = *static_cast<const Call*>(lua_touserdata(lua, 1));
  lua_getglobal(lua, "draw");
  lua_getfield(lua, LUA_REGISTRYINDEX, "canvas");
  lua_getfield(lua, LUA_REGISTRYINDEX, "ctx");
  set_moment(lua, call.moment, call.state.metadata_seen);
  if (call.state.variables_seen != call.variables.version()) set_variables(lua, call.variables);
  call.state.variables_seen = call.variables.version();
  lua_call(lua, 2, 0);
  return 0;
}

// The error on the top of the stack.
std::string Script::State::message() const {
  const std::string text =
      lua_type(script.lua, -1) == LUA_TSTRING ? lua_tostring(script.lua, -1) : "an error that is no text";
  return text.find(script.name) == std::string::npos ? script.name + ": " + text : text;
}

// ---- In the stage ----

void Script::State::run(const std::function<void()>& work) {
  if (thread.run(work, seconds, [this] { script.late = true; })) return;
  // It is inside a function of a library, where no hook runs and the stack stays.
  is_lost = true;
  throw Error(Status::Limit, place_in(script.lua, script.name) +
                                 ": stopped in a function of Lua's library, because it takes too long for one frame: "
                                 "--script-time raises the limit");
}

// The states of scripts whose threads still use them, for the life of the process.
std::vector<std::shared_ptr<Script::State>>& Script::lost_states() {
  static auto* const states = new std::vector<std::shared_ptr<State>>;
  return *states;
}

Script::Script(std::string name, const std::string& text, const Limits& limits, Texts& texts, const Images& images)
    : state_(std::make_shared<State>()) {
  State& state = *state_;
  state.script.name = std::move(name);
  state.script.texts = &texts;
  state.script.images = &images;
  state.script.most_steps = limits.steps;
  state.script.most_memory = limits.memory;
  state.seconds = limits.seconds;
  state.script.lua = lua_newstate(allocate, &state.script);
  if (state.script.lua == nullptr) throw Error(Status::Resources, "no memory for Lua");
  *static_cast<Running**>(lua_getextraspace(state.script.lua)) = &state.script;
  state.run([kept = state_, text] {
    lua_State* const lua = kept->script.lua;
    kept->call(open_libraries, nullptr);
    if (luaL_loadbufferx(lua, text.data(), text.size(), ("@" + kept->script.name).c_str(), "t") != LUA_OK)
      throw Error(Status::Data, printable(kept->message()));
    kept->call(0);
    kept->call(check_draw, nullptr);
  });
}

Script::~Script() {
  if (state_->is_lost) {
    lost_states().push_back(state_);
  } else if (state_->script.lua != nullptr) {
    lua_close(state_->script.lua);
  }
}

void Script::draw(const Moment& moment, const Variables& variables, Canvas& canvas) {
  state_->run([&, kept = state_] {
    State::Call call{*kept, moment, variables};
    kept->script.canvas = &canvas;
    kept->call(State::draw_frame, &call);
    kept->script.canvas = nullptr;
  });
}

void note_status(lua_State* lua, Status status) { running(lua).status = status; }

}  // namespace sl::drawing
