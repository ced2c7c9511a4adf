// GIF in: frames as browsers show them. Pictures are drawn on a screen that is transparent at first; the background
// colour of the header is ignored. The first picture may enlarge the screen, later ones are cut at its edges.

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "formats/gif/blocks.h"
#include "formats/gif/lzw.h"
#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/rect_rule.h"

namespace sl::gif {

namespace {

class GifDecoder final : public StillDecoder {
 public:
  explicit GifDecoder(const DecodeContext& context)
      : StillDecoder(context, "GIF"), start_(source_.position()), blocks_(source_) {}

  Picture header() override {
    looks_ahead_ = source_.can_seek() && !source_.is_remote();
    if (looks_ahead_) {
      summary_ = summarise(source_);
      source_.seek(start_);
    }
    try {
      screen_ = blocks_.read_screen();
      find_picture();
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      fail(error.what() + std::string(" in the header"));
    }
    if (!has_picture_) fail("no picture");
    size_screen();
    track_.pixels = &pixel_format(summary_.opaque ? "rgb24" : "rgba");
    track_.color.matrix = 0;
    track_.color.range = Range::Full;
    track_.alpha = summary_.opaque ? Alpha::None : Alpha::Straight;
    check_pixels(source_.name(), track_.width, track_.height);
    const std::uint64_t pixels = std::uint64_t{track_.width} * track_.height;
    check_memory(source_.name(), pixels * 12 + (1 << 20), "the screen of a GIF");
    const bool still = looks_ahead_ && summary_.pictures == 1;
    track_.time_base = {1, 100};
    if (!still) track_.loop = loop_;
    if (!still && summary_.delay) track_.rate = rate_of(shown_delay(*summary_.delay));
    Json meta{{"format", "GIF"}};
    if (looks_ahead_ && summary_.whole) meta["frames"] = summary_.pictures;
    track_.rest = write_json(Json{{"meta", meta}});
    for (const std::string& text : summary_.comments) comment(text);
    Picture picture{track_, std::move(attachments_)};
    texts_.put(picture);
    track_ = picture.track;
    in_header_ = false;
    is_still_ = still;
    return picture;
  }

  std::optional<Frame> next_frame() override {
    if (ended_) return std::nullopt;
    try {
      if (!has_picture_) {
        dispose();
        find_picture();
      }
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      return lose(error.what() + std::string(" after frame ") + std::to_string(frame_) + " of the animation");
    }
    if (!has_picture_) {
      ended_ = true;
      return std::nullopt;
    }
    return draw();
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    const std::size_t width = track_.width;
    std::byte* const from = canvas_.data() + row_ * width * 4;
    if (!summary_.opaque) return next_strip(rows, from, damaged_);
    rows_.resize(rows * width * 3);
    for (std::size_t i = 0; i < rows * width; ++i) std::memcpy(rows_.data() + i * 3, from + i * 4, 3);
    return next_strip(rows, rows_.data(), damaged_);
  }

 private:
  static Rational rate_of(std::uint32_t delay) {
    std::int64_t num = 100, den = delay;
    for (const std::int64_t factor : {2, 2, 5, 5}) {
      if (num % factor == 0 && den % factor == 0) num /= factor, den /= factor;
    }
    return {num, den};
  }

  // Read up to the next picture's descriptor, or to the trailer.
  void find_picture() {
    for (unsigned mark = blocks_.next(); mark != trailer_mark; mark = blocks_.next()) {
      if (mark == picture_mark) {
        picture_ = blocks_.read_descriptor();
        has_picture_ = true;
        return;
      }
      extension(blocks_.byte());
    }
  }

  void extension(unsigned label) {
    const auto check = [this](std::size_t size) {
      check_metadata(source_.name(), metadata_bytes_ + size, "GIF: an extension");
    };
    if (label == control_label) {
      control_ = blocks_.read_control();
    } else if (label == comment_label) {
      if (!in_header_ && looks_ahead_) return blocks_.skip_sub_blocks();
      const std::string text = blocks_.read_sub_blocks(check);
      metadata_bytes_ += text.size();
      if (!in_header_) return left_out_("a comment behind the first picture", "it comes too late");
      comment(text);
    } else if (label == application_label) {
      application();
    } else {
      blocks_.skip_sub_blocks();
      left_out_("an extension with the label " + std::to_string(label), "it is not understood");
    }
  }

