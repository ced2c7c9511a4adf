// sl-info: describe a file, a foreign stream or a wire. For film and sound it becomes the helper that links FFmpeg.

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/commands/info.h"
#include "libcore/bytes/source.h"
#include "libcore/wire/reader.h"

namespace {

// Pictures do not need FFmpeg's libraries. The first bytes are enough: sl-decode reports a file that only looks like a
// picture, and the helper knows all formats of pictures better.
bool looks_like_picture(std::span<const std::byte> head) {
  using namespace std::string_view_literals;
  constexpr std::array starts{"\xff\xd8\xff"sv, "\x89PNG"sv, "P1"sv, "P2"sv, "P3"sv, "P4"sv,
                              "P5"sv,           "P6"sv,      "P7"sv, "PF"sv, "Pf"sv};
  const std::string_view bytes(reinterpret_cast<const char*>(head.data()), head.size());
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return true;
  return std::ranges::any_of(starts, [&](std::string_view start) { return bytes.starts_with(start); });
}

}  // namespace

int main(int argc, char** argv) {
  sl::InfoCommand command;
  command.tool.before_decoder([&](sl::Source& source) {
    if (!looks_like_picture(source.peek(12))) command.tool.become("sl-info-av", &source);
    return true;
  });
  return command.tool.run(argc, argv, [&](sl::Reader& in) {
    command.describe_wire(in);
    sl::InfoCommand::finish();
  });
}
