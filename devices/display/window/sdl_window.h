// A window by SDL, on X11 or Wayland.

#pragma once

#include <SDL2/SDL.h>

#include <cstdint>
#include <memory>

#include "devices/display/window/sdl_sound.h"

namespace sl::window {

class SdlWindow : public viewer::Display {
 public:
  // Throw Unavailable if no window can be opened.
  explicit SdlWindow(bool full_screen);
  SdlWindow(const SdlWindow&) = delete;
  SdlWindow& operator=(const SdlWindow&) = delete;
  ~SdlWindow() override;

  void show(const viewer::Image& image, const std::vector<std::string>& lines, Kind kind) override;
  void set_title(const std::string& title) override { SDL_SetWindowTitle(window_.get(), title.c_str()); }
  [[nodiscard]] bool ready() override { return true; }
  std::optional<viewer::Command> command() override;
  [[nodiscard]] int fd() const override { return fd_; }
  [[nodiscard]] viewer::Room room() const override;
  [[nodiscard]] bool holds_stills() const override { return true; }
  [[nodiscard]] viewer::Speaker* speaker() override { return &sound_; }

 private:
  struct Destroy {
    void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
    void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
    void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
  };
  void create(std::uint32_t renderer_flags);
  void open_for(int width, int height);
  void make_texture(const viewer::Image& image);
  void draw_lines(const std::vector<std::string>& lines);

  struct Library {
    Library();
    ~Library() { SDL_Quit(); }
  } library_;
  std::unique_ptr<SDL_Window, Destroy> window_;
  std::unique_ptr<SDL_Renderer, Destroy> renderer_;
  std::unique_ptr<SDL_Texture, Destroy> texture_;
  int texture_width_ = 0, texture_height_ = 0;
  SdlSound sound_;
  int fd_ = -1;
  bool shown_ = false, full_screen_;
};

}  // namespace sl::window
