// Bytes in, from anything: a descriptor, a file, memory, callbacks.
//
// A source starts in its header phase: it keeps everything it reads, so that another decoder (`rewind`) or another
// process (`taken`) can read it again, even if the source cannot seek. `end_header` ends that phase; afterwards the
// source keeps one buffer of read-ahead.

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
  // Fill at most the span; return the number of bytes, 0 at the end. It may be fewer than fit.
  using ReadCallback = std::function<std::size_t(std::span<std::byte>)>;
  // Seek to an offset from the start; return false if that fails.
  using SeekCallback = std::function<bool(std::uint64_t)>;

  // Take ownership of the descriptor. `name` is for messages. `head` is bytes already read from the descriptor; they
  // come first.
  static Source descriptor(int fd, std::string name, std::vector<std::byte> head = {});
  // Open a file. Throw NoInput or NotPermitted.
  static Source file(const std::string& path);
  // Read bytes that outlive the source.
  static Source memory(std::span<const std::byte> bytes, std::string name);
  // Read by callbacks. Without `seek` the source acts as a pipe. Exceptions of the callbacks pass through.
  static Source callbacks(ReadCallback read, SeekCallback seek, std::string name);
  // Read from sl-fetch (remote.h) through `socket`. Take ownership of it.
  static Source remote(int socket, std::unique_ptr<Remote> remote, std::string name, std::vector<std::byte> head = {});

  Source(Source&& other) noexcept;
  Source& operator=(Source&& other) noexcept;
  ~Source();

  // Wait for at least `n` bytes and return them without taking them; fewer only at the end. Valid until the next call.
  [[nodiscard]] std::span<const std::byte> peek(std::size_t n);
  // Take `n` bytes that `peek` has returned.
  void consume(std::size_t n);
  // Take at least one byte and at most `into.size()`; return 0 at the end.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);
  // Take bytes until `into` is full or the input ends; return the number. Large reads go straight into `into`.
  [[nodiscard]] std::size_t read_all(std::span<std::byte> into);
  // Skip up to `n` bytes; return the number skipped, fewer only at the end.
  std::uint64_t skip(std::uint64_t n);

  // Wait for at least one byte and move at most `n` into a pipe without copying them; none may be buffered. Return 0 at
  // the end, nothing if it cannot be done (not a pipe, or no room): then read them.
  [[nodiscard]] std::optional<std::size_t> splice_to(int pipe, std::size_t n);

  // Return whether reading `n` more bytes would wait for the writer. A decoder then sends the rows it has.
  [[nodiscard]] bool would_wait(std::size_t n = 1) const;
  // Call `before` just before a read that would wait, to flush output. `watch` is a descriptor to watch while waiting,
  // or -1: throw ReaderGone when its last reader closes it, so that an idle pipe ends at once.
  void on_wait(std::function<void()> before, int watch);
  // Call `write_held` before on_wait's hook: a stage writes the rows that it holds. Empty: remove it.
  void write_held_before_wait(std::function<void()> write_held);

  // Wait for another descriptor as a read of this source does, with the hook and the watch of on_wait(). With fd -1, do
  // only these two and do not wait.
  void wait_for(int fd);

  // After an interrupt, throw Interrupted unless another process ends this input. The writer of a pipe gets the same
  // interrupt, so a pipe is read to its end; check_interrupt() limits how long.
  void check_stop() const;

  [[nodiscard]] bool can_seek() const;
  // Return the size in bytes if it is known without reading: of a regular file, of memory, from a server.
  [[nodiscard]] std::optional<std::uint64_t> size() const;
  // Seek to an offset from the start of the source, not of the file. Throw Io if that fails.
  void seek(std::uint64_t offset);
  // Hint that the next reads will cover `begin` to `end` and no more, which bounds the request to a server. Other
  // sources ignore it.
  void hint_read_range(std::uint64_t begin, std::uint64_t end);
  // Seek to the start. In the header phase that is always possible.
  void rewind();
  void end_header();
  // Keep the bytes from here on, up to `most`, as in the header phase: can_return() and seek() to them. Again: from the
  // new place on; end_header() ends it.
  void keep(std::uint64_t most);
  // Return whether seek() can return to this earlier offset.
  [[nodiscard]] bool can_return(std::uint64_t offset) const;
  // Set how much a small read reads ahead at most (64 KiB at first). A Reader lowers it, so that samples stay in the
  // pipe and can be spliced.
  void limit_read_ahead(std::size_t bytes);
  // Return every byte read from the descriptor so far, in the header phase: the `head` for a helper that continues with
  // the same descriptor.
  [[nodiscard]] std::span<const std::byte> taken() const;
  // Give up ownership of the descriptor and return it, -1 if the source has no descriptor. The source is unusable then.
  [[nodiscard]] int release();

  [[nodiscard]] int fd() const;                  // -1 for memory and callbacks; the socket of a remote source
  [[nodiscard]] bool is_remote() const;          // fd() is a socket to sl-fetch, not the content
  [[nodiscard]] std::size_t buffered() const;    // bytes read ahead and not taken yet
  [[nodiscard]] std::uint64_t position() const;  // bytes taken
  [[nodiscard]] const std::string& name() const;

  struct Counters {
    std::uint64_t reads = 0, seeks = 0, bytes = 0;
    std::uint64_t requests = 0, fetched = 0;  // of a remote source: HTTP requests, and bytes of content fetched
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
  // Add the counters of other sources, which this one refers to.
  void also_read(const Counters& others);

 private:
  struct State;
  explicit Source(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sl
