// Streams of pictures through a filter, in memory.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace sl::test {

inline std::vector<std::byte> written(const std::function<void(Writer&)>& body) {
  std::vector<std::byte> bytes;
  Target target = Target::callbacks(
      [&](std::span<const std::byte> more) { bytes.insert(bytes.end(), more.begin(), more.end()); }, [] {}, "memory");
  Writer writer(target, {"test", "1", "here", ""}, "test");
  body(writer);
  writer.close();
  target.finish();
  return bytes;
}

inline std::vector<std::byte> filtered(const std::vector<std::byte>& bytes,
                                       const std::function<void(Reader&, Writer&)>& filter) {
  Source source = Source::memory(bytes, "memory");
  Reader reader(source);
  return written([&](Writer& writer) { filter(reader, writer); });
}

// A frame of track 1 in strips of `cut` rows (0: random heights).
inline void write_picture(Writer& out, const Samples& picture, const Frame& frame, unsigned cut = 8) {
  out.frame(1, frame);
  in_strips(picture, cut, [&](const Strip& strip) { out.rows(1, strip); });
}

// A stream of one track.
inline std::vector<std::byte> stream_of(const std::vector<Samples>& pictures, unsigned cut = 8,
                                        std::uint32_t flags = frame_flag::key) {
  return written([&](Writer& out) {
    out.begin();
    out.track(1, pictures.front().track);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      Frame frame;
      frame.number = i;
      frame.pts = static_cast<std::int64_t>(i);
      frame.flags = flags;
      write_picture(out, pictures[i], frame, cut);
    }
    out.end();
  });
}

// What came out: the pictures of track 1, and for each record of it a word ("frame 3", "{event}", "attachment icc").
struct Received {
  std::vector<Samples> pictures;
  std::vector<std::string> records;
};
inline Received received(const std::vector<std::byte>& bytes) {
  Received result;
  Source source = Source::memory(bytes, "memory");
  Reader in(source);
  while (const auto record = in.next()) {
    if (record->track != 1) continue;
    if (record->type == wire::Type::Frame) {
      result.pictures.emplace_back(in.track(1));
      result.records.push_back("frame " + std::to_string(in.frame(1).number));
    }
    if (record->type == wire::Type::Rows) put(result.pictures.back(), in.strip());
    if (record->type == wire::Type::Event) result.records.emplace_back(in.text());
    if (record->type == wire::Type::Attachment) {
      result.records.push_back("attachment " + wire::read_attachment(*record, in.body()).name);
    }
  }
  return result;
}

}  // namespace sl::test
