// skia.Font, skia.Typeface and skia.FontStyle.

#include <algorithm>

#include "lua_args.h"
#include "lua_skia.h"
#include "script_state.h"

namespace sl::drawing {

namespace {

struct FontStyle {
  int weight = 400, stretch = 5, slant = 0;
};
struct Typeface {
  std::string family = "sans";
  FontStyle style;
};

}  // namespace

template <>
struct ClassName<FontStyle> {
  static constexpr const char* name = "skia.FontStyle";
};
template <>
struct ClassName<Typeface> {
  static constexpr const char* name = "skia.Typeface";
};

namespace {

int font_style(lua_State* lua) {
  Args args(lua);
  const auto whole = [&](int otherwise, int least, int most) {
    return static_cast<int>(std::clamp(args.number_or(otherwise), double(least), double(most)));
  };
  FontStyle style;
  style.weight = whole(400, 1, 1000);
  style.stretch = whole(5, 1, 9);
  style.slant = whole(0, 0, 2);
  return push(lua, style);
}
template <int weight, int slant>
int named_style(lua_State* lua) {
  return push(lua, FontStyle{weight, 5, slant});
}
constexpr Method style_methods[] = {{"Normal", named_style<400, 0>},
                                    {"Bold", named_style<700, 0>},
                                    {"Italic", named_style<400, 1>},
                                    {"BoldItalic", named_style<700, 1>}};
constexpr Constant style_constants[] = {{"kThin_Weight", 100},   {"kLight_Weight", 300},    {"kNormal_Weight", 400},
                                        {"kMedium_Weight", 500}, {"kSemiBold_Weight", 600}, {"kBold_Weight", 700},
                                        {"kBlack_Weight", 900},  {"kCondensed_Width", 3},   {"kNormal_Width", 5},
                                        {"kExpanded_Width", 7},  {"kUpright_Slant", 0},     {"kItalic_Slant", 1},
                                        {"kOblique_Slant", 2}};

template <int first>
int typeface(lua_State* lua) {
  Args args(lua, first);
  Typeface face;
  if (args.has()) {
    face.family = args.text();
  } else {
    args.skip();
  }
  if (const FontStyle* style = args.object_if<FontStyle>()) face.style = *style;
  return push(lua, std::move(face));
}
constexpr Method typeface_methods[] = {{"MakeFromName", guarded<typeface<1>>}, {"MakeDefault", guarded<typeface<1>>}};

void set_face(Font& font, const Typeface& face) {
  font.family = face.family;
  font.weight = face.style.weight;
  font.stretch = face.style.stretch;
  font.slant = face.style.slant;
}

double size_at(Args& args) { return std::clamp(args.number_or(12), 0.0, 10000.0); }

// Font(), Font(typeface), Font(typeface, size), Font(nil, size), and Font("DejaVu Sans", size).
int new_font(lua_State* lua) {
  Args args(lua);
  Font font;
  if (const Typeface* face = args.object_if<Typeface>()) {
    set_face(font, *face);
  } else if (lua_type(lua, 2) == LUA_TSTRING) {
    font.family = args.text();
  } else if (!args.is_number()) {
    if (args.has()) luaL_typeerror(lua, 2, "skia.Typeface");
    args.skip();
  }
  font.size = size_at(args);
  return push(lua, std::move(font));
}
int set_size(lua_State* lua) {
  Args args(lua);
  checked<Font>(lua, 1).size = size_at(args);
  return 0;
}
int get_size(lua_State* lua) {
  lua_pushnumber(lua, checked<Font>(lua, 1).size);
  return 1;
}
int set_typeface(lua_State* lua) {
  set_face(checked<Font>(lua, 1), checked<Typeface>(lua, 2));
  return 0;
}

TextSize measure(lua_State* lua, std::string text) {
  return running(lua).texts->size_of({std::move(text), checked<Font>(lua, 1), {}, std::nullopt, Align::Left, 1});
}
int measure_text(lua_State* lua) {
  lua_pushnumber(lua, measure(lua, Args(lua).text()).width);
  return 1;
}
int get_spacing(lua_State* lua) {
  lua_pushnumber(lua, measure(lua, "x").height);
  return 1;
}
int get_metrics(lua_State* lua) {
  const TextSize size = measure(lua, "x");
  const double x_height = -size.ink.top, cap_height = -measure(lua, "H").ink.top;
  lua_createtable(lua, 0, 5);
  const auto set = [&](const char* name, double value) {
    lua_pushnumber(lua, value);
    lua_setfield(lua, -2, name);
  };
  set("fAscent", -size.baseline);
  set("fDescent", size.height - size.baseline);
  set("fLeading", 0);
  set("fXHeight", x_height);
  set("fCapHeight", cap_height);
  return 1;
}
constexpr Method font_methods[] = {{"setSize", guarded<set_size>},         {"getSize", guarded<get_size>},
                                   {"setTypeface", guarded<set_typeface>}, {"measureText", guarded<measure_text>},
                                   {"getSpacing", guarded<get_spacing>},   {"getMetrics", guarded<get_metrics>}};

}  // namespace

void add_fonts(lua_State* lua) {
  begin_class<FontStyle>(lua, guarded<font_style>, style_methods);
  set_constants(lua, style_constants);
  lua_pop(lua, 1);
  begin_class<Typeface>(lua, guarded<typeface<2>>, typeface_methods);
  lua_pop(lua, 1);
  begin_class<Font>(lua, guarded<new_font>, font_methods);
  lua_pop(lua, 1);
}

}  // namespace sl::drawing
