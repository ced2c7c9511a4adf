// APNG out: of each frame the rectangle that changed, without blending, so that every pixel comes back.
//
// The number of frames stands in front of them. In a file that can be changed it is put there at the end; what goes
// into a pipe is kept in memory until it is complete.

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "formats/animation.h"
#include "formats/picture.h"
#include "formats/png/animation.h"
#include "formats/png/deflate.h"
#include "formats/png/metadata.h"
#include "formats/png/png.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/base/times.h"
#include "libcore/media/image.h"

namespace sl {

namespace {

constexpr std::size_t counts_at = 33;  // of the chunk acTL: behind the signature and IHDR

Target memory_target(std::string& bytes, const std::string& name) {
  return Target::callbacks(
      [&bytes](std::span<const std::byte> piece) {
        bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      },
      [] {}, name);
}

std::string chunk_of(std::string_view type, std::string_view data) {
  std::string bytes;
  Target target = memory_target(bytes, "chunk");
  write_png_chunk(target, type, data);
  target.finish();
  return bytes;
}

class ApngEncoder final : public Encoder {
 public:
  explicit ApngEncoder(const EncodeContext& context)
      : target_(context.target),
        left_out_(context.left_out),
        bits_(context.options.text("bits")),
        compression_(png_compression(context)) {}

  Track accept(const Track& offered) override { return png_track(offered, bits_); }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    pixel_ = static_cast<std::size_t>(track_.pixels->components * track_.pixels->sample_bytes());
    screen_ = Image(track_, target_.name(), "a frame of an animation");
    coming_ = Image(track_, target_.name(), "a frame of an animation");
    in_place_ = target_.can_rewrite();
    start_ = target_.position();
    std::string head;
    Target target = memory_target(head, target_.name());
    target.write(std::as_bytes(std::span(png_signature)));
    std::string header(13, '\0');
    store_be(header.data(), track_.width);
    store_be(header.data() + 4, track_.height);
    header[8] = track_.pixels->sample == Sample::U16 ? 16 : 8;
    header[9] = static_cast<char>((track_.pixels->model == Model::Rgb ? 2 : 0) + (track_.pixels->alpha ? 4 : 0));
    write_png_chunk(target, "IHDR", header);
    write_png_chunk(target, "acTL", std::string(8, '\0'));
    write_png_metadata(target, picture, left_out_);
    target.finish();
    put(head);
  }

  void begin_frame(const Frame& frame) override { times_ = frame; }
  void write_rows(const Strip& strip) override { coming_.put(strip); }

  void end_frame() override {
    const std::int64_t begin = times_.pts != no_time ? times_.pts
                               : held_               ? end_of_frame(track_, held_->times, nullptr)
                                                     : 0;
    if (!origin_) origin_ = begin;
    Held next;
    next.times = times_;
    next.times.pts = begin;
    if (held_) release(&next.times);
    const Size size{track_.width, track_.height};
    next.part = frames_ == 0 ? Rect{0, 0, size.width, size.height}
                             : changed_part(screen_.bytes(), coming_.bytes(), size, pixel_);
    if (next.part.width == 0) next.part = {0, 0, 1, 1};
    compress(next);
    std::swap(screen_, coming_);
    ++frames_;
    held_ = std::move(next);
  }

  void flush() override {}

  void finish() override {
    if (held_) release(nullptr);
    held_.reset();
    put(chunk_of("IEND", {}));
    std::string counts(8, '\0');
    store_be(counts.data(), frames_);
    store_be(counts.data() + 4, static_cast<std::uint32_t>(std::clamp<std::int64_t>(track_.loop, 0, 0x7fffffff)));
    const std::string chunk = chunk_of("acTL", counts);
    if (in_place_) {
      target_.flush();
      target_.write_at(start_ + counts_at, std::as_bytes(std::span(chunk)));
      return;
    }
    std::ranges::copy(chunk, kept_.begin() + counts_at);
    target_.write(std::as_bytes(std::span(kept_)));
  }

 private:
  // A frame whose end is not known yet.
  struct Held {
    Frame times;
    Rect part;
    std::string pixels;  // chunks IDAT
  };

  void put(std::string_view bytes) {
    if (in_place_) return target_.write(std::as_bytes(std::span(bytes)));
    check_memory(target_.name(), kept_.size() + bytes.size() + screen_.bytes().size() * 2, "an APNG for a pipe");
    kept_ += bytes;
  }

