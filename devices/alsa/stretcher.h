// Sound made longer or shorter by millionths, as it goes: libsamplerate, whose ratio may change from piece to piece.

#pragma once

#include <samplerate.h>

#include <memory>
#include <span>
#include <vector>

#include "libcore/sound/samples.h"

namespace sl::alsa {

class Stretcher {
 public:
  static constexpr std::uint32_t max_channels = 128;  // libsamplerate's

  explicit Stretcher(const Track& track);
  // Stretch by `ratio`, reached at the end of the piece. `last`: return the filter's rest as well. Valid until the next
  // call.
  std::span<const std::byte> stretch(std::span<const std::byte> samples, double ratio, bool last);

 private:
  struct Delete {
    void operator()(SRC_STATE* state) const { src_delete(state); }
  };
  SampleType type_;
  std::size_t channels_;
  std::unique_ptr<SRC_STATE, Delete> state_;
  std::vector<double> values_;
  std::vector<float> in_, out_;
  std::vector<std::byte> bytes_;
};

}  // namespace sl::alsa
