// BMP in.

#include <algorithm>
#include <string>
#include <utility>

#include "formats/bmp/bmp.h"
#include "formats/bmp/dib.h"
#include "formats/picture.h"
#include "formats/row_decoder.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"

namespace sl::bmp {

namespace {

constexpr std::size_t file_header = 14;

class BmpDecoder final : public RowDecoder {
 public:
  explicit BmpDecoder(const DecodeContext& context) : RowDecoder(context, "BMP"), start_(source_.position()) {}

  Picture header() override {
    const auto head = source_.peek(file_header);
    if (head.size() < file_header) fail("truncated in the header");
    said_size_ = load_le<std::uint32_t>(head.data() + 2);
    const auto pixels_at = load_le<std::uint32_t>(head.data() + 10);
    source_.consume(file_header);
    if (pixels_at < file_header) fail("the pixels begin inside the header");
    dib_ = read_dib(source_, false, pixels_at - file_header, [this](const std::string& what) { fail(what); });
    track_.pixels = &dib_.pixels();
    track_.width = dib_.width;
    track_.height = dib_.height;
    check_pixels(source_.name(), track_.width, track_.height);
    const std::uint64_t used = source_.position() - start_;
    if (pixels_at < used) fail("the pixels begin inside the header");
    Picture picture;
    describe();
    read_profile(picture);
    if (source_.skip(pixels_at - used) < pixels_at - used) fail("truncated before the pixels");
    rows_.emplace(dib_);
    const std::uint64_t coded = dib_.coding == Coding::Plain ? dib_.row_bytes() : std::uint64_t{dib_.width} * 4 + 4;
    begin_rows(coded, !dib_.top_down);
    picture.track = track_;
    return picture;
  }

 private:
  void read_row(std::byte* row) override { rows_->read(source_, row); }

  void describe() {
    const bool gray = track_.pixels->model == Model::Gray;
    track_.color.matrix = gray ? 2 : 0;
    track_.color.range = Range::Full;
    track_.alpha = track_.pixels->alpha ? Alpha::Straight : Alpha::None;
    if (dib_.colours == Dib::Colours::Srgb) {
      track_.color.primaries = 1;
      track_.color.transfer = 13;
    }
    const bool one_bit = gray && dib_.palette.size() == 2 && dib_.palette[0][0] + dib_.palette[1][0] == 255 &&
                         std::max(dib_.palette[0][0], dib_.palette[1][0]) == 255;
    if (one_bit) track_.bits = 1;
    Json meta{{"format", "BMP"}, {"header", dib_.header}, {"bits", dib_.bits}};
    if (dib_.coding != Coding::Plain) meta["compression"] = "run lengths";
    if (dib_.top_down) meta["rows"] = "from top to bottom";
    track_.rest = write_json(Json{{"meta", meta}});
    const double x = dib_.pixels_per_metre_x, y = dib_.pixels_per_metre_y;
    if (x > 0 && y > 0 && x < 1e9 && y < 1e9) set_density(track_, Density{x, y, Density::Unit::Metre});
  }

  // The profile lies behind the pixels.
  void read_profile(Picture& picture) {
    if (dib_.colours == Dib::Colours::LinkedProfile) left_out_("the colour profile", "it is a file of its own");
    if (dib_.colours == Dib::Colours::Measured) {
      dib_.measured.gray = track_.pixels->model == Model::Gray;
      picture.attachments.push_back({"icc", make_icc(dib_.measured), 0});
    }
    if (dib_.colours != Dib::Colours::Profile || dib_.profile_bytes == 0) return;
    check_metadata(source_.name(), dib_.profile_bytes, "BMP: the colour profile");
    const std::uint64_t here = source_.position(), at = start_ + file_header + dib_.profile_at;
    profile_end_ = at + dib_.profile_bytes;
    if (at < here) fail("the colour profile begins inside the header");
    if (!source_.can_seek()) return left_out_("the colour profile behind the pixels", "a pipe shows it too late");
    std::string profile(dib_.profile_bytes, '\0');
    source_.seek(at);
    const std::size_t got = source_.read_all(std::as_writable_bytes(std::span(profile)));
    source_.seek(here);
    if (got < profile.size()) return damage("truncated in the colour profile");
    picture.attachments.push_back({"icc", std::move(profile), 0});
  }

  // Behind the profile, or the padding of the file's size.
  void end() override {
    if (is_lost()) return;
    rows_->end(source_);
    const std::uint64_t here = source_.position();
    if (profile_end_ > here && source_.skip(profile_end_ - here) < profile_end_ - here)
      damage("truncated in the colour profile");
    constexpr std::uint64_t most_padding = 4;
    const std::uint64_t said_end = start_ + said_size_;
    if (said_end > source_.position() && said_end - source_.position() <= most_padding)
      (void)source_.skip(said_end - source_.position());
  }

  std::uint64_t start_, said_size_ = 0, profile_end_ = 0;
  Dib dib_;
  std::optional<DibRows> rows_;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) { return std::make_unique<BmpDecoder>(context); }

}  // namespace sl::bmp
