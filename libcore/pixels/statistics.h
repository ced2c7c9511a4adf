// Statistics of the samples of pictures, for each channel.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libcore/base/json_fwd.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert/rows.h"

namespace sl {

// Of one channel, in codes of its format (floats as they are). A float that is no number counts in `not_numbers` alone.
class ChannelStatistics {
 public:
  // `largest` is the largest code; 0 for floats.
  explicit ChannelStatistics(int largest);

  void add(const std::uint8_t* samples, std::size_t count);
  void add(const std::uint16_t* samples, std::size_t count);
  void add(const float* samples, std::size_t count);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t not_numbers() const { return not_numbers_; }
  [[nodiscard]] double minimum() const;
  [[nodiscard]] double maximum() const;
  [[nodiscard]] double mean() const;
  [[nodiscard]] double deviation() const;  // of all samples, not an estimate from some
  // Return the smallest value that at least `part` (0 to 1) of the samples do not exceed. Exact for integers; of floats
  // the first 8 significant bits.
  [[nodiscard]] double percentile(double part) const;
  // Return Shannon's entropy in bits a sample, of its values (of floats to 8 significant bits).
  [[nodiscard]] double entropy() const;
  // Samples with the smallest code and with the largest one; of floats those below 0 and above 1.
  [[nodiscard]] std::uint64_t clipped_low() const;
  [[nodiscard]] std::uint64_t clipped_high() const;

 private:
  [[nodiscard]] double value_of(std::size_t bin) const;

  int largest_;
  std::uint64_t count_ = 0, not_numbers_ = 0, below_ = 0, above_ = 0;
  double minimum_ = 0, maximum_ = 0, sum_ = 0, squares_ = 0, origin_ = 0;
  std::vector<std::uint64_t> bins_;
};

class PictureStatistics {
 public:
  explicit PictureStatistics(const Track& track);
  // Take the next rows of a picture.
  void add(const Strip& strip);
  // The channels that the format has, in the order red, green, blue (or luma, Cb, Cr; gray), alpha.
  struct Channel {
    std::string_view name;
    int component = 0;
    ChannelStatistics values;
  };
  [[nodiscard]] const std::vector<Channel>& channels() const { return channels_; }
  // Return {"red": {"minimum": 0, ..., "percentiles": {"1": ..., "99": ...}}, ...}.
  [[nodiscard]] Json json() const;

 private:
  Track track_;
  convert::InputRows rows_;
  convert::RowReader reader_;
  std::vector<Channel> channels_;
};

}  // namespace sl
