// The sending end of a hop: one thread reads the stream, another one has the network.
//
// The stream waits between the two in records, so that the network's thread can answer at any time while the input
// sleeps, and the input is read only as fast as the receiver takes it.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/bytes/target.h"
#include "libcore/hop/link.h"
#include "libcore/hop/meeting.h"
#include "libcore/hop/wake.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl::hop {

class Outgoing : private LinkUser {
 public:
  // The way is open, and outlives this.
  explicit Outgoing(const Way& way);
  ~Outgoing() override;

  // Send all of the input, and return once the receiver has written all of it, CLOSE included. A failure of the input
  // is sent as ABORT first. Throws Upstream (the connection broke, or the receiver failed), ReaderGone (the receiver
  // needs no more), and what the input throws.
  void run(Reader& in);

 private:
  using Send = std::function<void(Writer&)>;
  using Buffer = std::vector<std::byte>;
  struct Item {
    Send send;
    std::uint64_t bytes = 0;
  };

  // ---- The reading thread ----
  [[nodiscard]] std::optional<Error> read(Reader& in);
  void put(Reader& in, const wire::Header& record);
  void put_samples(Reader& in, const wire::Header& record);
  void add(std::uint64_t bytes, Send send);
  void wait_for_end(bool after_failure);
  [[nodiscard]] std::shared_ptr<Buffer> get_buffer();

  // ---- The network's thread ----
  void serve();
  [[nodiscard]] std::unique_ptr<Link> meet();
  void send_all();
  void on_record(Type type, std::span<const std::byte> body) override;
  std::span<std::byte> place_data(std::size_t most) override;
  void on_data(std::size_t count) override;
  void fill_data(std::vector<std::byte>& bytes) override;
  [[nodiscard]] Error named(const Error& error) const;

  const Way& way_;
  Wake wake_;
  std::atomic<std::uint64_t> bytes_in_{0};

  std::mutex mutex_;
  std::condition_variable left_;
  std::vector<Buffer> buffers_;  // used memory, for the next samples
  std::deque<Item> items_;
  std::uint64_t bytes_ = 0;  // in items_
  bool closed_ = false;      // no more items come
  bool abandoned_ = false;   // the reading thread waits no longer
  bool met_ = false, ended_ = false, is_idle_ = false;
  std::optional<Error> failure_;

  // The network's thread only.
  std::unique_ptr<Link> link_;
  Buffer* filling_ = nullptr;
  Target target_;
  Writer writer_;
  bool said_last_ = false, is_done_ = false;
};

}  // namespace sl::hop
