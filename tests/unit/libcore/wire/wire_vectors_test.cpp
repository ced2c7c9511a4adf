// The C++ Reader over the conformance vectors of the wire (tests/data/wire), and over a small stream cut and flipped at
// every byte.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using nlohmann::json;
using sl::wire::Type;

const std::string folder = SL_TEST_DATA "/wire/";

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint32_t add_to_crc(std::uint32_t crc, const std::byte* data, std::size_t size) {
  return static_cast<std::uint32_t>(crc32(crc, reinterpret_cast<const Bytef*>(data), static_cast<uInt>(size)));
}

// The properties of a valid vector's streams in vectors.json.
class Summary {
 public:
  explicit Summary(sl::Reader& reader) : reader_(reader) {}

  json read() {
    json streams = json::array();
    while (const auto record = reader_.next()) {
      if (record->type == Type::Start) crcs_.clear();
      if (record->type == Type::Rows) add_rows(record->track);
      if (record->type == Type::Bytes) {
        const auto body = reader_.body();
        std::uint32_t& crc = crcs_[{record->track, 0}];
        crc = add_to_crc(crc, body.data(), body.size());
      }
      if (record->type == Type::End) streams.push_back(stream());
    }
    return streams;
  }

 private:
  void add_rows(std::uint16_t track) {
    const sl::Strip strip = reader_.strip();
    for (int i = 0; i < strip.format->planes; ++i) {
      const sl::Plane& plane = strip.planes.at(static_cast<std::size_t>(i));
      std::uint32_t& crc = crcs_[{track, i}];
      crc = add_to_crc(crc, plane.data, plane.stride * plane.rows);
    }
  }

  json stream() {
    json tracks = json::object();
    for (const sl::wire::TrackCount& count : reader_.end().tracks) {
      const sl::Track& track = reader_.track(count.track);
      json crcs = json::array();
      for (int i = 0; i < (track.is_raw_video() ? track.pixels->planes : 1); ++i) {
        std::array<char, 9> hex{};
        std::snprintf(hex.data(), hex.size(), "%08x", crcs_[{count.track, i}]);
        crcs.push_back(hex.data());
      }
      tracks[std::to_string(count.track)] = {
          {"frames", count.frames}, {"bytes", count.bytes}, {"damaged", count.damaged}, {"crc32", crcs}};
    }
    return {{"flags", reader_.preamble().flags},
            {"stages", reader_.stages().size()},
            {"stopped", reader_.end().stopped},
            {"tracks", tracks}};
  }

  sl::Reader& reader_;
  std::map<std::pair<std::uint16_t, int>, std::uint32_t> crcs_;
};

struct Verdict {
  int status = 0;
  json streams;
  std::string message;
};

Verdict verdict_on(sl::Source source) {
  try {
    sl::Reader reader(source);
    Verdict verdict;
    verdict.streams = Summary(reader).read();
    return verdict;
  } catch (const sl::Error& error) {
    return {static_cast<int>(error.status()), {}, error.what()};
  }
}

Verdict verdict_on_memory(const std::string& bytes) {
  return verdict_on(sl::Source::memory(std::as_bytes(std::span(bytes)), "memory"));
}

Verdict verdict_on_pipe(const std::string& bytes) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  EXPECT_LE(bytes.size(), 65536U);  // fits, so that no thread is needed to feed it
  EXPECT_EQ(write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  close(ends[1]);
  return verdict_on(sl::Source::descriptor(ends[0], "pipe"));
}

// A pipe that gives a byte at a time.
Verdict verdict_byte_by_byte(const std::string& bytes) {
  std::size_t place = 0;
  return verdict_on(sl::Source::callbacks(
      [&](std::span<std::byte> into) -> std::size_t {
        if (place == bytes.size() || into.empty()) return 0;
        into[0] = static_cast<std::byte>(bytes[place++]);
        return 1;
      },
      nullptr, "bytes"));
}

json vectors() { return json::parse(content_of(folder + "vectors.json")); }

int status_of(const json& vector, bool pipe) {
  return vector.value(pipe ? "pipe_status" : "status", vector["status"].get<int>());
}

void compare(const json& vector, const Verdict& found, bool pipe) {
  const auto name = vector["file"].get<std::string>() + ": " + vector["why"].get<std::string>();
  EXPECT_EQ(found.status, status_of(vector, pipe)) << name << ": " << found.message;
  if (vector["valid"].get<bool>()) {
    EXPECT_EQ(found.streams, vector["streams"]) << name;
  }
}

