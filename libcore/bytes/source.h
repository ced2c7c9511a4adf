// Bytes in, from anything: a descriptor, a file, memory, callbacks.
//
// A source starts in its header phase: everything read is kept, so that `rewind` can give it again, to another decoder
// or
// (`taken`) to another process, even where the source cannot seek. `end_header` ends that, and from then on nothing is
// kept but one buffer of read-ahead.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sl {

class Remote;

class Source {
 public:
  // Fills at most the span given; returns how many bytes it wrote there, 0 at the end. May give fewer than asked for.
  using ReadCallback = std::function<std::size_t(std::span<std::byte>)>;
  // Goes to this offset from the start; false where that cannot be done.
  using SeekCallback = std::function<bool(std::uint64_t)>;

  // Takes ownership of the descriptor. `name` stands in messages. `head` comes before what the descriptor gives: bytes
  // that somebody has read from it already.
  static Source descriptor(int fd, std::string name, std::vector<std::byte> head = {});
  // Opens a file; throws NoInput or NotPermitted.
  static Source file(const std::string& path);
  // Bytes that outlive the source.
  static Source memory(std::span<const std::byte> bytes, std::string name);
  // A source without `seek` is treated as a pipe. What the callbacks throw passes through.
  static Source callbacks(ReadCallback read, SeekCallback seek, std::string name);
  // Bytes from sl-fetch (remote.h), which is asked through `socket`; takes ownership of it.
  static Source remote(int socket, std::unique_ptr<Remote> remote, std::string name, std::vector<std::byte> head = {});

  Source(Source&& other) noexcept;
  Source& operator=(Source&& other) noexcept;
  ~Source();

  // At least `n` bytes without taking them, fewer only at the end; waits, never spins. Valid until the next call.
  [[nodiscard]] std::span<const std::byte> peek(std::size_t n);
  // Takes `n` bytes that `peek` has shown.
  void consume(std::size_t n);
  // Takes at least one byte and at most `into.size()`; 0 is the end.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);
  // Takes until `into` is full or the end comes; returns how many. Large reads go straight into `into`.
  [[nodiscard]] std::size_t read_all(std::span<std::byte> into);
  // Passes over `n` bytes; returns how many there were.
  std::uint64_t skip(std::uint64_t n);

  // Moves at most `n` bytes that are not read ahead into a pipe, without copying them; waits for at least one. 0 at the
  // end; nothing where it cannot be done (not a pipe, nothing fits): then read them.
  [[nodiscard]] std::optional<std::size_t> splice_to(int pipe, std::size_t n);

  // Whether getting `n` more bytes would wait for the writer: then a decoder sends the rows that it has.
  [[nodiscard]] bool would_wait(std::size_t n = 1) const;
  // Called just before a read that would wait (to flush output). And a descriptor, or -1, to watch while waiting: when
  // nobody can read from it any more, the process ends as by SIGPIPE, so that an idle pipe ends at once.
  void on_wait(std::function<void()> before, int watch);
  // Called before on_wait's hook: a stage writes the rows that it holds. Empty: removes it.
  void write_held_before_wait(std::function<void()> write_held);

  // Waits for another descriptor as a read of this source would: what is gathered goes out first, and the end of the
  // one to watch ends it. Without a descriptor it does only that, and does not wait.
  void wait_for(int fd);

  [[nodiscard]] bool can_seek() const;
  // Bytes from the start to the end, where that is known without reading: a regular file, memory, what a server told.
  [[nodiscard]] std::optional<std::uint64_t> size() const;
  // Goes to an offset from the start (of the source, not of the file). Throws Io where it cannot.
  void seek(std::uint64_t offset);
  // A hint: reads from `begin` on will go on to `end`, and no further as far as is known. What a server is asked for
  // then ends there; other sources do not mind.
  void hint_read_range(std::uint64_t begin, std::uint64_t end);
  // Back to the start, in the header phase always possible.
  void rewind();
  void end_header();
  // Bytes to read ahead at most when little is asked for (64 KiB at first). A Reader of the wire asks for little, so
  // that samples stay in the pipe and can be spliced.
  void limit_read_ahead(std::size_t bytes);
  // Every byte taken from the descriptor so far, in the header phase: what a helper that goes on with the same
  // descriptor must be given first.
  [[nodiscard]] std::span<const std::byte> taken() const;
  // Gives the descriptor away; -1 if there is none. The source is unusable afterwards.
  [[nodiscard]] int release();

  [[nodiscard]] int fd() const;                  // -1 for memory and callbacks; of a remote source, its socket
  [[nodiscard]] bool is_remote() const;          // bytes do not come from fd() as they are
  [[nodiscard]] std::size_t buffered() const;    // bytes read ahead and not yet taken
  [[nodiscard]] std::uint64_t position() const;  // bytes taken
  [[nodiscard]] const std::string& name() const;

  struct Counters {
    std::uint64_t reads = 0, seeks = 0, bytes = 0;
    std::uint64_t requests = 0, fetched = 0;  // of a remote source: HTTP requests, and bytes of content that came
    Counters& operator+=(const Counters& other) {
      reads += other.reads;
      seeks += other.seeks;
      bytes += other.bytes;
      requests += other.requests;
      fetched += other.fetched;
      return *this;
    }
  };
  [[nodiscard]] const Counters& counters() const;
  // What was read elsewhere because this source refers to it.
  void also_read(const Counters& others);

 private:
  struct State;
  explicit Source(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sl
