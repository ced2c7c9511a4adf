// A transport stream has no end. Another one begins at tables that are followed by the start of a picture or sound
// which is decoded before the last one, or, after a break of the tables' own counter, of a stream that was not there.
// FFmpeg would call the packets there damaged, and times would go back. A loss of packets is no such seam: times
// continue.

#include "formats/structure/transport.h"

#include <array>
#include <optional>
#include <utility>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

constexpr std::size_t payload_packet = 188;
constexpr std::uint8_t sync = 0x47;

struct Packet {
  std::size_t pid = 0;
  unsigned counter = 0;
  bool starts = false, has_payload = false;
  Head payload;
};

// `bytes` is a packet of 188 bytes.
Packet read_packet(Head bytes) {
  Packet packet;
  packet.starts = (u8(bytes, 1) & 0x40) != 0;
  packet.pid = static_cast<std::size_t>(be(bytes, 1, 2) & 0x1fff);
  packet.counter = u8(bytes, 3) & 15;
  packet.has_payload = (u8(bytes, 3) & 0x10) != 0;
  const std::size_t start = (u8(bytes, 3) & 0x20) != 0 ? std::size_t{5} + u8(bytes, 4) : 4;
  if (packet.has_payload && start < bytes.size()) packet.payload = bytes.subspan(start);
  return packet;
}

bool begins_pes(const Packet& packet) { return packet.starts && starts(packet.payload, {"\0\0\1", 3}); }

// When the start of a PES packet (2.4.3.6) is decoded, in ticks of 90 kHz.
std::optional<std::int64_t> decoding_time(Head pes) {
  if (pes.size() < 19 || (u8(pes, 6) & 0xc0) != 0x80 || (u8(pes, 7) & 0x80) == 0) return std::nullopt;
  const std::size_t at = (u8(pes, 7) & 0x40) != 0 ? 14 : 9;
  return static_cast<std::int64_t>((be(pes, at, 1) >> 1 & 7) << 30 | (be(pes, at + 1, 2) >> 1) << 15 |
                                   be(pes, at + 3, 2) >> 1);
}

class Transport final : public Structure {
 public:
  explicit Transport(Head head) : bytes_(transport_packet_bytes(head)), before_(bytes_ == 192 ? 4 : 0) {}

  // As many packets as are here, up to tables.
  Piece next(std::uint64_t at, Head head) override {
    if (bytes_ == 0) return Piece::unknown();
    if (head.size() < bytes_) return Piece::more(bytes_);
    std::size_t done = 0;
    for (; done + bytes_ <= head.size(); done += bytes_) {
      const Head bytes = head.subspan(done + before_, payload_packet);
      if (u8(bytes, 0) != sync) return done == 0 ? find_packet(head) : Piece::whole(done);
      const Packet packet = read_packet(bytes);
      if (at + done > 0 && is_table(packet) && !in_tables_) {
        if (done > 0) break;
        if (const Piece seam = look_for_seam(head, packet); seam.kind != Piece::Kind::Unknown) return seam;
      }
      take(packet);
    }
    return Piece::whole(done);
  }
  [[nodiscard]] Rest rest() const override { return Rest::Own; }

 private:
  // After a packet that was cut: to the next one.
  Piece find_packet(Head head) const {
    const std::size_t needed = 4 * bytes_;
    if (head.size() < needed) return Piece::more(needed);
    for (std::size_t at = 1; at + before_ + bytes_ < head.size(); ++at) {
      if (u8(head, at + before_) == sync && u8(head, at + before_ + bytes_) == sync) return Piece::whole(at);
    }
    return Piece::whole(head.size() - before_ - bytes_);
  }

  static bool is_table(const Packet& packet) { return packet.starts && (packet.pid == 0 || packet.pid == 17); }

  void take(const Packet& packet) {
    in_tables_ = packet.pid < 32 || (in_tables_ && packet.starts && !begins_pes(packet));
    if (packet.has_payload) counters_[packet.pid] = static_cast<std::uint8_t>(packet.counter);
    if (!begins_pes(packet)) return;
    if (const auto time = decoding_time(packet.payload)) times_[packet.pid] = *time;
    seen_[packet.pid] = true;
  }

  // `head` begins with tables. Return End if they begin another stream, More to see what follows them, else Unknown.
  Piece look_for_seam(Head head, const Packet& table) {
    constexpr std::size_t most = 32;  // packets
    const unsigned last = counters_[table.pid];
    const bool counter_breaks = last < 16 && table.counter != last && table.counter != ((last + 1) & 15);
    for (std::size_t i = 1; i < most; ++i) {
      if (head.size() < (i + 1) * bytes_) {
        return std::exchange(waited_, i) == i ? Piece::unknown() : Piece::more((i + 1) * bytes_);
      }
      const Head bytes = head.subspan(i * bytes_ + before_, payload_packet);
      if (u8(bytes, 0) != sync) break;
      const Packet packet = read_packet(bytes);
      if (packet.pid < 32 || packet.pid == 8191 || !packet.has_payload) continue;
      if (packet.starts && !begins_pes(packet)) continue;  // more tables
      waited_ = 0;
      if (!packet.starts) return Piece::unknown();
      if (!seen_[packet.pid]) return counter_breaks ? Piece::end() : Piece::unknown();
      const auto time = decoding_time(packet.payload);
      constexpr std::int64_t wrap = std::int64_t{1} << 32, second = 90000;
      const std::int64_t step = time ? *time - times_[packet.pid] : 0;
      const bool goes_back = step < 0 && step > -wrap, leaps = step > second && counter_breaks;
      return goes_back || leaps ? Piece::end() : Piece::unknown();
    }
    return Piece::unknown();
  }

  std::size_t bytes_, before_, waited_ = 0;
  bool in_tables_ = true;
  std::array<std::uint8_t, 8192> counters_ = [] {
    std::array<std::uint8_t, 8192> none{};
    none.fill(16);
    return none;
  }();
  std::array<std::int64_t, 8192> times_{};  // of decoding
  std::array<bool, 8192> seen_{};
};

}  // namespace

std::size_t transport_packet_bytes(Head head) {
  struct Form {
    std::size_t before, bytes;
  };
  for (const auto [before, bytes] : {Form{0, 188}, Form{4, 192}, Form{0, 204}}) {
    if (head.size() > before + bytes && u8(head, before) == sync && u8(head, before + bytes) == sync) return bytes;
  }
  return head.size() == payload_packet && u8(head, 0) == sync ? payload_packet : 0;
}

std::unique_ptr<Structure> transport(Head head) { return std::make_unique<Transport>(head); }

}  // namespace sl::structure
