// From the wire's samples to floats, through the library, and back.

#include "devices/alsa/stretcher.h"

#include "libcore/base/error.h"
#include "libcore/media/track.h"

namespace sl::alsa {

// Medium: a passband of 90 % of half the rate and 121 dB below it, for 1 % of a core.
Stretcher::Stretcher(const Track& track) : type_(sample_type(track)), channels_(track.channels) {
  int error = 0;
  state_.reset(src_new(SRC_SINC_MEDIUM_QUALITY, static_cast<int>(channels_), &error));
  if (!state_) throw Error(Status::Resources, std::string("resampling: ") + src_strerror(error));
}

std::span<const std::byte> Stretcher::stretch(std::span<const std::byte> samples, double ratio, bool last) {
  const std::size_t count = samples.size() / sample_bytes(type_);
  values_.resize(count);
  read_samples(type_, samples, values_);
  in_.assign(values_.begin(), values_.end());
  constexpr std::size_t held = 1024;  // more than the filter keeps
  const std::size_t frames = count / channels_, room = frames + frames / 64 + held;
  out_.resize(room * channels_);
  SRC_DATA data{};
  data.data_in = in_.data();
  data.data_out = out_.data();
  data.input_frames = static_cast<long>(frames);
  data.output_frames = static_cast<long>(room);
  data.end_of_input = last ? 1 : 0;
  data.src_ratio = ratio;
  const int error = src_process(state_.get(), &data);
  if (error != 0 || data.input_frames_used != data.input_frames) {
    throw Error(Status::Bug, std::string("resampling: ") + src_strerror(error));
  }
  values_.assign(out_.begin(), out_.begin() + data.output_frames_gen * static_cast<long>(channels_));
  bytes_.resize(values_.size() * sample_bytes(type_));
  write_samples(type_, values_, bytes_);
  return bytes_;
}

}  // namespace sl::alsa
