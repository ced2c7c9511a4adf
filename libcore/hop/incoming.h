// The receiving end of a hop: one thread has the network, the main one checks the stream and passes it on.
//
// Between the two is a ring of as many bytes as this end allows to be on their way, so that the network's thread never
// waits for the output, and answers while that is full.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/hop/link.h"
#include "libcore/hop/meeting.h"
#include "libcore/hop/wake.h"

namespace sl {
class Reader;
class Writer;
}  // namespace sl

namespace sl::hop {

class Incoming : private LinkUser {
 public:
  // The way is open, and outlives this.
  explicit Incoming(const Way& way);
  ~Incoming() override;

  // Receive a stream from the other end and pass all of it on. Throws Upstream if the connection breaks, and what a
  // Reader and a Writer throw.
  void run(Writer& out);
  // Everything is written, CLOSE included: confirm it to the other end.
  void confirm();
  // The run failed: let the other end know why, if it needs to.
  void fail(const Error& error);

 private:
  // ---- The main thread ----
  // Take received bytes, at least one unless the stream has ended.
  [[nodiscard]] std::size_t take(std::span<std::byte> into, Writer& out);
  void wait();
  void pass_all(Reader& in, Writer& out);
  void end_network();

  // ---- The network's thread ----
  void serve();
  [[nodiscard]] std::unique_ptr<Link> meet();
  void receive_all();
  void say_goodbye();
  void acknowledge();
  void on_record(Type type, std::span<const std::byte> body) override;
  std::span<std::byte> place_data(std::size_t most) override;
  void on_data(std::size_t count) override;
  void fill_data(std::vector<std::byte>& bytes) override;
  [[nodiscard]] Error named(const Error& error) const;

  // What this end says last.
  enum class Goodbye { None, Done, Gone, Abort };

  const Way& way_;
  Wake wake_, came_;
  std::thread network_;

  std::mutex mutex_;
  std::condition_variable left_;
  std::unique_ptr<std::byte[]> ring_;
  const std::size_t size_;
  std::size_t first_ = 0, used_ = 0;
  std::uint64_t taken_ = 0, written_ = 0;  // bytes out of the ring; records written
  bool is_waiting_ = false;                // the main thread, for bytes
  bool has_last_ = false, abandoned_ = false, ended_ = false;
  Goodbye goodbye_ = Goodbye::None;
  Cause cause_;
  std::optional<Error> failure_;

  // The main thread only.
  std::uint64_t records_ = 0;  // passed to the Writer
  bool in_frame_ = false;      // of a track of any kind

  // The network's thread only.
  std::unique_ptr<Link> link_;
  std::uint64_t received_ = 0;
  Progress acknowledged_;
  std::int64_t acknowledged_at_ = 0;
  bool has_start_ = false;
};

}  // namespace sl::hop