TEST(WireVectors, FromFiles) {
  for (const json& vector : vectors()) {
    compare(vector, verdict_on(sl::Source::file(folder + vector["file"].get<std::string>())), false);
  }
}

TEST(WireVectors, ThroughPipes) {
  for (const json& vector : vectors()) {
    compare(vector, verdict_on_pipe(content_of(folder + vector["file"].get<std::string>())), true);
  }
}

TEST(WireVectors, ByteByByte) {
  for (const json& vector : vectors()) {
    compare(vector, verdict_byte_by_byte(content_of(folder + vector["file"].get<std::string>())), true);
  }
}

// A filter that only passes records on sends a stream that reads the same, except for the added STAGE.
TEST(WireVectors, PassedOn) {
  for (const json& vector : vectors()) {
    if (!vector["valid"].get<bool>()) continue;
    sl::Source source = sl::Source::file(folder + vector["file"].get<std::string>());
    sl::Reader reader(source);
    std::string out;
    sl::Target target = sl::Target::callbacks(
        [&](std::span<const std::byte> bytes) {
          out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        },
        [] {}, "memory");
    sl::Writer writer(target, {"test", "1", "h", ""}, "test");
    while (const auto record = reader.next()) reader.pass(*record, writer);
    writer.close();
    json expected = vector["streams"];
    for (json& stream : expected) stream["stages"] = stream["stages"].get<int>() + 1;
    const Verdict found = verdict_on_memory(out);
    EXPECT_EQ(found.status, 0) << vector["file"] << ": " << found.message;
    EXPECT_EQ(found.streams, expected) << vector["file"];
  }
}

TEST(WireDamage, EveryCutIsRefused) {
  for (const char* name : {"still.slw", "picture-and-sound.slw", "attachments.slw"}) {
    const std::string whole = content_of(folder + name);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_EQ(verdict_on_memory(whole.substr(0, length)).status, 65) << name << " cut at " << length;
      EXPECT_EQ(verdict_on_pipe(whole.substr(0, length)).status, 79) << name << " cut at " << length;
    }
  }
}

TEST(WireDamage, EveryFlipIsReadOrRefused) {
  for (const char* name : {"still.slw", "picture-and-sound.slw", "attachments.slw"}) {
    const std::string whole = content_of(folder + name);
    for (std::size_t place = 0; place < whole.size(); ++place) {
      for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
        std::string broken = whole;
        broken[place] = static_cast<char>(broken[place] ^ flip);
        const int status = verdict_on_memory(broken).status;
        EXPECT_TRUE(status == 0 || status == 65 || status == 76 || status == 78 || status == 79)
            << name << " flipped at " << place << ": " << status;
      }
    }
  }
}

TEST(WireDamage, CutNamesTheStage) {
  const std::string whole = content_of(folder + "still.slw");
  const Verdict found = verdict_on_pipe(whole.substr(0, whole.size() - 8));
  EXPECT_NE(found.message.find("sl-decode"), std::string::npos) << found.message;
  EXPECT_NE(found.message.find("without CLOSE"), std::string::npos) << found.message;
}

// An attachment for the next frame only is in force from that FRAME to the following one, wherever it came.
TEST(WireAttachments, ForTheNextFrameOnly) {
  std::string bytes;
  sl::Target target = sl::Target::callbacks(
      [&](std::span<const std::byte> b) { bytes.append(reinterpret_cast<const char*>(b.data()), b.size()); }, [] {},
      "");
  sl::Writer writer(target, {"test", "1", "h", ""}, "test");
  sl::Track track;
  track.kind = sl::Kind::Data;
  track.codec = "application/json";
  writer.begin();
  writer.track(1, track);
  for (std::uint64_t number = 0; number < 4; ++number) {
    sl::Frame frame;
    frame.number = number;
    writer.frame(1, frame);
    if (number == 1) writer.attachment(1, {"captions", "hello", sl::wire::next_frame_only});  // in frame 1, for frame 2
    writer.bytes(1, {}, true);
  }
  writer.end();
  writer.close();
  sl::Source source = sl::Source::memory(std::as_bytes(std::span(bytes)), "memory");
  sl::Reader reader(source);
  std::vector<std::size_t> in_force;
  while (const auto record = reader.next()) {
    if (record->type == Type::Frame) in_force.push_back(reader.attachments(1).size());
  }
  EXPECT_EQ(in_force, (std::vector<std::size_t>{0, 0, 1, 0}));
}

}  // namespace
