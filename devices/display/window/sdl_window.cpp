// Opening the window, drawing into it, and its keys.

#include "devices/display/window/sdl_window.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "devices/display/window/glyphs.h"
#include "devices/display/window/x11_window.h"
#include "libcore/base/error.h"
#include "libcore/base/report.h"

namespace sl::window {

namespace {

using viewer::Command;

[[noreturn]] void fail(const std::string& what) { throw Error(Status::Unavailable, what + ": " + SDL_GetError()); }

void display_is_gone() {
  warn("the display has disappeared");
  _exit(static_cast<int>(Status::Unavailable));
}

std::optional<Command> command_of(const SDL_KeyboardEvent& key) {
  struct Key {
    SDL_Keycode code;
    Command command;
    bool repeats = false;
  };
  constexpr Key keys[] = {{SDLK_RIGHT, Command::Forward, true},
                          {SDLK_LEFT, Command::Back, true},
                          {SDLK_SPACE, Command::Pause},
                          {SDLK_s, Command::Save},
                          {SDLK_f, Command::FullScreen},
                          {SDLK_i, Command::Information},
                          {SDLK_q, Command::Quit},
                          {SDLK_ESCAPE, Command::Quit}};
  const auto* const found = std::ranges::find(keys, key.keysym.sym, &Key::code);
  return found == std::end(keys) || (key.repeat != 0 && !found->repeats) ? std::nullopt : std::optional(found->command);
}

// The size of an image with square pixels; it uses all of the image's own pixels.
SDL_FPoint square_size(const viewer::Image& image) {
  const auto width = static_cast<float>(image.width), height = static_cast<float>(image.height);
  const auto aspect = static_cast<float>(image.pixel_aspect);
  return aspect >= 1 ? SDL_FPoint{width * aspect, height} : SDL_FPoint{width, height / aspect};
}

// Whether what looks like a graphics card is the processor (Mesa without one): then SDL's own loops take a tenth of the
// time. Of a 1080p picture: 24 ms by llvmpipe, 2 by those.
bool is_drawn_by_processor(SDL_Renderer* renderer) {
  SDL_RendererInfo info;
  if (SDL_GetRendererInfo(renderer, &info) != 0 || (info.flags & SDL_RENDERER_SOFTWARE) != 0) return true;
  if (std::string_view(info.name).substr(0, 6) != "opengl") return false;
  using GetString = const char* (*)(unsigned);
  const auto get = reinterpret_cast<GetString>(SDL_GL_GetProcAddress("glGetString"));
  constexpr unsigned name_of_renderer = 0x1F01;
  const char* const name = get == nullptr ? nullptr : get(name_of_renderer);
  return name != nullptr && (std::strstr(name, "llvmpipe") != nullptr || std::strstr(name, "softpipe") != nullptr ||
                             std::strstr(name, "Software Rasterizer") != nullptr);
}

}  // namespace

SdlWindow::Library::Library() {
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
  SDL_SetHint(SDL_HINT_APP_NAME, "sl-display");
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");  // else OpenGL would show the picture drawn without it
  //   // SDL would try its offscreen drivers next.
  const char* const x11 = SDL_getenv("DISPLAY");
  const bool has_wayland = SDL_getenv("WAYLAND_DISPLAY") != nullptr;
  const bool has_x11 = x11 != nullptr && *x11 != '\0';
  SDL_SetHint(SDL_HINT_VIDEODRIVER, !has_wayland ? "x11" : has_x11 ? "x11,wayland" : "wayland");
  if (SDL_Init(SDL_INIT_VIDEO) != 0)
    fail(has_x11 && !has_wayland ? "no window on display " + printable(x11) : "no window");
}

SdlWindow::SdlWindow(bool full_screen) : full_screen_(full_screen) {
  create(0);
  if (!renderer_ || is_drawn_by_processor(renderer_.get())) create(SDL_RENDERER_SOFTWARE);
  if (!renderer_) fail("no window");
  fd_ = watch_x11(window_.get(), display_is_gone);
}

SdlWindow::~SdlWindow() = default;

// The window with it: one that OpenGL drew into is not for others.
void SdlWindow::create(std::uint32_t renderer_flags) {
  renderer_.reset();
  window_.reset(SDL_CreateWindow("sl-display", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, 640, 480,
                                 SDL_WINDOW_HIDDEN | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI));
  if (!window_) fail("no window");
  renderer_.reset(SDL_CreateRenderer(window_.get(), -1, renderer_flags));
}

// As large as the picture if the screen has room for it and for the frame.
void SdlWindow::open_for(int width, int height) {
  SDL_Rect usable{0, 0, 640, 480};
  SDL_GetDisplayUsableBounds(std::max(SDL_GetWindowDisplayIndex(window_.get()), 0), &usable);
  const double fits = std::min({1.0, usable.w * 1.0 / width, usable.h * 1.0 / height});
  SDL_SetWindowSize(window_.get(), std::max(static_cast<int>(width * fits), 1),
                    std::max(static_cast<int>(height * fits), 1));
  SDL_SetWindowPosition(window_.get(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED);
  SDL_ShowWindow(window_.get());
  if (full_screen_) SDL_SetWindowFullscreen(window_.get(), SDL_WINDOW_FULLSCREEN_DESKTOP);
  shown_ = true;
}

void SdlWindow::make_texture(const viewer::Image& image) {
  const int width = static_cast<int>(image.width), height = static_cast<int>(image.height);
  if (!texture_ || width != texture_width_ || height != texture_height_) {
    texture_.reset(
        SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_RGB24, SDL_TEXTUREACCESS_STREAMING, width, height));
    if (!texture_) fail("a picture in the window");
    texture_width_ = width;
    texture_height_ = height;
  }
  if (SDL_UpdateTexture(texture_.get(), nullptr, image.samples, 3 * width) != 0) fail("a picture in the window");
}

void SdlWindow::show(const viewer::Image& image, const std::vector<std::string>& lines, Kind) {
  const SDL_FPoint size = square_size(image);
  if (!shown_) open_for(static_cast<int>(std::lround(size.x)), static_cast<int>(std::lround(size.y)));
  make_texture(image);
  int width = 0, height = 0;
  SDL_GetRendererOutputSize(renderer_.get(), &width, &height);
  const double fits = std::min(width / double{size.x}, height / double{size.y});
  SDL_Rect place{0, 0, static_cast<int>(std::lround(size.x * fits)), static_cast<int>(std::lround(size.y * fits))};
  place.x = (width - place.w) / 2;
  place.y = (height - place.h) / 2;
  SDL_SetRenderDrawColor(renderer_.get(), 0, 0, 0, 255);
  SDL_RenderClear(renderer_.get());
  SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, &place);
  if (!lines.empty()) draw_lines(lines);
  SDL_RenderPresent(renderer_.get());
}

