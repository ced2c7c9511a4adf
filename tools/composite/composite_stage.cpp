// All inputs are read whenever they have something, each at most two pictures ahead, so that none blocks another.

#include "tools/composite/composite_stage.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/base/times.h"
#include "libcore/combine/input_set.h"
#include "libcore/filter/point.h"
#include "libcore/media/geometry.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"
#include "libcore/wire/events.h"
#include "tools/composite/layer_input.h"
#include "tools/composite/painter.h"

namespace sl {

using wire::Type;

namespace {

constexpr Rational nanosecond{1, 1'000'000'000};

// Return the track of the canvas, except for its size: the master's samples, or R'G'B' if layers cannot be put on
// those.
Track canvas_track(const Track& master, bool needs_color, bool needs_rgb) {
  Track track = working(upright_steps(master).track(), WorkingSpace::Straight);
  track.orientation = 1;
  if (track.pixels->packing == Packing::Packed422) track.pixels = &pixel_format("yuv422p");
  if (needs_rgb && track.pixels->model == Model::Yuv) return working(track, WorkingSpace::Rgb);
  if (!needs_color || track.pixels->model != Model::Gray) return track;
  const bool alpha = track.pixels->alpha;
  const int bits = track.pixels->bits;
  track.pixels = &pixel_format(bits == 32  ? (alpha ? "rgbaf32le" : "rgbf32le")
                               : bits == 8 ? (alpha ? "rgba" : "rgb24")
                                           : (alpha ? "rgba64le" : "rgb48le"));
  track.color.matrix = 0;
  track.color.range = Range::Full;
  return track;
}

class CompositeStage {
 public:
  CompositeStage(Inputs& inputs, Writer& out, const CompositeSettings& settings, const ChangeStates& change)
      : inputs_(inputs), out_(out), settings_(settings), change_(change), streams_(inputs, out) {}

  void run() {
    if (!streams_.begin()) return;
    start();
    do {
      announce();
      while (HeldPicture* picture = next()) {
        compose(*picture);
        master().drop_picture();
      }
      streams_.end();
    } while (begin_next());
    finish();
  }

 private:
  LayerInput& master() { return layers_[settings_.master]; }

  // ---- Streams ----

  void start() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const auto& start = settings_.layers[i].start;
      layers_.emplace_back(inputs_, i, start ? rescale(start->num, {1, start->den}, nanosecond) : 0,
                           [this, i](const wire::Header& record) { take_other(i, record); });
      streams_.first(i) ? layers_[i].begin(*streams_.first(i)) : lose(i);
    }
  }

  bool begin_next() {
    const auto joins = [&](std::size_t i) { return layers_[i].ended() && !inputs_.lost(i) && !is_finished(i); };
    if (!streams_.begin_next(settings_.master, joins)) return false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (streams_.first(i)) layers_[i].begin(*streams_.first(i));
    }
    return true;
  }
  bool is_finished(std::size_t i) { return inputs_.reader(i).finished(); }

