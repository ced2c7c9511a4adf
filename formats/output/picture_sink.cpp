// Streams to files: a format's encoder, the wire itself, a plug-in.

#include "formats/output/picture_sink.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <utility>

#include "formats/output/fitted_picture.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/bytes/source.h"
#include "libcore/media/geometry.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/identity.h"
#include "libcore/wire/writer.h"

namespace sl {

namespace {

using wire::Type;

class FormatSink : public PictureSink {
 public:
  FormatSink(const PictureEncoder::Settings& settings, Output& output)
      : settings_(settings), output_(output), pages_(settings.format.info.pages && !output.name().numbered) {
    settings_.note = [this](const std::string& what) {
      if (left_out_.insert(what).second) warn(output_.current()->name() + ": " + what);
    };
  }

  void run(Reader& in) override {
    while (const auto record = in.next()) {
      switch (record->type) {
        case Type::Start:
          track_ = 0;
          skips_ = false;
          break;
        case Type::Frame:
          begin_frame(in, record->track);
          break;
        case Type::Rows:
          if (record->track == track_ && !skips_) take_rows(in);
          break;
        case Type::End:
          end_stream(in);
          break;
        default:
          break;
      }
    }
    if (pages_ && encoder_) {
      encoder_->finish();
      encoder_.reset();
      output_.complete();
    }
    if (output_.completed() == 0) throw Error(Status::Data, in.name() + ": contains no picture");
    output_.finish();
  }

  void flush() override {
    if (encoder_) encoder_->flush();
    if (output_.current() != nullptr) output_.current()->flush();
  }

  std::string give_up() override {
    encoder_.reset();
    output_.discard();
    const std::uint64_t whole = output_.completed();
    if (!output_.name().numbered || whole == 0) return {};
    return " (" + std::to_string(whole) + (whole == 1 ? " complete picture stays)" : " complete pictures stay)");
  }

 private:
  // The first track of raw video is the one that is written.
  void begin_frame(const Reader& in, std::uint16_t number) {
    const Track& track = in.track(number);
    if (track_ == 0 && track.is_raw_video()) track_ = number;
    if (number != track_) {
      if (!warned_)
        warn("track " + std::to_string(number) + " is left out: " + std::string(settings_.format.info.name) +
             " holds one of pictures");
      warned_ = true;
      return;
    }
    if (encoder_ && track != written_ && !pages_) {
      throw Error(Status::Data, in.name() + ": frame " + std::to_string(in.frame(number).number) +
                                    " changes size or format, which " + std::string(settings_.format.info.name) +
                                    " cannot hold");
    }
    settle();
    written_ = track;
    if (!encoder_ && is_further_page(track)) {
      if (!std::exchange(warned_, true))
        warn("the pages after the first are left out: " + std::string(settings_.format.info.name) + " holds one");
      skips_ = true;
      return;
    }
    if (!encoder_) {
      whole_frames_ = 0;
      output_.choose(in.stages(), settings_.orient ? upright_size(track) : Size{track.width, track.height});
      Target& target = output_.next();
      begin_picture(target, track, in.attachments(number));
      if (settings_.keep == Keep::All) report_film_facts(in.attachments(0), track, reporter(target.name()));
    } else if (pages_) {
      page_->next_page(track, in.attachments(number), reporter(output_.current()->name()));
    }
    encoder_->begin_frame(in.frame(number));
  }

  void begin_picture(Target& target, const Track& track, const std::vector<Attachment>& attachments) {
    const LeftOut left_out = reporter(target.name());
    if (settings_.max_size != 0) {
      encoder_ = std::make_unique<FittedPicture>(settings_, target, track, attachments, left_out);
      return;
    }
    auto encoder = std::make_unique<PictureEncoder>(settings_, target, track, attachments, left_out);
    page_ = encoder.get();
    encoder_ = std::move(encoder);
  }

  LeftOut reporter(std::string name) {
    return [this, name = std::move(name)](const std::string& what, const std::string& why) {
      if (left_out_.insert(what).second) warn(name + ": left out: " + what + " (" + why + ")");
    };
  }

  // Whether the picture is a page after the first, and there is one file for a format without pages.
  [[nodiscard]] bool is_further_page(const Track& track) const {
    if (output_.completed() == 0 || output_.name().numbered || output_.name().path.empty() || track.rest.empty())
      return false;
    const Json rest = parse_json(track.rest, wire_limit::json);
    const Json::json_pointer page("/meta/page");
    return rest.contains(page) && rest[page].is_number_unsigned() && rest[page].get<std::uint64_t>() > 1;
  }

  void take_rows(Reader& in) {
    Strip strip;
    try {
      strip = in.strip();
    } catch (const Error& error) {
      if (in.stopped_by(error)) return;
      throw;
    }
    write_rows(strip);
  }

  void write_rows(const Strip& strip) {
    damaged_ = damaged_ || strip.damaged;
    encoder_->write_rows(strip);
    if (strip.last) ++whole_frames_;
    if (strip.last && !settings_.format.info.animation && !pages_) finish_picture();
  }

  void finish_picture() {
    encoder_->finish();
    encoder_.reset();
    if (damaged_ && !output_.is_left_out()) warn("picture " + std::to_string(output_.completed() + 1) + " is damaged");
    damaged_ = false;
    encoded_ = true;
  }

  // A picture counts, and a numbered file gets its name, when its END or the next frame shows that its stream
  // continued well.
  void settle() {
    if (std::exchange(encoded_, false)) output_.complete();
  }

  void end_stream(const Reader& in) {
    finish_stream(in);
    settle();
  }