  void comment(const std::string& text) {
    if (!text.empty()) texts_.add(std::string(comment_keyword), is_utf8(text) ? text : utf8_of_latin1(text));
  }

  void application() {
    const std::size_t size = blocks_.byte();
    if (size == 0) return;
    std::string name(size, '\0');
    for (char& c : name) c = static_cast<char>(blocks_.byte());
    if (name == xmp_name) return read_xmp();
    const std::string bytes = blocks_.read_sub_blocks(
        [this](std::size_t more) { check_metadata(source_.name(), metadata_bytes_ + more, "GIF: an extension"); });
    metadata_bytes_ += bytes.size();
    const bool is_loop = name == loop_name || name == "ANIMEXTS1.0";
    if (is_loop && bytes.size() >= 3 && bytes[0] == 1) {
      const unsigned count =
          static_cast<unsigned char>(bytes[1]) | static_cast<unsigned>(static_cast<unsigned char>(bytes[2])) << 8;
      loop_ = count == 0 ? 0 : count + 1;
    } else if (name == profile_name) {
      attach("icc", bytes);
    } else if (!is_loop && reported_++ < 5) {
      left_out_("the extension " + printable(name, 20), "it is not understood");
    }
  }

  // Not in sub-blocks: text, which ends before 258 bytes that are sub-blocks from anywhere (XMP, part 3, 1.1.2).
  void read_xmp() {
    constexpr std::size_t magic = 257;
    std::string text;
    for (char c = static_cast<char>(blocks_.byte()); c != 1; c = static_cast<char>(blocks_.byte())) {
      check_metadata(source_.name(), metadata_bytes_ + text.size(), "GIF: XMP");
      if (c == 0) return left_out_("XMP", "it is damaged");  // no text has this byte
      text += c;
    }
    for (std::size_t i = 1; i <= magic; ++i) (void)blocks_.byte();
    metadata_bytes_ += text.size();
    attach("xmp", text);
  }

  void attach(std::string_view name, const std::string& bytes) {
    if (bytes.empty()) return;
    if (!in_header_) return left_out_(std::string(name) + " behind the first picture", "it comes too late");
    attachments_.push_back({std::string(name), bytes, 0});
  }

  void size_screen() {
    track_.width = screen_.width;
    track_.height = screen_.height;
    track_.width = std::max(track_.width, picture_.left + picture_.width);
    track_.height = std::max(track_.height, picture_.top + picture_.height);
    if (track_.width == 0 || track_.height == 0)
      fail(std::to_string(track_.width) + "x" + std::to_string(track_.height) + " pixels");
  }

  std::optional<Frame> draw() {
    has_picture_ = false;
    damaged_ = false;
    row_ = 0;
    const Control control = std::exchange(control_, {});
    if (canvas_.empty()) canvas_.resize(std::size_t{track_.width} * track_.height * 4);
    const std::uint32_t left = std::min(picture_.left, track_.width), top = std::min(picture_.top, track_.height);
    shown_ = {left, top, std::min(picture_.width, track_.width - left), std::min(picture_.height, track_.height - top)};
    disposal_ = control.disposal;
    if (disposal_ == Disposal::Previous) save();
    const std::string problem = read_pixels(control);
    if (!problem.empty()) {
      const std::string where = " in frame " + std::to_string(frame_ + 1);
      damage(problem + where, "the rest of it is left out");
      damaged_ = true;
    }
    Frame frame;
    frame.number = frame_++;
    frame.pts = time_;
    if (!is_still_) {
      frame.duration = shown_delay(control.delay);
      time_ += frame.duration;
    }
    if (damaged_) frame.flags |= frame_flag::damaged;
    return frame;
  }

