// Turn, convert, compare in strips.

#include "libcore/pixels/comparison.h"

#include <algorithm>

#include "libcore/base/parse.h"
#include "libcore/pixels/antialiasing.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/ssim.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

// Codes are compared, not the light that they mean.
Track without_colors(Track track) {
  track.color.primaries = track.color.transfer = 2;
  return track;
}

bool may_be_equal(int a, int b) { return a == b || a == 2 || b == 2; }

// A picture in the common format: itself, or a copy that is made when its size is known.
class Prepared {
 public:
  explicit Prepared(const PictureView& picture)
      : track_(without_colors(picture.track)), image_(picture.image), steps_(upright_steps(track_)) {}
  [[nodiscard]] Track upright() const {
    Track track = steps_.track();
    track.orientation = 1;
    return track;
  }
  void convert(const Track& common) {
    steps_.convert_to(common);
    if (steps_.empty()) return;
    copy_ = Image(common, "frame", "comparing it in another format");
    for_each_strip(track_, image_,
                   [&](const Strip& strip) { steps_.push(strip, [&](const Strip& rows) { copy_.put(rows); }); });
  }
  [[nodiscard]] const Image& image() const { return copy_.empty() ? image_ : copy_; }

  template <class Use>
  static void for_each_strip(const Track& track, const Image& image, const Use& use) {
    const std::uint32_t rows = (strip_rows(track) + 7) / 8 * 8;
    for (std::uint32_t y = 0; y < track.height; y += rows) use(image.rows(y, std::min(rows, track.height - y)));
  }

 private:
  Track track_;
  const Image& image_;
  Chain steps_;
  Image copy_;
};

// Values inside ignored rectangles count as equal.
double ssim_of(const Track& track, const Image& a, const Image& b, const std::vector<Rect>& ignored) {
  const Track luma = working(track, WorkingSpace::FloatGray);
  Converter convert_a(track, luma), convert_b(track, luma);
  const bool converts = Converter::needed(track, luma);
  Ssim ssim(track.width, track.height);
  std::vector<float> second;
  Prepared::for_each_strip(track, a, [&](const Strip& strip) {
    // The steps of both get the same strips, so they give the same ones.
    std::vector<float> first;
    const auto take = [&](const Strip& rows) {
      const float* from = rows.planes[0].row<float>(0);
      first.insert(first.end(), from, from + std::size_t{rows.rows} * track.width);
    };
    std::size_t at = 0;
    const auto compare = [&](const Strip& rows) {
      for (std::uint32_t y = 0; y < rows.rows; ++y, at += track.width) {
        const float* own = rows.planes[0].row<float>(y);
        second.assign(own, own + track.width);
        for (const Rect& rect : ignored) {
          if (rows.first + y < rect.y || rows.first + y >= rect.y + rect.height) continue;
          const std::int64_t left = std::min<std::int64_t>(rect.x, track.width);
          const std::int64_t right = std::min<std::int64_t>(rect.x + rect.width, track.width);
          std::copy(first.data() + at + left, first.data() + at + right, second.begin() + left);
        }
        ssim.add(first.data() + at, second.data());
      }
    };
    const Strip other = b.rows(strip.first, strip.rows);
    converts ? convert_a.push(strip, take) : take(strip);
    converts ? convert_b.push(other, compare) : compare(other);
  });
  return ssim.mean();
}

}  // namespace

double parse_tolerance(std::string_view option, std::string_view text) {
  const bool is_percent = text.ends_with('%');
  const auto number = to_number<double>(is_percent ? text.substr(0, text.size() - 1) : text);
  const double most = is_percent ? 100 : 255;
  if (!number || !(*number >= 0 && *number <= most)) bad_value(option, text, "is not 0 to 255, or 0% to 100%");
  return is_percent ? *number * 2.55 : *number;
}

Comparison compare(const PictureView& a, const PictureView& b, const ComparisonOptions& options,
                   const DifferenceMeter::OnRow& on_row) {
  Comparison result;
  Prepared first(a), second(b);
  const Track upright_a = first.upright(), upright_b = second.upright();
  result.same_size = upright_a.width == upright_b.width && upright_a.height == upright_b.height;
  if (!result.same_size) return result;
  result.same_colors = may_be_equal(a.track.color.primaries, b.track.color.primaries) &&
                       may_be_equal(a.track.color.transfer, b.track.color.transfer);
  const Track common = common_track(upright_a, upright_b);
  first.convert(common);
  second.convert(common);
  const PixelFormat& format = *common.pixels;
  const double codes = format.sample == Sample::F32 ? 1 : (1 << format.bits) - 1;
  std::optional<AntialiasTest> edges;
  if (options.antialias) edges.emplace(common, first.image(), second.image());
  std::vector<std::uint8_t> left;
  std::uint64_t smoothed = 0;
  const auto without_edges = [&](std::uint32_t y, std::span<const std::uint8_t> differs) {
    left.assign(differs.begin(), differs.end());
    for (std::uint32_t x = 0; x < left.size(); ++x) {
      if (left[x] == 0 || !edges->is_smoothed(x, y)) continue;
      left[x] = 0;
      ++smoothed;
    }
    if (on_row) on_row(y, left);
  };
  DifferenceMeter meter(common, options.tolerance * codes / 255, options.ignored,
                        edges ? DifferenceMeter::OnRow(without_edges) : on_row);
  Prepared::for_each_strip(common, first.image(),
                           [&](const Strip& strip) { meter.add(strip, second.image().rows(strip.first, strip.rows)); });
  result.samples = meter.result();
  result.samples.differing -= smoothed;
  if (options.ssim) result.ssim = ssim_of(common, first.image(), second.image(), options.ignored);
  return result;
}

}  // namespace sl
