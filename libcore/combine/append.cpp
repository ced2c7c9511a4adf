// Reading all inputs in step, and placing their pictures.

#include "libcore/combine/append.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/combine/input_set.h"
#include "libcore/filter/point.h"
#include "libcore/frames/frame_window.h"
#include "libcore/media/geometry.h"
#include "libcore/pixels/canvas.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

using wire::Type;

// One input: its first track of raw video.
struct Side {
  std::uint16_t number = 0;
  std::optional<FrameWindow> window;
  std::optional<HeldPicture> still;  // the only picture, which was used already
  std::uint64_t seen = 0;            // pictures
  bool ended = false;

  [[nodiscard]] bool has_next() { return !window->pictures().empty(); }
  [[nodiscard]] const HeldPicture& next() { return has_next() ? window->pictures().front() : *still; }
  [[nodiscard]] bool is_still() const { return ended && seen == 1; }
  void leave() {
    if (!has_next()) return;
    if (is_still()) still = std::move(window->pictures().front());
    window->pictures().pop_front();
  }
};

struct Place {
  std::uint32_t x = 0, y = 0;
};

// Where the pictures of certain tracks lie.
struct Layout {
  std::vector<Track> from;  // upright, except for their samples
  Track to;                 // of the canvas
  std::vector<Place> places;
};

Track upright_track(const Track& track) {
  Track upright = upright_steps(track).track();
  upright.orientation = 1;
  return upright;
}

Track of_size(Track track, const Size& size) {
  track.width = size.width;
  track.height = size.height;
  return track;
}

Layout layout_of(std::vector<Track> tracks, std::size_t leader, const AppendSettings& settings) {
  Layout layout;
  Track common = upright_track(tracks[leader]);
  const Size any{common.width, common.height};
  std::uint64_t along = 0, across = 0;
  for (const Track& track : tracks) {
    const Track upright = upright_track(track);
    common = common_track(common, of_size(upright, any));
    along += (settings.column ? upright.height : upright.width) + (along == 0 ? 0 : std::uint64_t{settings.space});
    across = std::max<std::uint64_t>(across, settings.column ? upright.width : upright.height);
  }
  if (common.pixels->packing == Packing::Packed422) common.pixels = &pixel_format("yuv422p");
  if (along > wire_limit::number) throw Error(Status::Limit, "the pictures are over 2147483647 pixels long together");
  const auto length = static_cast<std::uint32_t>(along), breadth = static_cast<std::uint32_t>(across);
  layout.to = of_size(common, settings.column ? Size{breadth, length} : Size{length, breadth});
  layout.to.sample_aspect = upright_track(tracks[leader]).sample_aspect;
  std::uint32_t at = 0;
  bool is_on_grid = true;
  const std::uint32_t columns = 1U << common.pixels->shift_x, rows = 1U << common.pixels->shift_y;
  for (const Track& track : tracks) {
    const Track upright = upright_track(track);
    const std::uint32_t own = settings.column ? upright.width : upright.height;
    const int side = settings.column ? column_of(settings.gravity) : row_of(settings.gravity);
    std::uint32_t aside = side == 0 ? 0 : side == 1 ? (breadth - own) / 2 : breadth - own;
    const std::uint32_t group = settings.column ? columns : rows;
    if (side == 1) aside -= aside % group;
    const Place place = settings.column ? Place{aside, at} : Place{at, aside};
    layout.places.push_back(place);
    at += (settings.column ? upright.height : upright.width) + settings.space;
    const auto divides = [](std::uint32_t group, std::uint32_t first, std::uint32_t size, std::uint32_t whole) {
      return first % group == 0 && (size % group == 0 || first + size == whole);
    };
    is_on_grid = is_on_grid && divides(columns, place.x, upright.width, layout.to.width) &&
                 divides(rows, place.y, upright.height, layout.to.height);
  }
  if (!is_on_grid) layout.to.pixels = &without_subsampling(*layout.to.pixels);
  layout.from = std::move(tracks);
  return layout;
}

class AppendStage {
 public:
  AppendStage(Inputs& inputs, Writer& out, const AppendSettings& settings)
      : inputs_(inputs), out_(out), settings_(settings) {}

  void run() {
    StreamSet streams(inputs_, out_);
    while (streams.begin()) {
      streams_ = &streams;
      start();
      fill();
      leader_ = 0;
      for (std::size_t i = sides_.size(); i-- > 0;) {
        if (!sides_[i].is_still()) leader_ = i;
      }
      announce();
      while (has_next()) {
        make();
        for (Side& side : sides_) side.leave();
        fill();
      }
      for (std::size_t i = 0; i < sides_.size(); ++i) {
        while (!sides_[i].ended) read(i, true);
      }
      streams.end();
    }
  }

