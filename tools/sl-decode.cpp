// sl-decode: pictures in any format to the wire, their rows while they still arrive. Film and sound: it becomes the
// helper that links FFmpeg.

#include "formats/commands/decode.h"
#include "formats/format.h"
#include "formats/metadata/picture_metadata.h"
#include "formats/output/plugin.h"
#include "formats/picture.h"
#include "libcore/base/report.h"
#include "libcore/process/signals.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

// A decoder's warnings, printed when its picture is complete: a failure is one line. A hostile file does not fill a
// log.
class Warnings {
 public:
  explicit Warnings(std::string name) : name_(std::move(name)) {}
  // Something that is lost: a line, and an EVENT for the stages behind.
  void left_out(const std::string& what, const std::string& why) {
    add("left out: " + what + " (" + why + ")");
    losses_.emplace_back(what, why);
  }
  void send_losses(std::uint16_t track, sl::Writer& out) {
    for (const auto& [what, why] : losses_) sl::write_not_carried(out, track, what, why);
    losses_.clear();
  }
  void add(const std::string& text) {
    if (++count_ <= max_texts) texts_.push_back(text);
  }
  void print() const {
    for (const std::string& text : texts_) sl::warn(name_ + ": " + text);
    if (count_ > max_texts) sl::warn(name_ + ": and " + std::to_string(count_ - max_texts) + " more warnings");
  }

 private:
  static constexpr std::size_t max_texts = 20;
  std::string name_;
  std::vector<std::string> texts_;
  std::vector<std::pair<std::string, std::string>> losses_;
  std::size_t count_ = 0;
};

void send_header(sl::Writer& out, std::uint16_t track, sl::Picture picture, bool orient, Warnings& warnings) {
  sl::take_metadata(picture, orient,
                    [&](const std::string& what, const std::string& why) { warnings.left_out(what, why); });
  out.track(track, picture.track);
  for (const sl::Attachment& attachment : picture.attachments) out.attachment(track, attachment);
  warnings.send_losses(track, out);
}

void decode(const sl::Format& format, const sl::DecodeContext& context, bool orient, Warnings& warnings,
            sl::Writer& out) {
  constexpr std::uint16_t track = 1;
  if (!out.in_stream()) out.begin();
  context.source.end_header();
  const auto decoder = format.decoder(context);
  const sl::Picture picture = decoder->header();
  send_header(out, track, picture, orient, warnings);
  const std::uint32_t rows = sl::strip_rows(picture.track);
  while (const auto frame = decoder->next_frame()) {
    out.frame(track, *frame);
    for (bool last = false; !last;) {
      const sl::Strip strip = decoder->read_rows(rows);
      last = strip.last;
      out.rows(track, strip);
      context.source.check_stop();
    }
  }
  warnings.send_losses(track, out);
  out.end();
}

// Skip white space between pictures: scripts leave it between netpbm pictures.
void skip_white_space(sl::Source& source) {
  const auto is_space = [](std::byte b) {
    return b == std::byte{' '} || (b >= std::byte{'\t'} && b <= std::byte{'\r'});
  };
  for (auto next = source.peek(1); !next.empty() && is_space(next[0]); next = source.peek(1)) source.consume(1);
}

void pass_wire(sl::Source& source, sl::Writer& out) {
  sl::Reader in(source);
  while (auto record = in.next()) in.pass(*record, out);
}

// Hold each TRACK back until its attachments have come: EXIF among them has its orientation.
void pass_plugin(sl::Source& source, bool orient, sl::Writer& out) {
  sl::Reader in(source);
  std::uint16_t waiting = 0;
  Warnings warnings(source.name());
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
  enum class Content { Empty, Picture, Wire, Plugin } content = Content::Empty;
  const sl::Format* format = nullptr;  // of the next picture
  tool.before_lock([&](sl::Source& source) {
    const auto head = source.peek(sl::sniff_bytes);
    if (head.empty()) return;
    format = sl::find_format_by_content(head);
    content = format != nullptr ? Content::Picture : sl::wire::looks_like_wire(head) ? Content::Wire : Content::Plugin;
    if (content == Content::Wire && sl::wire::looks_compressed(head)) tool.become("sl-decode-av", &source);
    if (content != Content::Plugin) return;
    const auto plugin = sl::find_plugin_by_content(source.peek(sl::plugin_magic_bytes));
    if (!plugin) tool.become("sl-decode-av", &source);
    const int input = sl::start_feeder(source);
    const sl::PipeEnds pipe = sl::make_pipe();
    tool.adopt(sl::start_plugin(*plugin, plugin->decode, input, pipe.write));
    close(input);
    close(pipe.write);
    source = sl::Source::descriptor(pipe.read, plugin->name);
  });

  return tool.run(argc, argv, [&](sl::Source& source, sl::Writer& out) {
    if (content == Content::Empty) throw sl::Error(sl::Status::Data, source.name() + ": is empty");
    if (content == Content::Wire) return pass_wire(source, out);
    if (content == Content::Plugin) return pass_plugin(source, !command.no_orient, out);
    while (format != nullptr) {
      if (const std::string option = command.film_option(); !option.empty()) {
        throw sl::Error(sl::Status::Usage, source.name() + ": is a " + std::string(format->info.name) + ": " + option +
                                               " is for film and sound (sl-select chooses frames on the wire)");
      }
      const sl::FormatOptions options = command.formats.values_for(*format, command.bracketed);
      Warnings warnings(source.name());
      const auto warn = [&](const std::string& text) { warnings.add(text); };
      const auto left_out = [&](const std::string& what, const std::string& why) { warnings.left_out(what, why); };
      decode(*format, {source, options, command.salvage, warn, left_out}, !command.no_orient, warnings, out);
      if (sl::interrupted() == 0) warnings.print();
      skip_white_space(source);
      format = sl::find_format_by_content(source.peek(sl::sniff_bytes));
    }
    if (const std::uint64_t rest = source.skip(~std::uint64_t{0}); rest != 0) {
      sl::warn(source.name() + ": " + std::to_string(rest) + " bytes after the picture are skipped");
    }
  });
}
