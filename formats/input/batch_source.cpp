// One PictureSource for each file. A stream that breaks off is completed, since the stages behind it live on.

#include "formats/input/batch_source.h"

#include <string>

#include "libcore/base/error.h"
#include "libcore/base/report.h"

namespace sl {

namespace {

// Whether the file is bad, and not the output or the machine.
bool is_of_input(const Error& error) {
  const Status status = error.status();
  return status == Status::Data || status == Status::Limit || status == Status::NoInput ||
         status == Status::NotPermitted || status == Status::Usage;
}

// End the stream with a frame that has its size, however little of it has come.
void complete(Writer& out) {
  if (!out.in_stream()) return;
  constexpr std::uint16_t track = 1;
  constexpr std::uint64_t after_all_others = std::uint64_t{1} << 62;
  if (!out.in_frame()) {
    Frame frame;
    frame.number = after_all_others;
    frame.flags |= frame_flag::damaged;
    out.frame(track, frame);
  }
  out.complete_frame(track);
  out.end();
}

}  // namespace

BatchSource::BatchSource(int ledger) : ledger_(ledger) {
  for (std::size_t i = 0; i < ledger_.entries().size(); ++i) {
    sources_.emplace_back();
    try {
      sources_.back() = Source::file(ledger_.entries()[i].input);
    } catch (const Error& error) {
      ledger_.fail(i, error.status(), error.what());
    }
  }
}

void BatchSource::run(Writer& out, const std::function<PictureSource::Settings(Source&)>& settings) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!sources_[i]) continue;
    try {
      pass(i, out, settings(*sources_[i]));
    } catch (const Error& error) {
      if (!is_of_input(error)) throw;
      ledger_.fail(i, error.status(), error.what());
      complete(out);
    }
    sources_[i].reset();
  }
  if (!out.started()) throw Error(Status::Data, "no picture can be decoded");
}

void BatchSource::pass(std::size_t input, Writer& out, PictureSource::Settings settings) {
  Source& source = *sources_[input];
  if (source.peek(1).empty()) throw Error(Status::Data, source.name() + ": is empty");
  const Format* const format = find_format(recognise_format(source));
  if (format == nullptr) throw Error(Status::Data, source.name() + ": has changed its format");
  settings.origin = {std::string(batch_stage), std::string(version()), "", std::to_string(input)};
  PictureSource(source, out, std::move(settings)).run(format);
}

}  // namespace sl
