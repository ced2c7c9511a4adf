// sl-decode of film and sound: what sl-decode becomes when the input is in one of FFmpeg's containers, or a wire of
// compressed tracks.

#include "formats/av/decode/chosen_frames.h"
#include "formats/av/decode/film.h"
#include "formats/av/decode/packet_decoder.h"
#include "formats/av/read/spool.h"
#include "formats/commands/decode.h"
#include "libcore/process/signals.h"

int main(int argc, char** argv) {
  sl::DecodeCommand command;
  sl::av::Spool spool(command.max_spool);
  sl::av::GivenIndex index;
  std::optional<sl::av::References> references;
  command.tool.before_lock([&](sl::Source& source) {
    if (command.seek_mode.starts_with("index=")) {
      index.film = sl::av::version_of(source);
      index.file.emplace(sl::Source::file(command.seek_mode.substr(6)));
    }
    spool.take_if_needed(source);
    references.emplace(command.tool, source);
  });
  return command.tool.run(argc, argv, [&](sl::Source& source, sl::Writer& out) {
    if (sl::wire::looks_like_wire(source.peek(2))) return sl::av::decode_wire(command, source, out);
    sl::av::Film film(command, source, *references, out);
    if (command.choice.by == sl::FrameChoice::By::All) {
      film.decode_all();
    } else {
      sl::av::decode_chosen(film, command, index);
    }
  });
}
