// The record loop of stages that treat tracks one by one.

#include <gtest/gtest.h>

#include <string>

#include "libcore/filter/per_track.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

using namespace sl;
using test::written;

// Two streams of two tracks of data, a frame each.
std::vector<std::byte> two_streams() {
  Track data;
  data.kind = Kind::Data;
  data.codec = "text";
  return written([&](Writer& out) {
    for (int stream = 0; stream < 2; ++stream) {
      out.begin();
      for (std::uint16_t number = 1; number <= 2; ++number) out.track(number, data);
      for (std::uint16_t number = 1; number <= 2; ++number) {
        out.frame(number, {});
        out.bytes(number, std::as_bytes(std::span("abc", 3)), true);
      }
      out.end();
    }
  });
}

// Logs its calls.
struct Noted {
  std::string& log;
  void on_record(const wire::Header& record) { log += std::string(wire::type_name(record.type)) + " "; }
  void at_end() { log += "end "; }
  void flush() { log += "flush "; }
};

TEST(PerTrack, GivesAStateItsRecordsAndPassesOnAllOthers) {
  const auto bytes = two_streams();
  std::string log;
  int made = 0;
  const auto passed = written([&](Writer& out) {
    Source source = Source::memory(bytes, "memory");
    Reader in(source);
    per_track<Noted>(in, out, [&](std::uint16_t number) {
      if (number == 1) ++made;
      return number == 1 ? std::make_unique<Noted>(log) : nullptr;
    });
  });
  EXPECT_EQ(made, 2);  // a new stream starts without states
  EXPECT_EQ(log, "FRAME BYTES end FRAME BYTES end ");
  Source source = Source::memory(passed, "memory");
  Reader in(source);
  std::string types;
  while (const auto record = in.next()) {
    EXPECT_NE(record->track, 1);
    if (record->track != 0) types += std::string(wire::type_name(record->type)) + " ";
  }
  EXPECT_EQ(types, "TRACK FRAME BYTES TRACK FRAME BYTES ");
}

TEST(PerTrack, WritesHeldRowsBeforeTheInputWaitsWhileItLives) {
  const auto bytes = two_streams();
  std::string log;
  (void)written([&](Writer& out) {
    Source source = Source::memory(bytes, "memory");
    source.on_wait([&] { log += "sent "; }, -1);
    Reader in(source);
    {
      PerTrack<Noted> tracks(in, out, [&](std::uint16_t) { return std::make_unique<Noted>(log); });
      while (const auto record = in.next()) {
        tracks.take(*record);
        if (record->type == wire::Type::Frame) break;
      }
      EXPECT_EQ(tracks.states().size(), 2U);
      log.clear();
      source.wait_for(-1);
      EXPECT_EQ(log, "flush flush sent ");
    }
    log.clear();
    source.wait_for(-1);
    EXPECT_EQ(log, "sent ");
    out.end();
  });
}

}  // namespace
