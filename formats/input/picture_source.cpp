// Pictures one after another, what lies between them, and what to do about damaged ones.

#include "formats/input/picture_source.h"

#include <utility>
#include <vector>

#include "formats/metadata/picture_metadata.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

constexpr std::uint16_t track = 1;

// Skip white space between pictures: scripts leave it between netpbm pictures.
void skip_white_space(Source& source) {
  const auto is_space = [](std::byte b) {
    return b == std::byte{' '} || (b >= std::byte{'\t'} && b <= std::byte{'\r'});
  };
  for (auto next = source.peek(1); !next.empty() && is_space(next[0]); next = source.peek(1)) source.consume(1);
}

std::string bytes_text(std::uint64_t bytes) { return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes"); }

}  // namespace

void send_header(Writer& out, std::uint16_t number, Picture picture, bool orient, Warnings& warnings) {
  take_metadata(picture, orient,
                [&](const std::string& what, const std::string& why) { warnings.left_out(what, why); });
  out.track(number, picture.track);
  for (const Attachment& attachment : picture.attachments) out.attachment(number, attachment);
  warnings.send_losses(number, out);
}

PictureSource::PictureSource(Source& source, Writer& out, Settings settings)
    : source_(source), out_(out), settings_(std::move(settings)) {}

void PictureSource::run(const Format* format) {
  const Format* const first = format;
  const Format* last = first;
  for (; format != nullptr; format = next(*first)) {
    last = format;
    pass(*format);
  }
  end(*last);
  if (lost_ == number_ || (settings_.keep_going && lost_ != 0)) {
    if (number_ == 1) throw Error(*first_loss_);
    throw Error(Status::Data, source_.name() + ": " + std::to_string(lost_) + " of " + std::to_string(number_) +
                                  " pictures are left out, because they are damaged");
  }
}

void PictureSource::pass(const Format& format) {
  const FormatOptions options = settings_.options(format);
  start_ = source_.position();
  ++number_;
  // Strictly, only a header is read again.
  if (source_.can_seek()) {
    source_.end_header();
  } else {
    source_.keep(recovers() ? limits().memory : limits().metadata);
  }
  // A picture that was written over a longer file, or into one, leaves a part of the old one behind it. In a pipe, and
  // after two pictures, it is a sequence of pictures that was cut.
  const bool may_be_leftover = number_ == 2 && is_file() && !settings_.salvage;
  if (settings_.keep_going || may_be_leftover) {
    const auto damage = try_out(format, options);
    if (damage && settings_.keep_going) return lose(format, *damage);
    if (!source_.can_return(start_)) {
      throw Error(Status::Limit, source_.name() + ": a picture is larger than --max-memory, and --keep-going keeps it");
    }
    source_.seek(start_);
    if (damage) {
      leftover_ = true;
      --number_;
      return warn(std::string(damage->what()) + "; what follows the picture is no whole one");
    }
  }
  try {
    const bool damaged = decode(format, options);
    if (settings_.salvage && !ends_well(format, damaged)) {
      warn(source_.name() + ": picture " + std::to_string(number_) + " was truncated: another one begins in it");
    }
  } catch (const Error& error) {
    if (!settings_.salvage || error.status() != Status::Data || out_.in_frame()) throw;
    lose(format, error);
  }
}

void PictureSource::begin() {
  if (out_.in_stream()) return;
  out_.begin();
  if (settings_.origin) out_.stage(*settings_.origin);
}

// Return whether a strip is damaged.
bool PictureSource::decode(const Format& format, const FormatOptions& options) {
  Warnings warnings(source_.name());
  bool damaged = false;
  // While a picture may yet be lost its stream is not begun.
  if (!recovers() && !settings_.origin) begin();
  const auto decoder =
      format.decoder({source_, options, settings_.salvage, [&warnings](const std::string& text) { warnings.add(text); },
                      [&warnings](const std::string& what, const std::string& why) { warnings.left_out(what, why); }});
  do {
    const Picture picture = decoder->header();
    if (!recovers()) source_.end_header();
    begin();
    send_header(out_, track, picture, settings_.orient, warnings);
    const std::uint32_t rows = strip_rows(picture.track);
    while (const auto frame = decoder->next_frame()) {
      out_.frame(track, *frame);
      for (bool last = false; !last;) {
        const Strip strip = decoder->read_rows(rows);
        last = strip.last;
        damaged = damaged || strip.damaged;
        out_.rows(track, strip);
        source_.check_stop();
      }
    }
    warnings.send_losses(track, out_);
    out_.end();
  } while (decoder->next_page());
  if (interrupted() == 0) warnings.print();
  return damaged;
}

