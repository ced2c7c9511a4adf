// Sound through SDL: the default device of any sound system.

#pragma once

#include <SDL2/SDL.h>

#include "devices/display/viewer/display.h"

namespace sl::window {

class SdlSound : public viewer::Speaker {
 public:
  SdlSound() = default;
  SdlSound(const SdlSound&) = delete;
  SdlSound& operator=(const SdlSound&) = delete;
  ~SdlSound() override { close(); }

  bool open(const Track& track) override;
  void queue(std::span<const std::byte> samples) override;
  [[nodiscard]] std::int64_t queued() const override;
  void pause(bool paused) override;
  void clear() override;

 private:
  void close();

  SDL_AudioDeviceID device_ = 0;
  std::int64_t bytes_per_second_ = 1, block_ = 0;  // block_: ns that the device has taken and not played
};

}  // namespace sl::window
