// The helper of one format, sl-format-NAME: sl-decode and sl-encode become it. Its first argument says which of them it
// is; everything else is their command line. SL_FORMAT is the constant of the format (CMakeLists.txt).

#include <optional>
#include <string>
#include <string_view>

#include "formats/commands/decode.h"
#include "formats/commands/encode.h"
#include "formats/commands/pictures.h"
#include "formats/input/spool.h"
#include "formats/memory_limit.h"
#include "libcore/process/sandbox.h"
#include "libcore/wire/writer.h"

namespace sl {

extern const Format SL_FORMAT;

namespace {

int decode(int argc, char** argv) {
  DecodeCommand command;
  Spool spool(command.max_spool);
  bool spooled = false;
  std::optional<MemoryLimit> limit;
  command.tool.prepare([&](SandboxPlan& plan) {
    if (SL_FORMAT.prepare != nullptr) SL_FORMAT.prepare(plan);
  });
  command.tool.before_lock([&](Source& source) {
    spooled = !source.can_seek();
    if (spooled) spool.take(source);
    limit.emplace(source.name() + ": " + std::string(SL_FORMAT.info.name));
  });
  return command.tool.run(argc, argv, [&](Source& source, Writer& out) {
    PictureSource::Settings settings = picture_settings(command, source);
    settings.spooled = spooled;
    PictureSource(source, out, settings).run(&SL_FORMAT);
  });
}

int encode(int argc, char** argv) {
  EncodeCommand command;
  command.tool.check([&] { command.read(); });
  return encode_pictures(command, &SL_FORMAT, argc, argv);
}

}  // namespace

}  // namespace sl

int main(int argc, char** argv) {
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "decode") return sl::decode(argc - 1, argv + 1);
  if (role == "encode") return sl::encode(argc - 1, argv + 1);
  sl::warn("this is a part of streamlib: run sl-decode or sl-encode");
  return static_cast<int>(sl::Status::Usage);
}