  // A layer that has ended may still fail before its CLOSE.
  void finish() {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (inputs_.lost(i) || !layers_[i].ended() || is_finished(i)) continue;
      if (!inputs_.use(i, [](Reader& in) { (void)in.next(); })) lose(i);
    }
  }

  void announce() {
    const Reader& first = inputs_.reader(settings_.master);
    number_ = master().track();
    started_.reset();
    writer_.emplace(out_, number_);
    update_canvas(first.track(number_), space_of(first.track(number_), first.attachments(number_)));
    writer_->announce(canvas_->track);
    for (const std::uint16_t number : first.tracks()) {
      if (number != number_) out_.track(number, first.track(number));
    }
    const StreamHeader& header = streams_.header(settings_.master);
    header.pass(0, out_, 0);
    for (const std::uint16_t number : first.tracks()) header.pass(number, out_, number, number != number_);
    streams_.forget_headers();
    for (const std::size_t i : std::exchange(unreported_, {})) write_lost_input(out_, i + 1, *inputs_.lost(i));
  }

  void take_other(std::size_t i, const wire::Header& record) {
    if (record.type == Type::End) return streams_.note_end(i);
    if (record.type == Type::Stage) return streams_.pass_stage(i);
    if (i != settings_.master) return;
    Reader& in = inputs_.reader(i);
    record.track == number_ ? pass_untied(in, record, out_) : in.pass(record, out_);
  }

  void lose(std::size_t i) {
    layers_[i].lose();
    if (!lost_.insert(i).second) return;
    const Cause& cause = *inputs_.lost(i);
    warn("layer " + settings_.layers[i].name + ", " + inputs_.title(i) + ", is lost: " + cause.message);
    if (out_.in_stream() && writer_) {
      write_lost_input(out_, i + 1, cause);
    } else {
      unreported_.push_back(i);
    }
  }

  // ---- Time ----

  [[nodiscard]] bool is_live() { return inputs_.reader(settings_.master).track(number_).live; }
  [[nodiscard]] Late late() { return settings_.late.value_or(is_live() ? Late::Hold : Late::Wait); }

  // Return the next picture of the master, with the layers at its time; null after the last one.
  HeldPicture* next() {
    bool moved = true;
    while (true) {
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (i != settings_.master && master().picture() != nullptr) layers_[i].advance(master().time());
      }
      if (is_enough(moved)) return master().picture();
      std::vector<std::size_t> silent;
      moved = false;
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        if (!layers_[i].has_room()) continue;
        if (!layers_[i].is_ready()) {
          silent.push_back(i);
          continue;
        }
        moved = true;
        if (!layers_[i].read()) lose(i);
      }
      if (!moved) inputs_.wait(silent);
    }
  }

  // `moved`: something came in the last round, so more may be here.
  bool is_enough(bool moved) {
    if (master().picture() == nullptr) return master().ended();
    bool is_late = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i == settings_.master || !is_missing(i)) continue;
      is_late = true;
      // Stills are waited for: they come at the start alone.
      if (late() == Late::Wait || (layers_[i].seen() == 0 && !inputs_.reader(i).live())) return false;
    }
    return !is_late || !moved;
  }

  // Whether a nearer picture of a layer may come.
  bool is_missing(std::size_t i) { return !layers_[i].is_certain(master().time()); }

  // ---- Pictures ----

  void update_canvas(const Track& track, const ColorSpace& colors) {
    if (canvas_ && track == canvas_of_ && colors == canvas_->colors) return;
    canvas_of_ = track;
    layers_now_ = settings_.layers;
    std::vector<Size> sizes;
    bool needs_color = false, needs_rgb = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const bool is_there = !inputs_.lost(i);
      const Track& own = is_there ? inputs_.reader(i).track(layers_[i].track()) : track;
      sizes.push_back(cropped_size(layers_now_[i], i == settings_.master ? track : own));
      needs_color = needs_color || own.pixels->model != Model::Gray;
      needs_rgb = needs_rgb || !works_in_yuv(layers_now_[i].blend);
    }
    const std::size_t m = settings_.master;
    if (settings_.layout == Layout::Stack)
      sizes[m] = fitted_size(layers_now_[m], sizes[m], settings_.size.value_or(sizes[m]));
    const Size size = arrange(settings_.layout, settings_.size, sizes, m, layers_now_);
    if (states_.empty()) {
      for (const LayerSettings& layer : layers_now_) states_.push_back(layer.state);
    }
    const Track own = canvas_track(track, needs_color, needs_rgb);
    Track sized = own;
    sized.width = size.width;
    sized.height = size.height;
    canvas_ = std::make_unique<Canvas>(Canvas{with_same_matrix(own, sized), colors, settings_.threads});
    painter_.emplace(*canvas_);
    drawn_.clear();
    drawn_.resize(layers_.size());
  }

  void compose(HeldPicture& picture) {
    if (late() == Late::Drop && drop_late(picture)) return;
    const FrameContext& context = *picture.context;
    update_canvas(context.track, space_of(context.track, context.attachments));
    if (!started_) started_ = master().time();
    if (change_) change_(subtract_time(master().time(), *started_), states_);
    const std::vector<Shown> shown = choose();
    const bool is_free = !shown.empty() && shown[0].layer == settings_.master && is_whole(shown[0]) &&
                         shown[0].drawn->samples() == &picture.image;
    const Strip made = painter_->paint(shown, is_free ? &picture.image : nullptr);
    if (!is_free) (void)drop_geometry(picture.frame);
    writer_->send(picture, canvas_->track, made);
  }

  [[nodiscard]] Size canvas_size() const { return {canvas_->track.width, canvas_->track.height}; }
  [[nodiscard]] bool is_whole(const Shown& shown) const {
    return shown.hides_all(canvas_size(), shown.drawn->is_opaque()) && shown.size == canvas_size();
  }

  // Leave the master's picture out if one of a layer is late.
  bool drop_late(HeldPicture& picture) {
    bool is_late = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) is_late = is_late || (i != settings_.master && is_missing(i));
    if (!is_late) return false;
    write_dropped(out_, number_, picture.frame.number, picture.frame.number, "a layer was late");
    writer_->send(std::exchange(picture.after, {}));
    return true;
  }

  // Return what is seen, the lowest first: all from the highest layer on that hides the others.
  std::vector<Shown> choose() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (is_visible(i)) order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return states_[i].z; });
    std::vector<Shown> shown;
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
      const HeldPicture& picture = *layers_[*i].picture();
      Shown one = place(*i, picture);
      const Rect rect{one.place.x, one.place.y, one.size.width, one.size.height};
      if (!part_inside(rect, canvas_size()) && works_outside_nothing(one.place.op)) continue;
      one.drawn = &drawn(one, picture);
      shown.insert(shown.begin(), one);
      if (one.hides_all(canvas_size(), one.drawn->is_opaque())) break;
    }
    return shown;
  }
  // Whether an operator changes nothing outside of the layer.
  static bool works_outside_nothing(Operator op) {
    return op != Operator::Clear && op != Operator::Source && op != Operator::In && op != Operator::Out &&
           op != Operator::DestinationIn && op != Operator::DestinationAtop;
  }

  bool is_visible(std::size_t i) {
    LayerInput& layer = layers_[i];
    const LayerState& state = states_[i];
    if (!state.visible || state.opacity <= 0 || layer.picture() == nullptr) return false;
    if (i == settings_.master) return true;
    const bool is_first = layer.picture()->index == 0;
    if (settings_.layers[i].start && is_first && layer.time() > master().time()) return false;
    const bool is_late = is_missing(i) || (layer.ended() && !layer.is_still() && is_past(i));
    return late() != Late::Blank || !is_late;
  }
  // Whether the last picture of a layer is over.
  bool is_past(std::size_t i) {
    const HeldPicture& picture = *layers_[i].picture();
    const std::int64_t length = rescale(picture.frame.duration, picture.context->track.time_base, nanosecond);
    return master().time() >= add_time(layers_[i].time(), length == no_time ? 1 : length);
  }

  Shown place(std::size_t i, const HeldPicture& picture) {
    const LayerSettings& layer = layers_now_[i];
    const Size size = fitted_size(layer, cropped_size(layer, picture.context->track), canvas_size());
    const Size group{1U << canvas_->track.pixels->shift_x, 1U << canvas_->track.pixels->shift_y};
    const Corner corner = place_of(layer, states_[i], size, canvas_size(), group);
    const Placement place{corner.x, corner.y, static_cast<float>(states_[i].opacity), layer.blend};
    return {i, layers_[i].generation(), picture.index, place, size, nullptr};
  }

  // Return the layer's picture in the colours of the canvas, made once.
  DrawnLayer& drawn(const Shown& shown, const HeldPicture& picture) {
    Drawn& drawn = drawn_[shown.layer];
    if (!drawn.layer || drawn.generation != shown.generation || drawn.index != shown.index) {
      drawn.layer = std::make_unique<DrawnLayer>(picture, layers_now_[shown.layer], *canvas_);
      drawn.generation = shown.generation;
      drawn.index = shown.index;
    }
    return *drawn.layer;
  }

  Inputs& inputs_;
  Writer& out_;
  const CompositeSettings& settings_;
  const ChangeStates& change_;
  StreamSet streams_;
  std::vector<LayerInput> layers_;
  std::set<std::size_t> lost_;
  std::vector<std::size_t> unreported_;  // lost before the stream began
  std::uint16_t number_ = 0;             // of the master's track
  std::optional<PictureWriter> writer_;
  std::optional<std::int64_t> started_;  // the time of the first picture

  Track canvas_of_;  // the master's, for which the canvas was made
  std::unique_ptr<Canvas> canvas_;
  std::optional<Painter> painter_;
  std::vector<LayerSettings> layers_now_;  // as laid out
  std::vector<LayerState> states_;
  struct Drawn {
    std::uint64_t generation = 0, index = 0;
    std::unique_ptr<DrawnLayer> layer;
  };
  std::vector<Drawn> drawn_;
};

}  // namespace

void composite(Inputs& inputs, Writer& out, const CompositeSettings& settings, const ChangeStates& change) {
  CompositeStage(inputs, out, settings, change).run();
}

}  // namespace sl
