// ICO and CUR in: one of the pictures, each a bitmap with a mask behind it, or a PNG.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "formats/bmp/bmp.h"
#include "formats/bmp/dib.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/image.h"

namespace sl::bmp {

namespace {

constexpr std::size_t header_bytes = 6, entry_bytes = 16;

// A line of the directory.
struct Entry {
  std::uint32_t width = 0, height = 0, bits = 0, bytes = 0, offset = 0, hot_x = 0, hot_y = 0;
};

class IconDecoder final : public StillDecoder {
 public:
  explicit IconDecoder(const DecodeContext& context)
      : StillDecoder(context, "ICO"),
        start_(source_.position()),
        page_(static_cast<std::size_t>(context.options.integer("page"))) {}

  Picture header() override {
    const Entry entry = choose();
    const std::uint64_t here = source_.position() - start_;
    if (entry.offset < here) fail("a picture inside the directory");
    if (source_.skip(entry.offset - here) < entry.offset - here) fail("truncated before the picture");
    const auto head = source_.peek(sniff_bytes);
    const Format* const format = find_format_by_content(head);
    if (format != nullptr && format->info.name == "PNG") return png_header(*format);
    dib_ = read_dib(source_, true, 0, [this](const std::string& what) { fail(what); });
    track_.pixels = &pixel_format("rgba");
    track_.width = dib_.width;
    track_.height = dib_.height;
    track_.color.matrix = 0;
    track_.color.range = Range::Full;
    track_.alpha = Alpha::Straight;
    frame_ = Image(track_, source_.name(), "a picture of an icon");
    add_meta(track_, Json{{"format", "ICO"}, {"bits", dib_.bits}});
    Picture picture;
    picture.track = track_;
    return picture;
  }

  std::optional<Frame> next_frame() override {
    if (!png_) return StillDecoder::next_frame();
    auto frame = png_->next_frame();
    if (!frame) end();
    return frame;
  }

  Strip read_rows(std::uint32_t at_most) override {
    if (png_) return png_->read_rows(at_most);
    if (row_ == 0) read_frame();
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    const bool damaged = row_ < damaged_to_;
    const std::size_t row = std::size_t{track_.width} * 4;
    return next_strip(damaged ? std::min(rows, damaged_to_ - row_) : rows, frame_.bytes().data() + row_ * row, damaged);
  }

 private:
  // Read the directory. Return its line of the largest picture, of the most colours among equals, or that of --page.
  Entry choose() {
    std::vector<std::byte> bytes(header_bytes);
    if (source_.read_all(bytes) < header_bytes) fail("truncated in the directory");
    const bool is_cursor = load_le<std::uint16_t>(bytes.data() + 2) == 2;
    count_ = load_le<std::uint16_t>(bytes.data() + 4);
    if (page_ > count_) {
      throw Error(Status::Data,
                  source_.name() + ": ICO: no page " + std::to_string(page_) + " in " + std::to_string(count_));
    }
    bytes.resize(count_ * entry_bytes);
    if (source_.read_all(bytes) < bytes.size()) fail("truncated in the directory");
    std::optional<Entry> best;
    for (std::size_t i = 0; i < count_; ++i) {
      const Entry entry = read_entry(bytes.data() + i * entry_bytes, is_cursor);
      end_ = std::max(end_, std::uint64_t{entry.offset} + entry.bytes);
      const auto worth = [](const Entry& e) { return std::pair(e.width * e.height, e.bits); };
      const bool wanted = page_ == 0 ? !best || worth(entry) > worth(*best) : i + 1 == page_;
      if (!wanted) continue;
      best = entry;
      number_ = i + 1;
    }
    if (!best) fail("no picture");
    if (is_cursor) hot_ = std::pair(best->hot_x, best->hot_y);
    return *best;
  }

  static Entry read_entry(const std::byte* at, bool is_cursor) {
    const auto side = [](std::byte b) { return b == std::byte{0} ? 256u : std::to_integer<unsigned>(b); };
    Entry entry;
    entry.width = side(at[0]);
    entry.height = side(at[1]);
    const unsigned first = load_le<std::uint16_t>(at + 4), second = load_le<std::uint16_t>(at + 6);
    if (is_cursor) {
      entry.hot_x = first;
      entry.hot_y = second;
    } else {
      entry.bits = second;
    }
    entry.bytes = load_le<std::uint32_t>(at + 8);
    entry.offset = load_le<std::uint32_t>(at + 12);
    return entry;
  }

  void add_meta(Track& track, Json meta) const {
    meta["pictures"] = count_;
    meta["picture"] = number_;
    if (hot_) meta["hot_spot"] = std::to_string(hot_->first) + "," + std::to_string(hot_->second);
    Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
    for (const auto& [name, value] : meta.items()) rest["meta"][name] = value;
    track.rest = write_json(rest);
  }