  void compress(Held& held) {
    Track part = track_;
    part.width = held.part.width;
    part.height = held.part.height;
    Target target = memory_target(held.pixels, target_.name());
    PngDeflater deflater(target, *track_.pixels, part.width, part.height, compression_);
    const std::uint32_t rows = strip_rows(part);
    std::vector<std::byte> copy(
        static_cast<std::size_t>(strip_bytes(*track_.pixels, part.width, std::min(rows, part.height))));
    const std::size_t bytes = part.width * pixel_;
    for (std::uint32_t y = 0; y < part.height; y += rows) {
      const std::uint32_t count = std::min(rows, part.height - y);
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t line = static_cast<std::size_t>(held.part.y) + y + i;
        std::memcpy(copy.data() + i * bytes,
                    coming_.bytes().data() + (line * track_.width + static_cast<std::size_t>(held.part.x)) * pixel_,
                    bytes);
      }
      Strip strip = packed_strip(*track_.pixels, part.width, count, copy.data());
      strip.first = y;
      strip.last = y + count == part.height;
      deflater.write_rows(strip);
    }
    target.finish();
  }

  // Write the frame that is held. `next` begins at its end; null: it is the last one.
  void release(const Frame* next) {
    const std::int64_t end = end_of_frame(track_, held_->times, next);
    const auto [num, den] = delay_until(end);
    std::string data(ApngControl::bytes, '\0');
    store_be(data.data(), sequence_++);
    store_be(data.data() + 4, held_->part.width);
    store_be(data.data() + 8, held_->part.height);
    store_be(data.data() + 12, static_cast<std::uint32_t>(held_->part.x));
    store_be(data.data() + 16, static_cast<std::uint32_t>(held_->part.y));
    store_be(data.data() + 20, num);
    store_be(data.data() + 22, den);
    put(chunk_of("fcTL", data));
    if (sequence_ == 1) return put(held_->pixels);
    constexpr std::size_t head = 8, around = 12;
    for (std::string_view rest = held_->pixels; !rest.empty();) {
      const std::size_t length = load_be<std::uint32_t>(rest.data());
      std::string numbered(4, '\0');
      store_be(numbered.data(), sequence_++);
      numbered += rest.substr(head, length);
      put(chunk_of("fdAT", numbered));
      rest.remove_prefix(length + around);
    }
  }

  // Return the delay up to a time as a fraction: exactly if 16 bits hold it, else in thousandths or coarser, each end
  // rounded once.
  std::pair<std::uint16_t, std::uint16_t> delay_until(std::int64_t end) {
    constexpr std::int64_t most = 65535;
    const std::int64_t ticks = std::max<std::int64_t>(subtract_time(end, held_->times.pts), 0);
    std::int64_t num = 0, den = 1;
    if (!__builtin_mul_overflow(ticks, std::int64_t{track_.time_base.num}, &num)) {
      den = track_.time_base.den;
      const std::int64_t divisor = std::max<std::int64_t>(std::gcd(num, den), 1);
      num /= divisor;
      den /= divisor;
      if (num <= most && den <= most) return {static_cast<std::uint16_t>(num), static_cast<std::uint16_t>(den)};
    }
    for (den = 1000; den > 1; den /= 10) {
      num = rescale(subtract_time(end, *origin_), track_.time_base, {1, den}) -
            rescale(subtract_time(held_->times.pts, *origin_), track_.time_base, {1, den});
      if (num <= most) break;
    }
    return {static_cast<std::uint16_t>(std::clamp<std::int64_t>(num, 0, most)), static_cast<std::uint16_t>(den)};
  }

  Target& target_;
  LeftOut left_out_;
  std::string bits_;
  PngCompression compression_;
  Track track_;
  std::size_t pixel_ = 4;
  Image screen_, coming_;
  Frame times_;
  std::optional<Held> held_;
  std::optional<std::int64_t> origin_;
  std::uint32_t frames_ = 0, sequence_ = 0;
  bool in_place_ = false;
  std::uint64_t start_ = 0;
  std::string kept_;
};

}  // namespace

std::unique_ptr<Encoder> make_apng_encoder(const EncodeContext& context) {
  return std::make_unique<ApngEncoder>(context);
}

extern const Format apng_format;
const Format apng_format{
    .info = apng_info,
    .decoder = make_png_decoder,
    .encoder = make_apng_encoder,
    .intact_part = nullptr,
};

}  // namespace sl
