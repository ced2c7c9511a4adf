// Histograms and sums.

#include "libcore/pixels/statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "libcore/base/json.h"
#include "libcore/media/sample_type.h"
#include "libcore/pixels/channels.h"
#include "libcore/pixels/convert/color.h"

namespace sl {

namespace {

constexpr std::uint32_t sign = 0x80000000u;

// The place of a float among the 65536 bins of floats with the same first 16 bits, in the order of their values.
std::size_t bin_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return ((bits & sign) != 0 ? ~bits : bits | sign) >> 16;
}

}  // namespace

ChannelStatistics::ChannelStatistics(int largest) : largest_(largest), bins_(largest == 255 ? 256 : 65536) {}

void ChannelStatistics::add(const std::uint8_t* samples, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) ++bins_[samples[i]];
  count_ += count;
}

void ChannelStatistics::add(const std::uint16_t* samples, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) ++bins_[samples[i]];
  count_ += count;
}

void ChannelStatistics::add(const float* samples, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float value = samples[i];
    if (std::isnan(value)) {
      ++not_numbers_;
      continue;
    }
    if (count_++ == 0) minimum_ = maximum_ = origin_ = value;
    minimum_ = std::min<double>(minimum_, value);
    maximum_ = std::max<double>(maximum_, value);
    // Around a value among them, so that squares do not swallow a small deviation.
    const double distance = value - origin_;
    sum_ += distance;
    squares_ += distance * distance;
    below_ += value < 0 ? 1 : 0;
    above_ += value > 1 ? 1 : 0;
    ++bins_[bin_of(value)];
  }
}

double ChannelStatistics::minimum() const {
  if (largest_ == 0) return minimum_;
  return static_cast<double>(std::ranges::find_if(bins_, [](std::uint64_t n) { return n != 0; }) - bins_.begin());
}

double ChannelStatistics::maximum() const {
  if (largest_ == 0) return maximum_;
  const auto last = std::find_if(bins_.rbegin(), bins_.rend(), [](std::uint64_t n) { return n != 0; });
  return static_cast<double>(bins_.rend() - last) - 1;
}

double ChannelStatistics::mean() const {
  if (count_ == 0) return 0;
  if (largest_ == 0) return origin_ + sum_ / static_cast<double>(count_);
  double sum = 0;
  for (std::size_t code = 0; code < bins_.size(); ++code)
    sum += static_cast<double>(code) * static_cast<double>(bins_[code]);
  return sum / static_cast<double>(count_);
}

double ChannelStatistics::deviation() const {
  if (count_ == 0) return 0;
  const double count = static_cast<double>(count_), middle = mean();
  double squares = 0;
  if (largest_ == 0) {
    squares = squares_ - sum_ * sum_ / count;
  } else {
    for (std::size_t code = 0; code < bins_.size(); ++code) {
      const double distance = static_cast<double>(code) - middle;
      squares += distance * distance * static_cast<double>(bins_[code]);
    }
  }
  return std::sqrt(std::max(squares, 0.0) / count);
}

double ChannelStatistics::value_of(std::size_t bin) const {
  if (largest_ != 0) return static_cast<double>(bin);
  const auto bits = static_cast<std::uint32_t>(bin) << 16;
  const auto value = std::bit_cast<float>((bits & sign) != 0 ? bits & ~sign : ~(bits | 0xffff));
  return std::clamp<double>(value, minimum_, maximum_);
}

double ChannelStatistics::percentile(double part) const {
  const double needed = part * static_cast<double>(count_);
  std::uint64_t seen = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += bins_[bin];
    if (bins_[bin] != 0 && static_cast<double>(seen) >= needed) return value_of(bin);
  }
  return maximum();
}

double ChannelStatistics::entropy() const {
  double bits = 0;
  for (const std::uint64_t n : bins_) {
    if (n == 0) continue;
    const double share = static_cast<double>(n) / static_cast<double>(count_);
    bits -= share * std::log2(share);
  }
  return std::abs(bits);
}

std::uint64_t ChannelStatistics::clipped_low() const { return largest_ == 0 ? below_ : bins_[0]; }

std::uint64_t ChannelStatistics::clipped_high() const {
  if (largest_ == 0) return above_;
  std::uint64_t count = 0;
  for (std::size_t code = static_cast<std::size_t>(largest_); code < bins_.size(); ++code) count += bins_[code];
  return count;
}

PictureStatistics::PictureStatistics(const Track& track)
    : track_(track),
      rows_(*track.pixels, track.width),
      reader_(*track.pixels, convert::decide(track, track).from.model, track.width) {
  const auto places = convert::components_of(*track.pixels, convert::decide(track, track).from.model);
  for (int c = 0; c < 4; ++c) {
    if (!places[static_cast<std::size_t>(c)].exists()) continue;
    const int largest = track.pixels->sample == Sample::F32 ? 0 : (1 << track.pixels->bits) - 1;
    channels_.push_back({component_name(track, c), c, ChannelStatistics(largest)});
  }
}

void PictureStatistics::add(const Strip& strip) {
  rows_.add(strip);
  const auto places = convert::components_of(*track_.pixels, convert::decide(track_, track_).from.model);
  for (std::uint32_t y = strip.first; y < strip.first + strip.rows; ++y) {
    for (Channel& channel : channels_) {
      const int shift = places[static_cast<std::size_t>(channel.component)].shift_y;
      if ((y & ((1U << shift) - 1)) != 0) continue;
      const std::byte* row = reader_.row(rows_, channel.component, y >> shift);
      const std::size_t count = reader_.width(channel.component);
      with_sample(*track_.pixels, [&]<class T>(T) { channel.values.add(reinterpret_cast<const T*>(row), count); });
    }
  }
}

Json PictureStatistics::json() const {
  Json all = Json::object();
  for (const Channel& channel : channels_) {
    const ChannelStatistics& values = channel.values;
    Json percentiles = Json::object();
    for (const int part : {1, 5, 25, 50, 75, 95, 99}) {
      percentiles[std::to_string(part)] = values.percentile(part / 100.0);
    }
    Json json{{"minimum", values.minimum()},
              {"maximum", values.maximum()},
              {"mean", values.mean()},
              {"deviation", values.deviation()},
              {"percentiles", percentiles},
              {"entropy", values.entropy()},
              {"clipped", {{"low", json_count(values.clipped_low())}, {"high", json_count(values.clipped_high())}}}};
    if (values.not_numbers() != 0) json["not_numbers"] = json_count(values.not_numbers());
    all[std::string(channel.name)] = json;
  }
  return all;
}

}  // namespace sl
