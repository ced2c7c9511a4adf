// Blocks, one after another.

#include "formats/gif/write.h"

#include <algorithm>
#include <string_view>

#include "formats/gif/lzw.h"
#include "formats/metadata/text.h"

namespace sl::gif {

namespace {

void put_table(const Palette& palette, unsigned bits, std::vector<std::uint8_t>& to) {
  for (std::size_t i = 0; i < std::size_t{1} << bits; ++i) {
    const PaletteColour colour = i < palette.size() ? palette[i] : PaletteColour{};
    to.insert(to.end(), colour.begin(), colour.end());
  }
}

}  // namespace

unsigned table_bits(std::size_t entries) {
  unsigned bits = 1;
  while ((std::size_t{1} << bits) < entries) ++bits;
  return bits;
}

std::vector<std::uint8_t> head_bytes(const Picture& picture, const Palette& palette, bool is_animation) {
  std::vector<std::uint8_t> head;
  head.reserve(1024);
  const auto text = [&head](std::string_view bytes) { head.insert(head.end(), bytes.begin(), bytes.end()); };
  const auto number = [&head](unsigned value) {
    head.push_back(static_cast<std::uint8_t>(value & 255));
    head.push_back(static_cast<std::uint8_t>(value >> 8));
  };
  const auto sub_blocks = [&head](std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 255))) {
      const std::string_view piece = bytes.substr(0, 255);
      head.push_back(static_cast<std::uint8_t>(piece.size()));
      head.insert(head.end(), piece.begin(), piece.end());
    }
    head.push_back(0);
  };
  const auto application = [&](std::string_view name) {
    head.insert(head.end(), {extension_mark, application_label, 11});
    text(name);
  };
  text("GIF89a");
  number(picture.track.width);
  number(picture.track.height);
  // With room for pixels that are not drawn.
  const unsigned bits = table_bits(std::min<std::size_t>(palette.size() + 1, 256));
  head.insert(head.end(), {static_cast<std::uint8_t>(0xf0 | (bits - 1)), 0, 0});
  put_table(palette, bits, head);
  if ((is_animation || picture.track.loop >= 0) && picture.track.loop != 1) {
    application(loop_name);
    head.insert(head.end(), {3, 1});
    number(static_cast<unsigned>(picture.track.loop <= 0 ? 0 : std::min<std::int64_t>(picture.track.loop - 1, 65535)));
    head.push_back(0);
  }
  for (const Attachment& attachment : picture.attachments) {
    if (attachment.name == "icc") {
      application(profile_name);
      sub_blocks(attachment.bytes);
    } else if (attachment.name == "xmp") {
      application(xmp_name);
      text(attachment.bytes);
      head.push_back(1);
      for (int i = 255; i >= 0; --i) head.push_back(static_cast<std::uint8_t>(i));
      head.push_back(0);
    }
  }
  for (const auto& [keyword, comment] : texts_of(picture)) {
    if (keyword != comment_keyword) continue;
    head.insert(head.end(), {extension_mark, comment_label});
    sub_blocks(comment);
  }
  return head;
}

void write_picture(Job& job, const Palette* own, unsigned bits, std::optional<std::uint8_t> transparent,
                   const std::vector<std::uint8_t>& indices) {
  std::vector<std::uint8_t>& to = job.bytes;
  const auto number = [&to](std::uint64_t value) {
    to.push_back(static_cast<std::uint8_t>(value & 255));
    to.push_back(static_cast<std::uint8_t>(value >> 8 & 255));
  };
  to.insert(to.end(), {extension_mark, control_label, 4});
  to.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(job.disposal) << 2 | (transparent ? 1u : 0u)));
  number(static_cast<std::uint64_t>(job.delay));
  to.push_back(transparent.value_or(0));
  to.push_back(0);
  to.push_back(picture_mark);
  number(job.left);
  number(job.top);
  number(job.width);
  number(job.height);
  to.push_back(static_cast<std::uint8_t>(own == nullptr ? 0 : 0x80 | (bits - 1)));
  if (own != nullptr) put_table(*own, bits, to);
  encode_lzw(indices, std::max(bits, 2u), to);
  job.pixels = {};
  job.drawn = {};
}

}  // namespace sl::gif
