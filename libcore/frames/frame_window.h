// The last pictures of a track, whole in memory, each with the context in which it came.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcore/frames/context_writer.h"
#include "libcore/media/frame.h"
#include "libcore/media/image.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

struct HeldRecord {
  wire::Header header;
  std::vector<std::byte> body;
};

struct HeldPicture {
  std::uint64_t index = 0;  // pictures of the track before it
  Frame frame;
  std::shared_ptr<const FrameContext> context;
  Image image;
  std::vector<HeldRecord> after;  // events and unknown records between it and the next picture
};

// Gathers the pictures of one track of raw video, the oldest first. It writes nothing: see PictureWriter.
class FrameWindow {
 public:
  // The reader outlives it, and is past the first TRACK of track `number`.
  FrameWindow(Reader& in, std::uint16_t number) : in_(in), number_(number) {}

  // Return whether a record has to be taken: all but events and unknown records while no picture is held, which have no
  // picture to wait for.
  [[nodiscard]] bool takes(const wire::Header& record) const;
  // Take a record of the track. Return whether it completed a picture, which is the last one now. Throw Limit for a
  // picture over --max-memory, and for events over --max-metadata.
  bool take(const wire::Header& record);
  // Continue with a track of the next stream.
  void follow(std::uint16_t number);

  [[nodiscard]] std::deque<HeldPicture>& pictures() { return pictures_; }
  // Whether two pictures that follow each other are of one recording and one kind: same TRACK, no discontinuity.
  [[nodiscard]] static bool are_joined(const HeldPicture& earlier, const HeldPicture& later);

 private:
  void open();
  void hold(const wire::Header& record);

  Reader& in_;
  std::uint16_t number_;
  std::deque<HeldPicture> pictures_;
  std::unique_ptr<HeldPicture> open_;            // under way
  std::uint64_t opened_ = 0;                     // pictures
  std::shared_ptr<const FrameContext> context_;  // null: make it again
};

// Writes pictures with new samples to one outgoing track: what is tied to the old samples is left out, and reported.
class PictureWriter {
 public:
  PictureWriter(Writer& out, std::uint16_t number) : out_(out), number_(number), current_(out, number) {}

  // Write the TRACK before the first picture is complete.
  void announce(const Track& track) { current_.announce(track); }
  // Write a picture with the samples of `rows`, which are in the format of track `as`; then the records after it, which
  // it forgets.
  void send(HeldPicture& picture, const Track& as, Strip rows);
  // The same with samples that are made strip by strip, in order, where they leave: `make` sets those of its rows.
  void send(HeldPicture& picture, const Track& as, const std::function<void(const Strip& rows)>& make);
  // Write records that came after a picture that has been sent.
  void send(const std::vector<HeldRecord>& records);

 private:
  void begin(const HeldPicture& picture, const Track& as);
  void drop_tied(FrameContext& context);

  Writer& out_;
  std::uint16_t number_;
  ContextWriter current_;
  std::set<std::string> reported_;  // attachments
};

}  // namespace sl
