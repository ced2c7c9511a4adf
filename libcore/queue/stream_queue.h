// A stream in a FrameQueue, between a thread that reads it and one that sends it.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/bytes/spill_file.h"
#include "libcore/media/attachment.h"
#include "libcore/queue/frame_queue.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

class BufferPool;
struct QueuedFrame;
struct Track;

class StreamQueue {
 public:
  struct Rules {
    FrameQueue::Policy policy = FrameQueue::Policy::Lossless;
    std::uint64_t memory = 256 << 20, disk = 0;
    std::optional<std::int64_t> length;  // ns
  };
  explicit StreamQueue(const Rules& rules);
  ~StreamQueue();
  StreamQueue(const StreamQueue&) = delete;
  StreamQueue& operator=(const StreamQueue&) = delete;

  // Open the file, if the rules have one.
  void prepare();

  // ---- For the reading thread ----

  // Add the current record; wait while the queue is full. Throw Limit for a frame over --max-memory.
  void put(Reader& in, const wire::Header& record);
  // End the input. Incomplete frames are sent as far as they have come if `unfinished`, and dropped otherwise.
  void close(bool unfinished);
  // Drop the waiting frames, report them in the stream, and mark it as stopped.
  void give_up();
  // Stop the sender before the next record.
  void abandon();
  // Wait up to `ms`; return whether the sender has ended.
  [[nodiscard]] bool sent(int ms);

  // ---- For the sending thread ----

  // Send entries as they come, until close() and the queue is empty, or abandon(). Always call sender_ended()
  // afterwards.
  void send(Writer& out);
  void sender_ended();

 private:
  using Send = std::function<void(Writer&)>;
  struct Side {                          // a track of the input
    std::unique_ptr<const Track> track;  // as announced last
    std::optional<FrameQueue::Place> open;
    std::vector<Attachment> for_next;   // attachments for the next frame only
    std::set<std::string> attachments;  // names of the others in force
  };

  void add(std::uint16_t track, std::uint64_t bytes, Send send);
  void on_attachment(Reader& in, const wire::Header& record);
  void on_end(const Reader& in);
  void on_frame(const Reader& in, std::uint16_t number);
  void on_samples(Reader& in, const wire::Header& record);
  void wait_for_room(std::unique_lock<std::mutex>& lock);
  void spill(std::unique_lock<std::mutex>& lock, QueuedFrame& frame);

  std::optional<FrameQueue::Entry> next(Writer& out);
  void send_entry(Writer& out, const FrameQueue::Entry& entry);
  void send_frame(Writer& out, const FrameQueue::Entry& entry);
  void fit_pipe(int fd);
  void send_hole(Writer& out, const FrameQueue::Entry& hole);

  const Rules rules_;
  std::unique_ptr<BufferPool> pool_;
  SpillFile file_;
  std::map<std::uint16_t, Side> sides_;  // reading thread only
  // Sending thread only.
  std::set<std::uint16_t> after_hole_;  // tracks of sound
  std::uint64_t largest_ = 0;           // bytes of a frame

  std::mutex mutex_;
  std::condition_variable came_, left_;
  FrameQueue queue_;
  bool closed_ = false, abandoned_ = false, gave_up_ = false, sending_ = false, ended_ = false;
};

}  // namespace sl
