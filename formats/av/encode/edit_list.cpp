// Walking boxes: u32 size, type, body.

#include "formats/av/encode/edit_list.h"

#include <array>
#include <functional>
#include <string_view>

#include "libcore/base/endian.h"
#include "libcore/bytes/target.h"

namespace sl::av {

namespace {

constexpr std::size_t header = 8;

// Call `use` with the body of each box of this type. Boxes of more than 4 GiB end the walk: indexes are smaller.
void for_each(std::span<std::byte> boxes, std::string_view type, const std::function<void(std::span<std::byte>)>& use) {
  while (boxes.size() >= header) {
    const std::size_t size = load_be<std::uint32_t>(boxes.data());
    if (size < header || size > boxes.size()) return;
    const std::string_view found(reinterpret_cast<const char*>(boxes.data()) + 4, 4);
    if (found == type) use(boxes.subspan(header, size - header));
    boxes = boxes.subspan(size);
  }
}

// A number of 32 or 64 bits.
struct Field {
  std::byte* at;
  bool wide;
  [[nodiscard]] std::uint64_t get() const { return wide ? load_be<std::uint64_t>(at) : load_be<std::uint32_t>(at); }
  void set(std::uint64_t value) const {
    if (wide) store_be(at, value);
    if (!wide) store_be(at, static_cast<std::uint32_t>(value));
  }
};

// The time scale in the body of a box `mvhd` or `mdhd`: after two times of 32 bits, or of 64 in version 1.
std::uint64_t time_scale(std::span<std::byte> box) {
  constexpr std::size_t narrow = 12, wide = 20;
  if (box.size() < wide + 4) return 0;
  return load_be<std::uint32_t>(box.data() + (box.front() == std::byte{1} ? wide : narrow));
}

// An empty edit and the edit of the sound: version, flags, count, then length, start of the media, rate of each.
void hide_delay(std::span<std::byte> list, std::int64_t delay, std::uint64_t movie_delay) {
  const std::size_t entry = list.front() == std::byte{1} ? 20 : 12;
  constexpr std::size_t first = 8, edits = 2;
  if (list.size() < first + edits * entry || load_be<std::uint32_t>(list.data() + 4) != edits) return;
  const std::size_t half = (entry - 4) / 2;
  const auto at = [&](std::size_t index, std::size_t place) {
    return Field{list.data() + first + index * entry + place * half, half == 8};
  };
  const Field empty = at(0, 0), no_media = at(0, 1), length = at(1, 0), media = at(1, 1);
  const bool is_empty = no_media.get() == (half == 8 ? ~std::uint64_t{0} : std::uint64_t{0xffffffff});
  const bool in_fragments = length.get() == 0;  // which have their own lengths
  if (!is_empty || media.get() != 0 || (!in_fragments && length.get() < movie_delay)) return;
  empty.set(empty.get() + movie_delay);
  if (!in_fragments) length.set(length.get() - movie_delay);
  media.set(static_cast<std::uint64_t>(delay));
}

}  // namespace

void hide_delays(std::span<std::byte> boxes, const Delays& delays) {
  for_each(boxes, "moov", [&](std::span<std::byte> index) {
    std::uint64_t movie_scale = 0;
    for_each(index, "mvhd", [&](std::span<std::byte> box) { movie_scale = time_scale(box); });
    std::size_t number = 0;
    for_each(index, "trak", [&](std::span<std::byte> track) {
      const std::int64_t delay = number < delays.size() ? delays[number] : 0;
      ++number;
      std::uint64_t scale = 0;
      for_each(track, "mdia", [&](std::span<std::byte> media) {
        for_each(media, "mdhd", [&](std::span<std::byte> box) { scale = time_scale(box); });
      });
      if (delay <= 0 || scale == 0) return;
      const std::uint64_t in_movie = (static_cast<std::uint64_t>(delay) * movie_scale + scale / 2) / scale;
      for_each(track, "edts", [&](std::span<std::byte> edits) {
        for_each(edits, "elst", [&](std::span<std::byte> list) {
          if (!list.empty()) hide_delay(list, delay, in_movie);
        });
      });
    });
  });
}

void hide_delays(Target& file, const Delays& delays) {
  std::array<std::byte, 2 * header> head{};
  for (std::uint64_t at = 0; file.read_at(at, head) >= header;) {
    std::uint64_t size = load_be<std::uint32_t>(head.data());
    if (size == 1) size = load_be<std::uint64_t>(head.data() + header);
    if (size < header) return;
    if (std::string_view(reinterpret_cast<const char*>(head.data()) + 4, 4) == "moov") {
      std::vector<std::byte> index(static_cast<std::size_t>(size));
      std::size_t read = 0;
      while (read < index.size()) {
        const std::size_t count = file.read_at(at + read, std::span(index).subspan(read));
        if (count == 0) return;
        read += count;
      }
      hide_delays(std::span(index), delays);
      return file.write_at(at, index);
    }
    at += size;
  }
}

}  // namespace sl::av