void SdlWindow::draw_lines(const std::vector<std::string>& lines) {
  constexpr int scale = 2, margin = 8;
  std::size_t longest = 0;
  for (const std::string& line : lines) longest = std::max(longest, line.size());
  const SDL_Rect ground{margin, margin, static_cast<int>(longest) * glyph_width * scale + 2 * margin,
                        static_cast<int>(lines.size()) * glyph_height * scale + 2 * margin};
  SDL_SetRenderDrawBlendMode(renderer_.get(), SDL_BLENDMODE_BLEND);
  SDL_SetRenderDrawColor(renderer_.get(), 0, 0, 0, 160);
  SDL_RenderFillRect(renderer_.get(), &ground);
  std::vector<SDL_Rect> dots;
  for (std::size_t row = 0; row < lines.size(); ++row) {
    for (std::size_t column = 0; column < lines[row].size(); ++column) {
      const auto& rows = glyph(lines[row][column]);
      for (int y = 0; y < glyph_height; ++y) {
        for (int x = 0; x < glyph_width; ++x) {
          if ((rows[static_cast<std::size_t>(y)] & 0x80 >> x) == 0) continue;
          dots.push_back({ground.x + margin + (static_cast<int>(column) * glyph_width + x) * scale,
                          ground.y + margin + (static_cast<int>(row) * glyph_height + y) * scale, scale, scale});
        }
      }
    }
  }
  SDL_SetRenderDrawColor(renderer_.get(), 255, 255, 255, 255);
  SDL_RenderFillRects(renderer_.get(), dots.data(), static_cast<int>(dots.size()));
}

std::optional<Command> SdlWindow::command() {
  SDL_Event event;
  while (SDL_PollEvent(&event) == 1) {
    if (event.type == SDL_QUIT) return Command::Quit;
    if (event.type == SDL_WINDOWEVENT &&
        (event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED || event.window.event == SDL_WINDOWEVENT_EXPOSED)) {
      return Command::Redraw;
    }
    if (event.type != SDL_KEYDOWN) continue;
    const auto command = command_of(event.key);
    if (command == Command::FullScreen) {
      full_screen_ = !full_screen_;
      SDL_SetWindowFullscreen(window_.get(), full_screen_ ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
    }
    if (command) return command;
  }
  return std::nullopt;
}

viewer::Room SdlWindow::room() const {
  if (!shown_) {
    SDL_Rect usable{};
    if (SDL_GetDisplayUsableBounds(0, &usable) != 0) return {};
    return {static_cast<std::uint32_t>(usable.w), static_cast<std::uint32_t>(usable.h)};
  }
  int width = 0, height = 0;
  SDL_GetRendererOutputSize(renderer_.get(), &width, &height);
  return {static_cast<std::uint32_t>(std::max(width, 1)), static_cast<std::uint32_t>(std::max(height, 1))};
}

}  // namespace sl::window
