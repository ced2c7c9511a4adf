// The stream of the first input, with other pictures.

#include "libcore/combine/map_pairs.h"

#include "libcore/base/error.h"
#include "libcore/combine/input_set.h"
#include "libcore/filter/point.h"

namespace sl {

namespace {

using wire::Type;

class PairStage {
 public:
  PairStage(Inputs& inputs, Writer& out, const PairFilter& filter) : inputs_(inputs), out_(out), filter_(filter) {}

  void run() {
    StreamSet streams(inputs_, out_);
    while (streams.begin()) {
      PicturePairs pairs(inputs_, filter_.step,
                         [&](std::size_t input, const wire::Header& record) { take_other(input, record, streams); },
                         {*streams.first(0), *streams.first(1)});
      number_ = pairs.track(0);
      writer_.emplace(out_, number_);
      announce(streams, pairs);
      while (const auto pair = pairs.next()) {
        if (pair->second == nullptr && filter_.step == PicturePairs::Step::Time) {
          throw Error(Status::Data, inputs_.title(1) + " has no pictures");
        }
        if (pair->first != nullptr && pair->second != nullptr) make(*pair->first, *pair->second);
      }
      streams.end();
    }
  }

 private:
  void announce(StreamSet& streams, const PicturePairs& pairs) {
    const Reader &first = inputs_.reader(0), &second = inputs_.reader(1);
    for (const std::uint16_t number : first.tracks()) {
      const Track& track = first.track(number);
      if (number == pairs.track(0)) {
        writer_->announce(filter_.target(track, second.track(pairs.track(1))));
      } else {
        out_.track(number, track);
      }
    }
    streams.header(0).pass(0, out_, 0);
    for (const std::uint16_t number : first.tracks()) {
      streams.header(0).pass(number, out_, number, number != pairs.track(0));
    }
    streams.forget_headers();
  }

  void make(HeldPicture& first, const HeldPicture& second) {
    const Track track = filter_.target(first.context->track, second.context->track);
    if (made_.empty() || !(track == made_track_)) {
      made_ = Image(track, inputs_.title(0), "a frame");
      made_track_ = track;
    }
    filter_.work(first, second, made_.strip());
    writer_->send(first, track, made_.strip());
  }

  void take_other(std::size_t input, const wire::Header& record, StreamSet& streams) {
    if (record.type == Type::End) return streams.note_end(input);
    if (record.type == Type::Stage) return streams.pass_stage(input);
    Reader& in = inputs_.reader(0);
    if (input == 0) record.track == number_ ? pass_untied(in, record, out_) : in.pass(record, out_);
  }

  Inputs& inputs_;
  Writer& out_;
  const PairFilter& filter_;
  std::uint16_t number_ = 0;  // of the track that is made
  std::optional<PictureWriter> writer_;
  Image made_;
  Track made_track_;
};

}  // namespace

void map_pairs(Inputs& inputs, Writer& out, const PairFilter& filter) { PairStage(inputs, out, filter).run(); }

}  // namespace sl
