// All inputs are read whenever they have something, each at most two pictures ahead, so that none blocks another.

#include "tools/composite/composite_stage.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/base/times.h"
#include "libcore/combine/input_set.h"
#include "libcore/filter/point.h"
#include "libcore/wire/events.h"
#include "tools/composite/layer_input.h"
#include "tools/composite/layer_sound.h"
#include "tools/composite/returning_layers.h"

namespace sl {

using wire::Type;

namespace {

constexpr Rational nanosecond{1, 1'000'000'000};
constexpr std::int64_t second = 1'000'000'000;

class CompositeStage {
 public:
  CompositeStage(Inputs& inputs, Writer& out, const CompositeSettings& settings, const ChangeShow& change,
                 Preview* preview)
      : inputs_(inputs),
        out_(out),
        settings_(settings),
        change_(change),
        preview_(preview),
        streams_(inputs, out),
        show_(settings.stack),
        sound_(inputs, out, settings.stack.layers, settings.stack.master, settings.may_change),
        returning_(inputs),
        was_away_(inputs.size(), false) {}

  void run() {
    if (!streams_.begin()) return;
    start();
    do {
      announce();
      while (HeldPicture* picture = next()) {
        compose(*picture);
        master().drop_picture();
      }
      end_sound();
      if (preview_ != nullptr) preview_->end();
      streams_.end();
    } while (begin_next());
    finish();
  }

 private:
  LayerInput& master() { return layers_[settings_.stack.master]; }

  // ---- Streams ----

  void start() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const auto& start = settings_.stack.layers[i].start;
      layers_.emplace_back(inputs_, i, start ? rescale(start->num, {1, start->den}, nanosecond) : 0,
                           [this, i](const wire::Header& record) { take_other(i, record); });
      streams_.first(i) ? begin(i) : lose(i);
    }
  }

  bool begin_next() {
    const auto joins = [&](std::size_t i) {
      return layers_[i].ended() && !inputs_.lost(i) && !returning_.is_away(i) && !is_finished(i);
    };
    if (!streams_.begin_next(settings_.stack.master, joins)) return false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (streams_.first(i)) begin(i);
    }
    return true;
  }
  void begin(std::size_t i) {
    const bool is_heard = i != settings_.stack.master && settings_.stack.layers[i].sound.value_or(false);
    layers_[i].begin(*streams_.first(i), is_heard);
  }
  bool is_finished(std::size_t i) { return inputs_.reader(i).finished(); }

