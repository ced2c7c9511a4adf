// The settings of decoders, the run of an encoder, and becoming a helper.

#include "formats/commands/pictures.h"

#include <algorithm>

#include "formats/commands/decode.h"
#include "formats/commands/encode.h"
#include "formats/output/picture_sink.h"
#include "libcore/bytes/spilled_memory.h"

namespace sl {

namespace {

// Options of the formats, and for a family of formats (PNM) which of them the suffix says.
FormatOptions options_for(const FormatInfo& format, const EncodeCommand& command) {
  auto values = command.name.options;
  const bool family =
      std::ranges::find(format.encode_options, "variant", &FormatOption::name) != format.encode_options.end();
  if (family && command.name.extension != "pnm") values.emplace_back("variant", command.name.extension);
  return command.formats->values_for(format, values);
}

// Whether the output is made of another file without decoding it.
bool repacks(const EncodeCommand& command, const FormatInfo& format) {
  return !format.repacks.empty() && options_for(format, command).flag(format.repacks);
}

// Make the output of the input's bytes, as repacks() says.
void repack(const EncodeCommand& command, const FormatInfo& format, const Format& own, Reader& in, bool is_wire,
            Output& output) {
  const FormatInfo& wanted = *find_format_info(format.repacks);
  if (is_wire || recognise_format(in.source()) != &wanted) {
    throw Error(Status::Usage, in.name() + ": is no " + std::string(wanted.name) + ", which [" +
                                   std::string(format.repacks) + "] repacks");
  }
  own.repack(in.source(), {output.next(), options_for(format, command), command.tool.threads()});
  output.complete();
  output.finish();
}

}  // namespace

const FormatInfo* find_encoding_helper(const EncodeCommand& command) {
  const FormatInfo* const info = find_format_info(command.name.extension);
  if (info == nullptr || !info->helper.empty()) return info;
  return repacks(command, *info) ? find_format_info(info->repacks) : nullptr;
}

void become_format(Tool& tool, const FormatInfo& info, std::string_view role, Source* source) {
  try {
    tool.become(info.helper, source, role);
  } catch (const Error& error) {
    if (error.status() != Status::Missing) throw;
    throw Error(Status::Missing, (source == nullptr ? "" : source->name() + ": ") + std::string(info.name) + ": " +
                                     error.what() + "; it is built if " + std::string(info.package) + " is installed");
  }
}

PictureSource::Settings picture_settings(const DecodeCommand& command, const Source& source) {
  return {.orient = !command.no_orient,
          .salvage = command.salvage,
          .keep_going = command.keep_going,
          .options = [&command, &source](const Format& picture) {
            if (const std::string option = command.film_option(); !option.empty()) {
              throw Error(Status::Usage, source.name() + ": is a " + std::string(picture.info.name) + ": " + option +
                                             " is for film and sound (sl-select chooses frames on the wire)");
            }
            return command.formats.values_for(picture.info, command.bracketed, !command.no_orient);
          }};
}

int encode_pictures(EncodeCommand& command, const Format* own, int argc, char** argv) {
  Tool& tool = command.tool;
  std::optional<FormatOptions> options;
  std::optional<Output> output;
  SpilledMemory spill;
  std::unique_ptr<PictureSink> sink;
  const FormatInfo* repacked = nullptr;
  bool is_wire = true;
  tool.prepare([&](SandboxPlan& plan) {
    const std::string& extension = command.name.extension;
    const FormatInfo* const info = find_format_info(extension);
    if (own != nullptr && info != nullptr && repacks(command, *info)) {
      repacked = info;
      output.emplace(command.name, Sync::IfReplacing, plan, tool.ledger());
      return;
    }
    const Format* format = own != nullptr ? own : find_format(info);
    if (format != nullptr) {
      options = options_for(format->info, command);
      const PictureEncoder::Settings settings{*format,
                                              *options,
                                              !command.no_orient,
                                              command.background_rgb(),
                                              tool.threads(),
                                              command.keep,
                                              static_cast<std::uint64_t>(command.max_size),
                                              &spill};
      if (extension == "pfm") spill.prepare();
      sink = make_format_sink(settings, output.emplace(command.name, Sync::IfReplacing, plan, tool.ledger()));
    } else if (extension == "slw") {
      sink = make_wire_sink(output.emplace(command.name, Sync::Always, plan, tool.ledger()), command.keep);
    } else if (const auto plugin = find_plugin_by_extension(extension)) {
      sink =
          make_plugin_sink(*plugin, output.emplace(command.name, Sync::IfReplacing, plan, tool.ledger()), command.keep);
    } else {
      throw Error(Status::Usage, "." + printable(extension, 20) + " is the suffix of no known format");
    }
  });
  if (own != nullptr && own->repack != nullptr) {
    tool.before_decoder([&](Source&) { return repacked == nullptr || (is_wire = false); });
  }
  tool.before_wait([&] {
    if (sink) sink->flush();
  });
  tool.on_failure([&](const Error&) {
    if (!sink && output) output->discard();
    return sink ? sink->give_up() : std::string();
  });
  return tool.run(argc, argv, [&](Reader& in) {
    if (repacked != nullptr) return repack(command, *repacked, *own, in, is_wire, *output);
    sink->run(in);
  });
}

}  // namespace sl
