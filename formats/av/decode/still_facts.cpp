// Which still it is, and AVIF's properties. The others have files of their own.

#include "formats/av/decode/still_facts.h"

#include <algorithm>
#include <array>
#include <functional>

#include "formats/av/read/raster_ends.h"
#include "formats/metadata/exif.h"
#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

using namespace std::literals;

// The rest of the input, in memory.
std::string_view whole(Source& source) {
  for (std::size_t size = 1 << 20;; size *= 2) {
    const auto bytes = source.peek(size);
    if (bytes.size() < size) return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    check_memory(source.name(), size * 2, "a still that FFmpeg decodes");
  }
}

// Call `found` with the type and the body of each box in `boxes`, and in those that contain boxes.
void walk_boxes(std::string_view boxes,
                const std::function<void(std::string_view type, std::string_view body)>& found) {
  while (boxes.size() >= 8) {
    const std::uint64_t size = load_be<std::uint32_t>(boxes.data());
    if (size < 8 || size > boxes.size()) return;
    const std::string_view type = boxes.substr(4, 4), body = boxes.substr(8, static_cast<std::size_t>(size) - 8);
    found(type, body);
    if (type == "meta" && body.size() > 4) walk_boxes(body.substr(4), found);
    if (type == "iinf" && body.size() > 6) walk_boxes(body.substr(body[0] == 0 ? 6 : 8), found);
    if (type == "iprp" || type == "ipco") walk_boxes(body, found);
    boxes.remove_prefix(static_cast<std::size_t>(size));
  }
}

// ISO/IEC 23008-12, 6.5: properties of pictures. An angle counts quarter turns to the left, before the mirror.
StillFacts avif_facts(std::string_view bytes, const std::function<void(const std::string&)>& wrong) {
  constexpr std::array<std::array<std::uint8_t, 3>, 4> orientations{{{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}}};
  StillFacts facts;
  std::size_t angle = 0, mirror = 0;
  bool crop = false, alpha = false, grid = false;
  walk_boxes(bytes, [&](std::string_view type, std::string_view body) {
    if (type == "irot" && !body.empty()) angle = static_cast<std::size_t>(body[0] & 3);
    if (type == "imir" && !body.empty()) mirror = 1u + static_cast<std::size_t>(body[0] & 1);
    crop = crop || type == "clap";
    alpha = alpha || (type == "auxC" && body.find("alpha") != std::string_view::npos);
    grid = grid || (type == "infe" && body.substr(std::min<std::size_t>(body.size(), 4)).find("grid") < 8);
  });
  if (grid) wrong("AVIF in tiles (a grid)");
  if (alpha) wrong("AVIF with transparency");
  if (crop) facts.left_out.emplace_back("the crop", "FFmpeg ignores AVIF's clap");
  const std::string exif = exif_with_orientation({}, orientations[angle][mirror]);
  if (!exif.empty()) facts.attachments.push_back({"exif", exif, 0});
  return facts;
}

bool is_avif(std::string_view head) {
  return head.substr(0, 12).ends_with("ftypavif") || head.substr(0, 12).ends_with("ftypmif1");
}

}  // namespace

StillFacts still_facts(Source& source, bool salvage) {
  const auto start = source.peek(16);
  const std::string head(reinterpret_cast<const char*>(start.data()), std::min<std::size_t>(start.size(), 16));
  StillFacts facts;
  const auto fail = [&](const std::string& what) {
    if (!salvage) throw Error(Status::Data, source.name() + ": " + what);
    facts.left_out.emplace_back(what, "--salvage");
  };
  const auto wrong = [&](const std::string& what) {
    if (!salvage)
      throw Error(Status::Data, source.name() + ": " + what + " is not supported; --salvage decodes it wrongly");
    facts.left_out.emplace_back("a part of the picture", what + " is not supported");
  };
  StillFacts found;
  if (is_avif(head)) {
    found = avif_facts(whole(source), wrong);
  } else if (const RasterEnd end_of = find_raster_end(head)) {
    const std::string_view bytes = whole(source);
    const auto end = end_of(bytes);
    if (!end) fail("is truncated: its data ends before the last pixel");
    if (end && *end < bytes.size()) {
      found.left_out.emplace_back(std::to_string(bytes.size() - *end) + " bytes after the picture", "FFmpeg reads one");
    }
  }
  found.left_out.insert(found.left_out.begin(), facts.left_out.begin(), facts.left_out.end());
  return found;
}

}  // namespace sl::av
