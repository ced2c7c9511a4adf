// sl-pattern: test pictures and sounds, exact, and read back.

#include <cstdio>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/time_text.h"
#include "libcore/media/frame.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"
#include "pattern/card_reader.h"
#include "pattern/pattern_command.h"

namespace {

void print_code(const sl::pattern::TimeCode& code, bool json) {
  const std::string time = sl::seconds_text(code.time_us, {1, 1'000'000});
  std::string line = "frame " + std::to_string(code.number) + ", time " + time;
  if (code.utc_us != 0) line += ", " + sl::utc_text(code.utc_us * 1000, 6);
  if (json) {
    sl::Json object{{"frame", code.number}, {"time_us", code.time_us}};
    if (code.utc_us != 0) object["utc_us"] = code.utc_us;
    line = sl::write_json(object);
  }
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  if (std::ferror(stdout) != 0) throw sl::system_error(sl::Status::Io, "standard output");
}

void read_pictures(sl::Reader& in, bool json) {
  sl::pattern::read_cards(in, [json](const sl::Frame& frame, const std::optional<sl::pattern::TimeCode>& code) {
    if (!code) {
      throw sl::Error(sl::Status::Data, "frame " + std::to_string(frame.number) + ": no test card can be read in it");
    }
    print_code(*code, json);
  });
  if (in.frames_done() == 0) throw sl::Error(sl::Status::Data, "it has no picture");
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-pattern", "Make test pictures and sounds: a still, a film, or live; and read a test card back.");
  tool.example("sl-pattern smpte75 -o bars.png");
  tool.example("sl-pattern --duration 2s --sound click -o card.mp4",
               "a film of the test card, clicks with its flashes");
  tool.example("sl-pattern --frames 3 | sl-pattern --read", "frame numbers and times, as a picture shows them");
  tool.example("sl-pattern --live --rate 30 --frames 30 | sl-tap > /dev/null", "in real time, with capture times");
  tool.describe(
      "One frame, unless --frames, --duration or --live asks for more. Every picture is computed in R'G'B' and "
      "rounded once to the codes of the format: 75 % bars in 8 bits have the codes of the standards.");
  tool.describe(
      "With --live the time is this machine's; if the reader is more than half a second late, frames are left out, "
      "and an EVENT `dropped` lists them. The card carries frame number, time and, live, UTC to the microsecond, in "
      "letters and as black and white cells, which --read finds after any codec or scaler.");
  sl::pattern::PatternCommand command;
  command.bind(tool);
  bool read = false, json = false;
  tool.group("Reading");
  tool.option("--read", read,
              "INPUT is a picture or film of the test card: print its numbers and times, a frame a line");
  tool.option("--json", json, "as JSON objects: frame, time_us, utc_us");
  tool.stage_if(read, [&](sl::Reader& in) { read_pictures(in, json); }, {"--json"});
  std::optional<sl::pattern::PatternSource> source;
  tool.check([&] {
    if (read) return;
    command.check();
    source.emplace(command.settings);
  });
  return tool.run(argc, argv, [&](sl::Writer& out) { source->run(out); });
}
