// sl-decode becomes this program if the input is one of FFmpeg's containers, or a wire of compressed tracks.

#include "formats/av/decode/chosen_frames.h"
#include "formats/av/decode/film.h"
#include "formats/av/decode/packet_decoder.h"
#include "formats/av/decode/still_facts.h"
#include "formats/av/read/spool.h"
#include "formats/commands/decode.h"
#include "libcore/media/clock.h"
#include "libcore/stage/options.h"

namespace {

sl::av::DecodeSettings settings_of(const sl::DecodeCommand& command) {
  std::optional<std::int64_t> probe_time;
  if (command.probe_time) probe_time = ticks_down(*command.probe_time, {1, sl::ns_per_second});
  return {.streams = command.streams,
          .video_only = command.video_only || command.preview,
          .audio_only = command.audio_only,
          .packets = command.packets,
          .salvage = command.salvage,
          .name_source = !command.tool.anonymous(),
          .from_zero = command.tool.output() != "-",
          .approximate = command.seek_mode == "approximate",
          .threads = command.tool.given_threads(),
          .choice = command.choice,
          .rate = command.rate,
          .probe_time = probe_time};
}

void check_for_wire(const sl::DecodeCommand& command, const sl::Source& source) {
  const std::string option = command.film_option();
  if (option.empty() || command.packets) return;
  throw sl::Error(sl::Status::Usage, source.name() + ": is the wire: " + option +
                                         " is for containers (sl-select and sl-track choose on the wire)");
}

}  // namespace

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
    references.emplace(command.tool.fetch_options(), sl::split_options(command.tool.input()).name, source);
  });
  return command.tool.run(argc, argv, [&](sl::Source& source, sl::Writer& out) {
    sl::av::DecodeSettings settings = settings_of(command);
    if (sl::wire::looks_like_wire(source.peek(2))) {
      check_for_wire(command, source);
      return sl::av::decode_wire(settings, source, out);
    }
    if (command.keep_going) {
      throw sl::Error(sl::Status::Usage,
                      source.name() + ": --keep-going is for pictures; --salvage marks damaged frames");
    }
    for (bool more = true; more;) {
      settings.still = sl::av::still_facts(source, settings.salvage);
      sl::av::Film film(settings, source, *references, out);
      const bool all = command.choice.by == sl::FrameChoice::By::All;
      if (!all) sl::av::decode_chosen(film, settings, index);
      const bool is_done = !all || (command.preview && sl::av::decode_preview(film));
      more = !is_done && film.decode_all();
    }
  });
}