  // A layer that has ended may still fail before its CLOSE.
  void finish() {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (inputs_.lost(i) || !layers_[i].ended() || returning_.is_away(i) || is_finished(i)) continue;
      if (late() != Late::Wait && !inputs_.has_record(i)) continue;  // it has stalled
      if (!inputs_.use(i, [](Reader& in) { (void)in.next(); })) lose(i);
    }
  }

  // ---- Layers that come back ----

  // Begin the layers that are there again.
  void take_returned() {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i == settings_.stack.master || !layers_[i].ended()) continue;
      const auto first = returning_.take(i, is_live());
      if (first) begin_again(i, *first);
      if (!first && inputs_.lost(i) && !returning_.is_away(i) && !was_away_[i]) lose(i);
      was_away_[i] = was_away_[i] || returning_.is_away(i);
    }
  }

  void begin_again(std::size_t i, const wire::Header& first) {
    const LayerSettings& layer = settings_.stack.layers[i];
    const std::string name = "layer " + layer.name + ", " + inputs_.title(i) + ", ";
    try {
      layers_[i].begin_at(first, layer.sound.value_or(false), master().time());
      sound_.begin_again(i, layers_[i].start());
    } catch (const Error& error) {
      if (layer.required) throw;
      layers_[i].lose();
      returning_.refuse(i);
      return warn(name + "cannot be used: " + error.what());
    }
    lost_.erase(i);
    was_away_[i] = false;
    warn(name + "is back");
  }

  void announce() {
    const Reader& first = inputs_.reader(settings_.stack.master);
    number_ = master().track();
    started_.reset();
    writer_.emplace(out_, number_);
    set_canvas(first.track(number_), first.attachments(number_));
    writer_->announce(show_.track());
    sound_.begin([this](std::size_t i) { return layers_[i].ended(); });
    for (const std::uint16_t number : first.tracks()) {
      if (number != number_ && !sound_.replaces(number)) out_.track(number, first.track(number));
    }
    if (sound_.is_mixed()) out_.track(sound_.number(), sound_.track());
    const StreamHeader& header = streams_.header(settings_.stack.master);
    header.pass(0, out_, 0);
    for (const std::uint16_t number : first.tracks()) {
      if (!sound_.replaces(number) || number == sound_.number()) header.pass(number, out_, number, number != number_);
    }
    streams_.forget_headers();
    for (const std::size_t i : std::exchange(unreported_, {})) write_lost_input(out_, i + 1, *inputs_.lost(i));
  }

  void take_other(std::size_t i, const wire::Header& record) {
    if (record.type == Type::End) {
      sound_.reach(i, std::nullopt);
      return streams_.note_end(i);
    }
    if (record.type == Type::Stage) return streams_.pass_stage(i);
    Reader& in = inputs_.reader(i);
    if (sound_.is_part(i, record.track)) {
      if (!sound_.take(i, record) && i == settings_.stack.master) in.pass(record, out_);
      return;
    }
    if (i != settings_.stack.master || sound_.replaces(record.track)) return;
    record.track == number_ ? pass_untied(in, record, out_) : in.pass(record, out_);
  }

  void lose(std::size_t i) {
    layers_[i].lose();
    sound_.reach(i, std::nullopt);
    if (!lost_.insert(i).second) return;
    const Cause& cause = *inputs_.lost(i);
    warn("layer " + settings_.stack.layers[i].name + ", " + inputs_.title(i) + ", is lost: " + cause.message);
    if (out_.in_stream() && writer_) {
      write_lost_input(out_, i + 1, cause);
    } else {
      unreported_.push_back(i);
    }
  }

  // ---- Time ----

  [[nodiscard]] bool is_live() { return inputs_.reader(settings_.stack.master).track(number_).live; }
  [[nodiscard]] Late late() { return settings_.late.value_or(is_live() ? Late::Hold : Late::Wait); }

  // Return the next picture of the master, with the layers at its time; null after the last one.
  HeldPicture* next() {
    bool moved = true;
    while (true) {
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (i != settings_.stack.master && master().picture() != nullptr) layers_[i].advance(master().time());
      }
      if (is_enough(moved)) return master().picture();
      std::vector<std::size_t> silent;
      moved = false;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (!has_room(i)) continue;
        if (!layers_[i].is_ready()) {
          silent.push_back(i);
          continue;
        }
        moved = true;
        read(i);
      }
      if (moved || is_enough(false)) continue;
      inputs_.wait_for_record(silent);
      moved = true;
    }
  }

  void read(std::size_t i) {
    if (!layers_[i].read()) return lose(i);
    if (const auto time = layers_[i].newest()) sound_.note_picture(i, *time);
  }
  // Whether to read an input: up to two pictures, or a second of sound that has no pictures.
  bool has_room(std::size_t i) { return layers_[i].has_room() && (layers_[i].track() != 0 || sound_.has_room(i)); }

  // `moved`: something came in the last round, so more may be here.
  bool is_enough(bool moved) {
    if (master().picture() == nullptr) return master().ended();
    bool is_late = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i == settings_.stack.master || !is_missing(i)) continue;
      is_late = true;
      if (late() == Late::Wait || is_awaited(i)) return false;
    }
    return !is_late || !moved;
  }

  // Whether a layer is waited for in any case: stills come at the start alone.
  bool is_awaited(std::size_t i) {
    return layers_[i].track() != 0 && layers_[i].seen() == 0 && !inputs_.reader(i).live();
  }

  // Whether a nearer picture of a layer may come, or its sound is over a second behind.
  bool is_missing(std::size_t i) {
    if (!layers_[i].is_certain(master().time())) return true;
    return has_room(i) && !sound_.has_come(i, subtract_time(master().time(), second));
  }

  // ---- Sound ----

  // Write the sound before the picture in turn. Under a live master sound that is late is silence.
  void send_sound() {
    const std::int64_t time = master().time();
    for (std::size_t i = 0; late() != Late::Wait && i < layers_.size(); ++i) {
      if (i != settings_.stack.master) sound_.reach(i, subtract_time(time, second / 2));
    }
    sound_.send(time, show_);
  }

  // Read the sound of all layers up to the end of the master, and write it.
  void end_sound() {
    if (!sound_.is_mixed()) return;
    const std::int64_t end = sound_.end_time(end_of_pictures_);
    while (true) {
      std::vector<std::size_t> silent;
      bool moved = false;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (late() != Late::Wait) sound_.reach(i, std::nullopt);
        if (layers_[i].ended() || sound_.has_come(i, end)) continue;
        while (layers_[i].newest()) layers_[i].drop_picture();
        if (!layers_[i].is_ready()) {
          silent.push_back(i);
          continue;
        }
        moved = true;
        read(i);
      }
      if (silent.empty() && !moved) break;
      sound_.send_rest(end);
      if (!moved) inputs_.wait_for_record(silent);
    }
    sound_.send_rest(end);
    sound_.end();
  }

  // ---- Pictures ----

  void set_canvas(const Track& track, const std::vector<Attachment>& attachments) {
    std::vector<Track> tracks(layers_.size(), track);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i == settings_.stack.master || inputs_.lost(i)) continue;
      tracks[i] = layers_[i].format();
    }
    show_.set_canvas(tracks, space_of(track, attachments));
  }

  void compose(HeldPicture& picture) {
    if (late() == Late::Drop && drop_late(picture)) return;
    take_returned();
    const FrameContext& context = *picture.context;
    set_canvas(context.track, context.attachments);
    if (!started_) started_ = master().time();
    if (change_) change_(subtract_time(master().time(), *started_), show_);
    send_sound();
    const std::int64_t length = rescale(picture.frame.duration, context.track.time_base, nanosecond);
    end_of_pictures_ = length == no_time ? master().time() : add_time(master().time(), length);
    Show::Pictures pictures;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      pictures.push_back({is_shown(i) ? layers_[i].picture() : nullptr, layers_[i].generation()});
    }
    if (preview_ != nullptr) {
      show_.begin_preview(pictures);
      preview_->send(picture, show_.track(), [&](const Strip& rows) { show_.paint(rows); });
    }
    const auto [whole, on_master] = show_.begin(pictures);
    if (!on_master) (void)drop_geometry(picture.frame);
    if (whole != nullptr) return writer_->send(picture, show_.track(), whole->strip());
    writer_->send(picture, show_.track(), [&](const Strip& rows) { show_.paint(rows); });
  }

  // Leave the master's picture out if one of a layer is late.
  bool drop_late(HeldPicture& picture) {
    bool is_late = false;
    for (std::size_t i = 0; i < layers_.size(); ++i)
      is_late = is_late || (i != settings_.stack.master && is_missing(i));
    if (!is_late) return false;
    write_dropped(out_, number_, picture.frame.number, picture.frame.number, "a layer was late");
    writer_->send(std::exchange(picture.after, {}));
    return true;
  }

  // Whether a layer has a picture for this moment.
  bool is_shown(std::size_t i) {
    LayerInput& layer = layers_[i];
    if (i == settings_.stack.master || layer.picture() == nullptr) return layer.picture() != nullptr;
    const bool is_first = layer.picture()->index == 0;
    if (settings_.stack.layers[i].start && is_first && layer.time() > master().time()) return false;
    const bool is_late = is_missing(i) || (layer.ended() && !layer.is_still() && is_past(i));
    return late() != Late::Blank || !is_late;
  }
  // Whether the last picture of a layer is over.
  bool is_past(std::size_t i) {
    const HeldPicture& picture = *layers_[i].picture();
    const std::int64_t length = rescale(picture.frame.duration, picture.context->track.time_base, nanosecond);
    return master().time() >= add_time(layers_[i].time(), length == no_time ? 1 : length);
  }

  Inputs& inputs_;
  Writer& out_;
  const CompositeSettings& settings_;
  const ChangeShow& change_;
  Preview* preview_;
  StreamSet streams_;
  Show show_;
  LayerSound sound_;
  std::vector<LayerInput> layers_;
  std::set<std::size_t> lost_;
  ReturningLayers returning_;
  std::vector<bool> was_away_;           // the loss of what comes again is not reported until it was back
  std::vector<std::size_t> unreported_;  // lost before the stream began
  std::uint16_t number_ = 0;             // of the master's track
  std::optional<PictureWriter> writer_;
  std::optional<std::int64_t> started_;  // the time of the first picture
  std::int64_t end_of_pictures_ = 0;     // ns
};

}  // namespace

void composite(Inputs& inputs, Writer& out, const CompositeSettings& settings, const ChangeShow& change,
               Preview* preview) {
  CompositeStage(inputs, out, settings, change, preview).run();
  if (preview != nullptr) preview->close();
}

}  // namespace sl