// Decode the picture without writing it. Return its damage.
std::optional<Error> PictureSource::try_out(const Format& format, const FormatOptions& options) {
  try {
    const auto decoder = format.decoder({source_, options, false, [](const std::string&) {}});
    do {
      const std::uint32_t rows = strip_rows(decoder->header().track);
      while (decoder->next_frame()) {
        while (!decoder->read_rows(rows).last) source_.check_stop();
      }
    } while (decoder->next_page());
    if (const std::uint64_t end = source_.position(); !ends_well(format, false)) {
      return Error(Status::Data, source_.name() + ": " + std::string(format.info.name) + ": truncated after " +
                                     bytes_text(source_.position() - start_) + " of " + std::to_string(end - start_) +
                                     ": another picture begins there");
    }
  } catch (const Error& error) {
    if (error.status() != Status::Data) throw;
    return error;
  }
  return std::nullopt;
}

// Whether the picture that has just been read is followed by the end or another one; or does not contain another one,
// whose bytes it took because its own were cut off. If it does, leave the source there.
bool PictureSource::ends_well(const Format& format, bool damaged) {
  const std::uint64_t end = source_.position();
  skip_white_space(source_);
  const bool at_end = source_.peek(1).empty() && !(damaged && format.intact_part == nullptr);
  const bool known = at_end || format_here(format) != nullptr;
  if (!known && source_.can_return(start_)) {
    source_.seek(start_);
    const bool has_mark = format.info.sniff(source_.peek(far_sniff_bytes));  // raw pixels and CSV may be any bytes
    source_.seek(has_mark ? start_ + 1 : end);
    if (has_mark) skip_damaged(source_, format, end);
    if (source_.position() < end) return false;
  }
  source_.seek(end);
  return true;
}

void PictureSource::lose(const Format& format, const Error& error) {
  ++lost_;
  if (out_.in_stream()) out_.end();
  if (!first_loss_) first_loss_ = error;
  if (source_.can_return(start_)) source_.seek(start_ + 1);
  skip_damaged(source_, format);
  // The failure of a single picture is reported at the end.
  if (number_ == 1 && source_.peek(1).empty()) return;
  warn(std::string(error.what()) + "; picture " + std::to_string(number_) + " is left out");
}

// The format of a picture that begins here: `own`, which may be in a helper, or a light one.
const Format* PictureSource::format_here(const Format& own) const {
  const auto head = source_.peek(sniff_bytes);
  return own.info.sniff(head) ? &own : find_format_by_content(head);
}

// Bytes behind the last picture are reported. They are a failure if a picture is lost with them.
void PictureSource::end(const Format& last) {
  const FormatInfo* const other = leftover_ ? nullptr : recognise_format(source_.peek(sniff_bytes));
  const std::uint64_t place = source_.position(), rest = source_.skip(~std::uint64_t{0});
  if (rest == 0) return;
  if (other != nullptr && !is_file()) {
    throw Error(Status::Data, source_.name() + ": picture " + std::to_string(number_ + 1) + ", at byte " +
                                  std::to_string(place) + ", is " + std::string(other->name) +
                                  ", which is read from a pipe as the first one only");
  }
  // Without marks to search for, a cut picture takes the begin of the next one.
  if (number_ > 1 && last.intact_part == nullptr && !is_file()) {
    throw Error(Status::Data, source_.name() + ": " + std::string(last.info.name) + ": " + bytes_text(rest) +
                                  " after picture " + std::to_string(number_) +
                                  " are no picture: one of these pictures is truncated");
  }
  warn(source_.name() + ": " + bytes_text(rest) + " after the picture are skipped");
}

const Format* PictureSource::next(const Format& first) {
  if (leftover_) return nullptr;
  skip_white_space(source_);
  if (const Format* format = format_here(first)) return format;
  if (!recovers() || source_.peek(1).empty()) return nullptr;
  const std::uint64_t skipped = skip_to_picture(source_, first);
  warn(source_.name() + ": " + bytes_text(skipped) + " after picture " + std::to_string(number_) + " are skipped");
  const Format* format = format_here(first);
  if (format != nullptr) ++number_, ++lost_;  // the rest of a picture
  return format;
}

}  // namespace sl
