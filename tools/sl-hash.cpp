// sl-hash: an exact hash of a picture's pixels, and one of what it looks like.

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "libcore/base/error.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/stage/inputs.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/reader.h"
#include "tools/hash/known_hashes.h"
#include "tools/hash/picture_hash.h"

namespace {

std::string digits_of(std::uint64_t hash) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

// Call `use` with the hashes of each picture of an input, and its number from 0.
template <class Use>
void each_picture(sl::Reader& in, const Use& use) {
  std::optional<sl::hash::PictureHash> hash;
  std::uint16_t track = 0;
  std::uint64_t number = 0;
  while (const auto record = in.next()) {
    if (record->type == sl::wire::Type::Start) track = 0;
    if (record->type != sl::wire::Type::Rows) continue;
    if (track == 0) track = record->track;
    if (record->track != track) continue;
    const sl::Strip strip = in.strip();
    if (strip.first == 0) hash.emplace(in.track(track));
    hash->add(strip);
    if (strip.last) use(*hash, number++);
  }
  if (number == 0) throw sl::Error(sl::Status::Data, in.name() + ": contains no picture");
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-hash", "Print hashes of pictures: one of the exact pixels, one of what they look like.");
  tool.example("sl-hash a.jpg b.jpg");
  tool.example("sl-hash a.jpg b.jpg > known.txt; sl-resize 50% a.jpg | sl-hash --near known.txt",
               "which looks like it");
  tool.describe(
      "A line for each picture, of film for each frame: SHA-256, 16 digits of the look, the number of the frame from 0, "
      "the name. The exact hash is of the upright picture's size and samples as R'G'B', in its own depth and with alpha "
      "if it has any, so the same pixels have it in every format. The look is 64 low frequencies of luma: copies that "
      "were scaled, made gray or encoded with loss are at most 8 bits apart, nearly all different photographs more than "
      "12.");
  std::string near;
  std::int64_t bits = 8;
  tool.option("--near", near, "FILE",
              "print the lines of this earlier output that look alike, behind the bits apart; "
              "status 1 if a picture has none");
  tool.option("--bits", bits, "N", "with --near: bits apart at most", 0, 64);
  tool.inputs({.least = 1, .most = 256, .help = "pictures, films, wires, or - for standard input (the default)"});
  std::optional<sl::hash::KnownHashes> known;
  tool.check([&] {
    if (!near.empty()) known.emplace(near);
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Target& out) {
    bool found_all = true;
    const auto print = [&](const std::string& text) { out.write(std::as_bytes(std::span(text))); };
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::string name = sl::printable(tool.input_names()[i]);
      each_picture(inputs.reader(i), [&](sl::hash::PictureHash& hash, std::uint64_t number) {
        if (!known)
          return print(hash.exact() + " " + digits_of(hash.perceptual()) + " " + std::to_string(number) + " " + name +
                       "\n");
        const auto matches = known->near(hash.perceptual(), static_cast<int>(bits));
        for (const auto& match : matches) print(std::to_string(match.bits) + " " + *match.line + "\n");
        found_all = found_all && !matches.empty();
      });
      out.mark();
      out.flush();
    }
    return found_all ? 0 : 1;
  });
}
