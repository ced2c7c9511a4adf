// A stream that waits between two threads, one that reads it and one that sends it on, by the rules of a FrameQueue.

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
#include "libcore/queue/frame_queue.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

class BufferPool;
struct QueuedFrame;

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

  // Opens the file, where there is to be one.
  void prepare();

  // ---- Of the thread that reads ----

  // Takes the record; waits while there is no room. Throws Limit for a frame over --max-memory.
  void put(Reader& in, const wire::Header& record);
  // Nothing more comes. What there is of frames that are not whole goes on, too, if `unfinished`.
  void close(bool unfinished);
  // Drops the frames that wait, and says so in the stream, which is a stopped one then.
  void give_up();
  // The sender stops before the next record.
  void abandon();
  // Whether the sender is done, after at most `ms`.
  [[nodiscard]] bool sent(int ms);

  // ---- Of the thread that sends ----

  // Sends what comes until all is sent after close(), or abandon(). Call sender_ended() after it, in any case.
  void send(Writer& out);
  void sender_ended();

 private:
  using Send = std::function<void(Writer&)>;
  struct Side {  // of a track that comes
    std::optional<Track> track;
    std::optional<FrameQueue::Place> open;
    std::vector<Attachment> for_next;   // attachments for the next frame only: they go with it
    std::set<std::string> attachments;  // names of the others that are in force
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
  std::map<std::uint16_t, Side> sides_;  // of the reading thread alone
  // Of the sending thread alone.
  std::set<std::uint16_t> after_hole_;  // tracks of sound
  std::uint64_t largest_ = 0;           // frame

  std::mutex mutex_;
  std::condition_variable came_, left_;
  FrameQueue queue_;
  bool closed_ = false, abandoned_ = false, gave_up_ = false, sending_ = false, ended_ = false;
};

}  // namespace sl