 private:
  void start() {
    announced_ = false;
    sides_.clear();
    sides_.resize(inputs_.size());
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      Reader& in = inputs_.reader(i);
      for (const std::uint16_t number : in.tracks()) {
        if (sides_[i].number == 0 && in.track(number).is_raw_video()) sides_[i].number = number;
      }
      if (sides_[i].number == 0) throw Error(Status::Data, inputs_.title(i) + " has no pictures");
      sides_[i].window.emplace(in, sides_[i].number);
      take(i, *streams_->first(i), false);
    }
  }

  void announce() {
    update_layout();
    writer_.emplace(out_, number());
    writer_->announce(layout_.to);
    const Reader& first = inputs_.reader(0);
    for (const std::uint16_t number : first.tracks()) {
      if (number != sides_[0].number) out_.track(number, first.track(number));
    }
    streams_->header(0).pass(0, out_, 0);
    for (const std::uint16_t number : first.tracks()) {
      streams_->header(0).pass(number, out_, number, number != sides_[0].number);
    }
    streams_->forget_headers();
    announced_ = true;
    send_early();
  }

  // The track that is made has the number of the first input's.
  [[nodiscard]] std::uint16_t number() const { return sides_[0].number; }

  // Read until each input has two pictures, or has ended.
  void fill() {
    while (true) {
      std::vector<std::size_t> silent;
      bool moved = false;
      for (std::size_t i = 0; i < sides_.size(); ++i) {
        Side& side = sides_[i];
        if (side.ended || side.window->pictures().size() >= 2) continue;
        if (inputs_.ready(i)) {
          read(i, false);
          moved = true;
        } else {
          silent.push_back(i);
        }
      }
      if (!moved && silent.empty()) return;
      if (!moved) inputs_.wait(silent);
    }
  }

  void read(std::size_t input, bool drops) {
    const auto record = inputs_.reader(input).next();
    if (!record) {
      sides_[input].ended = true;
      return;
    }
    take(input, *record, drops);
  }

  void take(std::size_t input, const wire::Header& record, bool drops) {
    Side& side = sides_[input];
    if (record.type == Type::End) {
      streams_->note_end(input);
      side.ended = true;
    } else if (record.type == Type::Stage) {
      streams_->pass_stage(input);
    } else if (record.track == side.number && record.track != 0) {
      if (!drops && side.window->takes(record) && side.window->take(record)) ++side.seen;
    } else if (input == 0 && !drops) {
      Reader& in = inputs_.reader(0);
      announced_ ? pass_untied(in, record, out_) : keep(in, record);
    }
  }

  // A record of the first input's other tracks that comes before all sizes are known.
  struct Early {
    wire::Header record;
    Frame frame;
    std::vector<std::byte> body;
  };
  void keep(Reader& in, const wire::Header& record) {
    if (record.type == Type::Track) return;  // announce() takes what the reader has
    Early early{record, {}, {}};
    if (record.type == Type::Frame) {
      early.frame = in.frame(record.track);
    } else {
      const std::span<const std::byte> body = in.body();
      early.body.assign(body.begin(), body.end());
    }
    early_bytes_ += sizeof(Early) + early.body.size();
    check_memory(inputs_.title(0), early_bytes_, "what comes before its first picture");
    early_.push_back(std::move(early));
  }
  void send_early() {
    for (const Early& early : early_) {
      const std::uint16_t track = early.record.track;
      if (early.record.type == Type::Frame) {
        out_.frame(track, early.frame);
      } else if (early.record.type == Type::Bytes) {
        out_.bytes(track, early.body, (early.record.flags & wire::piece_last) != 0,
                   (early.record.flags & wire::piece_damaged) != 0);
      } else {
        out_.ancillary(early.record, early.body);
      }
    }
    early_.clear();
    early_bytes_ = 0;
  }

  // Whether there is another row: a new picture of some input, and none that a film lacks.
  bool has_next() {
    const bool is_new = std::ranges::any_of(sides_, [](Side& side) { return side.has_next(); });
    return is_new && std::ranges::all_of(sides_, [](Side& side) { return side.has_next() || side.still; });
  }

  void update_layout() {
    std::vector<Track> tracks;
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      if (!sides_[i].has_next() && !sides_[i].still) throw Error(Status::Data, inputs_.title(i) + " has no pictures");
      tracks.push_back(sides_[i].next().context->track);
    }
    if (tracks == layout_.from && !canvas_.empty()) return;
    layout_ = layout_of(std::move(tracks), leader_, settings_);
    canvas_ = Image(layout_.to, "", "the pictures together");
    sl::fill(layout_.to, canvas_.strip(), settings_.color);
  }

  void make() {
    update_layout();
    bool is_damaged = false;
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const HeldPicture& picture = sides_[i].next();
      Chain steps = upright_steps(picture.context->track);
      Track target = of_size(layout_.to, {steps.track().width, steps.track().height});
      target.sample_aspect = steps.track().sample_aspect;
      steps.convert_to(with_same_matrix(steps.track(), target));
      // Steps may change what they get, and a still is needed again.
      Image copy(picture.context->track, inputs_.title(i), "a picture");
      copy_rows(picture.image.strip(), copy.strip());
      const Place place = layout_.places[i];
      steps.push(copy.strip(), [&](const Strip& rows) { put(rows, canvas_.strip(), place.x, place.y + rows.first); });
      is_damaged = is_damaged || picture.image.strip().damaged;
    }
    canvas_.set_damaged(is_damaged);
    const HeldPicture& leader = sides_[leader_].next();
    HeldPicture made{.index = leader.index, .frame = leader.frame, .context = leader.context, .image = {}, .after = {}};
    (void)drop_geometry(made.frame);
    Track to = layout_.to;
    to.time_base = leader.context->track.time_base;
    writer_->send(made, to, canvas_.strip());
  }

  Inputs& inputs_;
  Writer& out_;
  const AppendSettings& settings_;
  StreamSet* streams_ = nullptr;
  std::vector<Side> sides_;
  std::size_t leader_ = 0;  // the input that gives times and metadata
  std::optional<PictureWriter> writer_;
  bool announced_ = false;
  std::vector<Early> early_;
  std::uint64_t early_bytes_ = 0;
  Layout layout_;
  Image canvas_;
};

}  // namespace

void append(Inputs& inputs, Writer& out, const AppendSettings& settings) { AppendStage(inputs, out, settings).run(); }

}  // namespace sl
