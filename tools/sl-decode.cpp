// sl-decode: pictures in any format to the wire, their rows while they still arrive. For film and sound, and for
// formats whose library is large, it becomes a helper.

#include "formats/bare/pcm.h"
#include "formats/commands/decode.h"
#include "formats/commands/pictures.h"
#include "formats/csv/csv.h"
#include "formats/input/batch_source.h"
#include "formats/input/spool.h"
#include "formats/output/plugin.h"
#include "formats/picture.h"
#include "libcore/packing/pack_stream.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

void pass_wire(sl::Source& source, bool salvage, sl::Writer& out) {
  sl::Reader in(source);
  unpack_streams(in, out, salvage);
}

// Hold each TRACK back until its attachments have come: EXIF among them has its orientation.
void pass_plugin(sl::Source& source, bool orient, sl::Writer& out) {
  sl::Reader in(source);
  std::uint16_t waiting = 0;
  sl::Warnings warnings(source.name());
  while (auto record = in.next()) {
    if (waiting != 0 && record->track == waiting && record->type == sl::wire::Type::Attachment) continue;
    if (waiting != 0) send_header(out, waiting, {in.track(waiting), in.attachments(waiting)}, orient, warnings);
    waiting = record->type == sl::wire::Type::Track ? record->track : 0;
    if (waiting == 0) in.pass(*record, out);
  }
  warnings.print();
}

}  // namespace

int main(int argc, char** argv) {
  sl::DecodeCommand command;
  sl::Tool& tool = command.tool;
  enum class Content { Empty, Picture, Wire, Plugin, Pcm } content = Content::Empty;
  const sl::Format* format = nullptr;  // of the first picture
  std::optional<sl::BatchSource> batch;
  sl::Spool spool(command.max_spool);
  bool spooled = false;
  tool.before_lock([&](sl::Source& source) {
    if (tool.ledger() >= 0) {
      batch.emplace(tool.ledger());
      return;
    }
    if (source.peek(1).empty()) return;
    if (command.pcm || command.is_raw()) {  // any first bytes
      format = sl::find_format(sl::find_format_info("raw"));
      content = command.pcm ? Content::Pcm : Content::Picture;
      return;
    }
    const sl::FormatInfo* info = sl::recognise_format(source);
    if (info != nullptr && !info->helper.empty()) sl::become_format(tool, *info, "decode", &source);
    format = sl::find_format(info);
    const auto head = source.peek(sl::sniff_bytes);
    spooled = format != nullptr && info->ends_first != nullptr && info->ends_first(head) && !source.can_seek();
    content = format != nullptr ? Content::Picture : sl::wire::looks_like_wire(head) ? Content::Wire : Content::Plugin;
    if (spooled) return spool.take(source);
    const bool compressed = (sl::wire::preamble_flags(head) & sl::wire::preamble_compressed) != 0;
    if (content == Content::Wire && compressed) tool.become("sl-decode-av", &source);
    if (content != Content::Plugin) return;
    const auto plugin = sl::find_plugin_by_content(source.peek(sl::plugin_magic_bytes));
    const bool is_csv = command.formats.is_given("pixels") || sl::looks_like_csv(source.peek(sl::sniff_bytes));
    if (!plugin && is_csv) {
      format = &sl::csv_format;
      content = Content::Picture;
      return;
    }
    if (!plugin) tool.become("sl-decode-av", &source);
    const int input = sl::start_feeder(source);
    const sl::PipeEnds pipe = sl::make_pipe();
    tool.adopt(sl::start_plugin(*plugin, plugin->decode, input, pipe.write));
    close(input);
    close(pipe.write);
    source = sl::Source::descriptor(pipe.read, plugin->name);
  });

  return tool.run(argc, argv, [&](sl::Source& source, sl::Writer& out) {
    if (batch) return batch->run(out, [&](sl::Source& file) { return sl::picture_settings(command, file); });
    if (content == Content::Empty) throw sl::Error(sl::Status::Data, source.name() + ": is empty");
    if (content == Content::Wire) return pass_wire(source, command.salvage, out);
    if (content == Content::Pcm) return sl::pass_pcm(source, *command.pcm, command.salvage, out);
    if (content == Content::Plugin) return pass_plugin(source, !command.no_orient, out);
    sl::PictureSource::Settings settings = sl::picture_settings(command, source);
    settings.spooled = spooled;
    sl::PictureSource(source, out, settings).run(format);
  });
}
