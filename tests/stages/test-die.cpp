// test-die: a filter that passes everything on through memory, and dies, fails or hangs at a chosen place.

#include <unistd.h>

#include <csignal>

#include "libcore/base/error.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

int main(int argc, char** argv) {
  sl::Tool tool("test-die", "Pass everything on, up to a chosen place.");
  std::string at = "never", how = "kill";
  tool.option("--at", at, "never|start|preamble|header|frame|row|end", "where");
  tool.option("--how", how, "kill|fail|hang|bug|slow", "what happens there");
  const auto reached = [&](const std::string& place, sl::Writer* out) {
    if (place != at) return;
    if (out != nullptr) out->flush();
    if (how == "kill") std::raise(SIGKILL);
    if (how == "fail") throw sl::Error(sl::Status::Data, "failed on purpose");
    if (how == "bug") throw std::out_of_range("on purpose");
    while (how == "hang") pause();
    if (how == "slow") usleep(20000);
  };
  tool.check([&] { reached("start", nullptr); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    while (const auto record = in.next()) {
      using sl::wire::Type;
      if (record->type == Type::Frame) reached("header", &out);
      if (record->type == Type::End) reached("end", &out);
      if (record->type == Type::Rows) {
        sl::Strip strip = in.strip();
        out.rows(record->track, strip);
        reached("row", &out);
      } else {
        in.pass(*record, out);
      }
      if (record->type == Type::Start) reached("preamble", &out);
      if (record->type == Type::Frame) reached("frame", &out);
    }
  });
}