  Picture png_header(const Format& format) {
    png_options_.emplace(format.info.decode_options);
    DecodeContext context{source_, *png_options_, salvage_, warn_, left_out_};
    png_ = format.decoder(context);
    Picture picture = png_->header();
    add_meta(picture.track, Json{{"format", "ICO"}, {"coded_as", "PNG"}});
    return picture;
  }

  void read_frame() {
    const PixelFormat& pixels = dib_.pixels();
    DibRows rows(dib_);
    std::vector<std::byte> row(static_cast<std::size_t>(row_bytes(pixels, 0, dib_.width)));
    bool transparent = false;  // any alpha at all
    try {
      for (std::uint32_t done = 0; done < dib_.height; ++done) {
        lowest_ = dib_.top_down ? done : dib_.height - 1 - done;
        rows.read(source_, row.data());
        transparent = put_row(pixels, row, frame_.strip().planes[0].row<std::uint8_t>(lowest_)) || transparent;
      }
      if (transparent) return;
      read_mask();
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      damage(error.what() + std::string(" in the picture"), "the rest is transparent");
      lost_ = true;
      damaged_to_ = dib_.height;
      if (!in_mask_ && !dib_.top_down)
        std::ranges::fill(frame_.bytes().first((lowest_ + 1) * std::size_t{dib_.width} * 4), std::byte{0});
      if (!in_mask_ && dib_.top_down)
        std::ranges::fill(frame_.bytes().subspan(lowest_ * std::size_t{dib_.width} * 4), std::byte{0});
    }
  }

  // Return whether any alpha is above 0. Pixels without alpha are opaque.
  [[nodiscard]] bool put_row(const PixelFormat& pixels, const std::vector<std::byte>& row, std::uint8_t* to) const {
    const auto* from = reinterpret_cast<const std::uint8_t*>(row.data());
    std::uint8_t all = 0;
    for (std::uint32_t x = 0; x < dib_.width; ++x, to += 4) {
      if (pixels.sample == Sample::U16) {
        for (std::size_t c = 0; c < 4; ++c) to[c] = c < 3 || pixels.alpha ? from[c * 2 + 1] : 255;
        from += pixels.components * 2;
        all |= pixels.alpha ? to[3] : std::uint8_t{0};
        continue;
      }
      const bool gray = pixels.model == Model::Gray;
      for (std::size_t c = 0; c < 3; ++c) to[c] = from[gray ? 0 : c];
      to[3] = pixels.alpha ? from[3] : 255;
      if (pixels.alpha) all |= from[3];
      from += pixels.components;
    }
    return all != 0;
  }

  // A bit for each pixel, set where it is transparent. Files without a mask exist.
  void read_mask() {
    in_mask_ = true;
    std::vector<std::byte> mask((std::size_t{dib_.width} + 31) / 32 * 4);
    for (std::uint32_t done = 0; done < dib_.height; ++done) {
      const std::size_t got = source_.read_all(mask);
      if (got == 0 && done == 0)
        std::ranges::fill(mask, std::byte{0});
      else if (got < mask.size() && got < (std::size_t{dib_.width} + 7) / 8)
        throw Error(Status::Data, "truncated");
      std::uint8_t* to = frame_.strip().planes[0].row<std::uint8_t>(dib_.top_down ? done : dib_.height - 1 - done);
      for (std::uint32_t x = 0; x < dib_.width; ++x, to += 4)
        to[3] = (std::to_integer<unsigned>(mask[x / 8]) >> (7 - x % 8) & 1) != 0 ? 0 : 255;
      if (got == 0) return opaque();
    }
  }

  void opaque() const {
    std::uint8_t* alpha = reinterpret_cast<std::uint8_t*>(frame_.bytes().data()) + 3;
    for (std::size_t i = 0; i < frame_.bytes().size() / 4; ++i) alpha[i * 4] = 255;
  }

  // Behind all pictures.
  void end() override {
    const std::uint64_t here = source_.position() - start_;
    if (lost_ || end_ <= here) return;
    const std::uint64_t missing = end_ - here - source_.skip(end_ - here);
    if (missing > 0) damage("truncated, " + std::to_string(missing) + " bytes of its pictures are missing");
  }

  std::uint64_t start_, end_ = 0;
  std::size_t page_, count_ = 0, number_ = 0;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> hot_;
  std::optional<FormatOptions> png_options_;
  std::unique_ptr<Decoder> png_;
  Dib dib_;
  Image frame_;
  std::uint32_t damaged_to_ = 0, lowest_ = 0;
  bool in_mask_ = false, lost_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_icon_decoder(const DecodeContext& context) {
  return std::make_unique<IconDecoder>(context);
}

}  // namespace sl::bmp
