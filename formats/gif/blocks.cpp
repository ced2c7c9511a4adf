// Blocks: marks, descriptors, extensions, sub-blocks.

#include "formats/gif/blocks.h"

#include <algorithm>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::gif {

void Blocks::take(std::span<std::byte> into) {
  if (source_.read_all(into) < into.size()) throw Error(Status::Data, "truncated");
}

unsigned Blocks::byte() {
  std::byte value{};
  take({&value, 1});
  return std::to_integer<unsigned>(value);
}

Palette Blocks::read_palette(unsigned flags) {
  Palette palette(std::size_t{2} << (flags & 7));
  take(std::as_writable_bytes(std::span(palette)));
  return palette;
}

Screen Blocks::read_screen() {
  std::array<std::byte, 13> head{};
  take(head);
  Screen screen;
  screen.width = load_le<std::uint16_t>(head.data() + 6);
  screen.height = load_le<std::uint16_t>(head.data() + 8);
  const auto flags = std::to_integer<unsigned>(head[10]);
  if ((flags & 0x80) != 0) screen.palette = read_palette(flags);
  return screen;
}

unsigned Blocks::next() {
  while (true) {
    const unsigned mark = byte();
    if (mark == extension_mark || mark == picture_mark || mark == trailer_mark) return mark;
    if (mark != 0) throw Error(Status::Data, "byte " + std::to_string(mark) + " instead of a block");
  }
}

Descriptor Blocks::read_descriptor() {
  std::array<std::byte, 9> head{};
  take(head);
  const auto number = [&head](std::size_t at) { return std::uint32_t{load_le<std::uint16_t>(head.data() + at)}; };
  Descriptor picture;
  picture.left = number(0);
  picture.top = number(2);
  picture.width = number(4);
  picture.height = number(6);
  const auto flags = std::to_integer<unsigned>(head[8]);
  picture.interlaced = (flags & 0x40) != 0;
  if ((flags & 0x80) != 0) picture.palette = read_palette(flags);
  return picture;
}

Control Blocks::read_control() {
  const std::string bytes = read_sub_blocks([](std::size_t) {});
  Control control;
  if (bytes.size() < 4) return control;
  const auto byte = [&bytes](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])); };
  const unsigned kind = byte(0) >> 2 & 7;
  control.disposal = kind == 4 ? Disposal::Previous : kind > 4 ? Disposal::Any : static_cast<Disposal>(kind);
  control.delay = byte(1) | byte(2) << 8;
  if ((byte(0) & 1) != 0) control.transparent = static_cast<std::uint8_t>(byte(3));
  return control;
}

std::string Blocks::read_sub_blocks(const std::function<void(std::size_t)>& check) {
  std::string all;
  for (std::size_t size = byte(); size != 0; size = byte()) {
    if (all.size() + size > all.capacity()) {
      const std::size_t room = std::max<std::size_t>(all.capacity() * 2, 1024);
      check(room);
      all.reserve(room);
    }
    const std::size_t at = all.size();
    all.resize(at + size);
    take(std::as_writable_bytes(std::span(all).subspan(at)));
  }
  return all;
}

void Blocks::skip_sub_blocks() {
  for (std::size_t size = byte(); size != 0; size = byte()) {
    if (source_.skip(size) < size) throw Error(Status::Data, "truncated");
  }
}

Summary summarise(Source& source) {
  Summary summary;
  Blocks blocks(source);
  bool clears = false;
  std::uint64_t text_bytes = 0;
  const auto check = [&](std::size_t size) { check_metadata(source.name(), text_bytes + size, "GIF: the comments"); };
  try {
    const Screen screen = blocks.read_screen();
    Control control;
    for (unsigned mark = blocks.next(); mark != trailer_mark; mark = blocks.next()) {
      if (mark == extension_mark) {
        const unsigned label = blocks.byte();
        if (label == control_label) {
          control = blocks.read_control();
        } else if (label == comment_label && summary.pictures > 0) {
          summary.comments.push_back(blocks.read_sub_blocks(check));
          text_bytes += summary.comments.back().size();
        } else {
          blocks.skip_sub_blocks();
        }
        continue;
      }
      const Descriptor picture = blocks.read_descriptor();
      if (++summary.pictures == 1) {
        const bool covers =
            picture.left == 0 && picture.top == 0 && picture.width >= screen.width && picture.height >= screen.height;
        summary.opaque = covers && !control.transparent;
        summary.delay = control.delay;
      }
      if (summary.delay != control.delay) summary.delay.reset();
      clears = clears || control.disposal == Disposal::Background ||
               (summary.pictures == 1 && control.disposal == Disposal::Previous);
      control = {};
      (void)blocks.byte();
      blocks.skip_sub_blocks();
    }
    summary.whole = true;
  } catch (const Error& error) {
    if (error.status() != Status::Data) throw;
  }
  // What the last picture leaves behind is not shown.
  summary.opaque = summary.opaque && (!clears || summary.pictures == 1);
  return summary;
}

}  // namespace sl::gif