  // Decode the picture onto the screen. Return its fault in words, empty for none.
  std::string read_pixels(const Control& control) {
    check_pixels(source_.name(), picture_.width, picture_.height);
    const std::uint64_t pixels = std::uint64_t{picture_.width} * picture_.height;
    std::string data, problem;
    unsigned bits = 0;
    try {
      bits = blocks_.byte();
      data = blocks_.read_sub_blocks([&](std::size_t size) {
        check_memory(source_.name(), std::uint64_t{track_.width} * track_.height * 12 + pixels + size,
                     "a picture of a GIF");
      });
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      problem = error.what();
      ended_ = true;
    }
    if (bits == 0 || bits >= most_code_bits)
      return problem.empty() ? "codes of " + std::to_string(bits) + " bits" : problem;
    if (pixels == 0) return problem;  // it draws nothing
    indices_.resize(static_cast<std::size_t>(pixels));
    const std::size_t count =
        lzw_.decode({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()}, bits, indices_);
    put(control, count);
    return problem.empty() ? lzw_.damage() : problem;
  }

  // Put `count` indices on the screen.
  void put(const Control& control, std::size_t count) {
    std::array<std::array<std::uint8_t, 4>, 256> colours{};
    colours.fill({0, 0, 0, 255});
    const Palette& palette = picture_.palette ? *picture_.palette : screen_.palette;
    for (std::size_t i = 0; i < palette.size(); ++i) std::memcpy(colours[i].data(), palette[i].data(), 3);
    if (palette.empty()) {
      for (std::size_t i = 0; i < 256; ++i) std::fill_n(colours[i].begin(), 3, static_cast<std::uint8_t>(i));
    }
    const std::size_t width = picture_.width;
    std::size_t line = 0;
    const auto put_line = [&](std::size_t y) {
      const std::size_t from = line++ * width;
      if (y >= shown_.height || from >= count) return;
      const std::size_t end = std::min<std::size_t>(count - from, shown_.width);
      auto* to = reinterpret_cast<std::uint8_t*>(canvas_.data()) + screen_place(y) * 4;
      for (std::size_t x = 0; x < end; ++x, to += 4) {
        const std::uint8_t index = indices_[from + x];
        if (control.transparent != index) std::memcpy(to, colours[index].data(), 4);
      }
    };
    if (!picture_.interlaced) {
      for (std::size_t y = 0; y < picture_.height; ++y) put_line(y);
      return;
    }
    constexpr std::array<std::pair<std::size_t, std::size_t>, 4> passes{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
    for (const auto& [first, step] : passes) {
      for (std::size_t y = first; y < picture_.height; y += step) put_line(y);
    }
  }

  void save() {
    const std::size_t row = std::size_t{shown_.width} * 4;
    saved_.resize(row * shown_.height);
    for (std::size_t y = 0; y < shown_.height; ++y) std::memcpy(saved_.data() + y * row, place(y), row);
  }

  // The first pixel of a line of the shown picture, on the screen.
  [[nodiscard]] std::size_t screen_place(std::size_t y) const {
    return (static_cast<std::size_t>(shown_.y) + y) * track_.width + static_cast<std::size_t>(shown_.x);
  }
  [[nodiscard]] std::byte* place(std::size_t y) { return canvas_.data() + screen_place(y) * 4; }

  // Do with the picture that was shown what it asked for.
  void dispose() {
    const std::size_t row = std::size_t{shown_.width} * 4;
    for (std::size_t y = 0; y < shown_.height; ++y) {
      if (disposal_ == Disposal::Background) std::memset(place(y), 0, row);
      if (disposal_ == Disposal::Previous) std::memcpy(place(y), saved_.data() + y * row, row);
    }
    shown_ = {};
  }

  std::optional<Frame> lose(const std::string& what) {
    ended_ = true;
    damage(what, "the rest is left out");
    return std::nullopt;
  }

  std::uint64_t start_;
  Blocks blocks_;
  Summary summary_;
  Screen screen_;
  Control control_;
  Descriptor picture_;
  bool has_picture_ = false;  // its descriptor was read, its pixels were not
  bool in_header_ = true, looks_ahead_ = false, is_still_ = false, ended_ = false, damaged_ = false;
  std::int64_t loop_ = 1, time_ = 0;
  std::uint64_t frame_ = 0, metadata_bytes_ = 0;
  int reported_ = 0;
  Texts texts_;
  std::vector<Attachment> attachments_;
  LzwDecoder lzw_;
  std::vector<std::uint8_t> indices_;
  std::vector<std::byte> canvas_, saved_, rows_;
  Rect shown_;  // of the last picture, on the screen
  Disposal disposal_ = Disposal::Any;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<GifDecoder>(context); }

}  // namespace sl::gif