  void finish_stream(const Reader& in) {
    if (pages_) return;   // run() ends the file; an unfinished page is left out
    if (in.in_frame()) {  // an interrupt cut a live stream off: the unfinished frame is left out
      if (settings_.format.info.animation && whole_frames_ != 0) return finish_picture();
      encoder_.reset();
      output_.discard();
      return;
    }
    if (encoder_) finish_picture();
  }

  PictureEncoder::Settings settings_;
  Output& output_;
  bool pages_;  // all pictures go into one file
  std::unique_ptr<PictureWriter> encoder_;
  PictureEncoder* page_ = nullptr;  // encoder_, if it can have further pages
  Track written_;
  std::uint16_t track_ = 0;
  std::uint64_t whole_frames_ = 0;  // of the picture in progress
  std::set<std::string> left_out_;  // reported once, however many pictures it is true of
  bool warned_ = false, damaged_ = false;
  bool skips_ = false;    // the stream is a page that is left out
  bool encoded_ = false;  // the picture's file is whole, its stream is not known to be
};

class WireSink : public PictureSink {
 public:
  WireSink(Output& output, Keep keep) : output_(output), keep_(keep) {}

  void run(Reader& in) override {
    Target& target = output_.next();
    Writer out(target, identity().stage, identity().command);
    out.count_input([&in] { return in.source().counters().bytes; });
    try {
      while (const auto record = in.next()) {
        live_ = live_ || in.live();
        pass(in, *record, out);
      }
    } catch (const Error& error) {
      if (target.can_cut() || error.status() == Status::ReaderGone) throw;
      // Into a pipe: the next stage must hear of it.
      out.abort(cause_of(error));
      throw;
    }
    out.close();
    output_.complete();
    output_.finish();
  }

  void flush() override {
    if (output_.current() != nullptr) output_.current()->flush();
  }

  // Keep the received part of a live stream under another name: it may be ten hours of camera.
  std::string give_up() override {
    if (output_.current() != nullptr && live_) {
      return " (what came is kept in " + output_.current()->keep_part() + ")";
    }
    output_.discard();
    return {};
  }

 private:
  void pass(Reader& in, const wire::Header& record, Writer& out) const {
    try {
      pass_kept(in, record, out, keep_);
    } catch (const Error& error) {
      if (record.type == Type::End || !in.stopped_by(error)) throw;
    }
  }

  Output& output_;
  Keep keep_;
  bool live_ = false;
};

class PluginSink : public PictureSink {
 public:
  PluginSink(const Plugin& plugin, Output& output, Keep keep) : output_(output), target_(output.next()), keep_(keep) {
    const PipeEnds pipe = make_pipe();
    target_.flush();
    helper_.emplace(start_plugin(plugin, plugin.encode, pipe.read, target_.fd()));
    close(pipe.read);
    pipe_.emplace(Target::descriptor(pipe.write, plugin.name));
  }

  void run(Reader& in) override {
    std::signal(SIGPIPE, SIG_IGN);  // an encoder that ends early must not end this process before it has said so
    Writer out(*pipe_, identity().stage, identity().command);
    out.count_input([&in] { return in.source().counters().bytes; });
    try {
      while (const auto record = in.next()) pass_kept(in, *record, out, keep_);
      out.close();
      if (!is_read()) encoder_ended(true);
      pipe_->finish();
    } catch (const Error& error) {
      if (error.status() == Status::ReaderGone) encoder_ended(true);
      if (error.cause()) out.abort(*error.cause());
      throw;
    }
    encoder_ended(false);
    output_.complete();
    output_.finish();
  }

  void flush() override { pipe_->flush(); }

  std::string give_up() override {
    if (pipe_) pipe_->discard();
    helper_->wait();  // it writes nothing into the output any more
    output_.discard();
    return {};
  }

 private:
  // Wait until the encoder has read all written bytes; return false if it ended before. A small picture fits into the
  // pipe, so that writing it proves nothing.
  bool is_read() {
    constexpr int often = 2;  // ms: no event reports an empty pipe
    while (true) {
      int left = 0;
      if (ioctl(pipe_->fd(), FIONREAD, &left) != 0 || left == 0) return true;
      pollfd reader{pipe_->fd(), 0, 0};
      if (poll(&reader, 1, often) > 0 && (reader.revents & POLLERR) != 0) return false;
      check_interrupt();
    }
  }

  // Throw if the encoder failed. With an exit status of our table it has already explained itself.
  void encoder_ended(bool early) {
    const Ending& ending = helper_->wait();
    if (ending.good() && !early) return;
    if (ending.signal == SIGPIPE) throw Error(Status::ReaderGone, "its encoder reads no more");
    const std::string message = ending.good() ? "its encoder ended before it had read everything"
                                : ending.code
                                    ? "its encoder ended with status " + std::to_string(*ending.code)
                                    : "its encoder was killed by signal " + std::to_string(ending.signal.value_or(0));
    throw Error::upstream(status_of(ending), cause_of(helper_->name(), ending, message), reports_itself(ending));
  }

  Output& output_;
  Target& target_;
  Keep keep_;
  std::optional<Helper> helper_;
  std::optional<Target> pipe_;
};

}  // namespace

std::unique_ptr<PictureSink> make_format_sink(const PictureEncoder::Settings& settings, Output& output) {
  return std::make_unique<FormatSink>(settings, output);
}
std::unique_ptr<PictureSink> make_wire_sink(Output& output, Keep keep) {
  return std::make_unique<WireSink>(output, keep);
}
std::unique_ptr<PictureSink> make_plugin_sink(const Plugin& plugin, Output& output, Keep keep) {
  if (output.name().numbered) {
    throw Error(Status::Usage,
                output.name().path + ": the encoder of " + plugin.name + " writes one file, not numbered ones");
  }
  return std::make_unique<PluginSink>(plugin, output, keep);
}

}  // namespace sl
