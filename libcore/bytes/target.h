// Bytes out, to anything: a descriptor, a file, callbacks. A file appears under its name only when it is finished.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/bytes/output_file.h"

struct iovec;

namespace sl {

class Target {
 public:
  // Write all bytes of the span or throw.
  using WriteCallback = std::function<void(std::span<const std::byte>)>;
  // Called once, after everything is written; may throw.
  using FinishCallback = std::function<void()>;

  // Take ownership of the descriptor. `discard` cuts a regular file (a shell's `>`) back to its last `mark`.
  static Target descriptor(int fd, std::string name);
  // Write a file that appears as `path`, replacing any file of that name, at `finish`; without `finish` it leaves
  // nothing (output_file.h). A device or a FIFO is opened. `directory` is a descriptor of the folder that `path` is
  // relative to, or AT_FDCWD. Throw CannotCreate or NotPermitted.
  static Target file(const std::string& path, Sync sync = Sync::IfReplacing, int directory = -100);
  static Target callbacks(WriteCallback write, FinishCallback finish, std::string name);

  Target(Target&& other) noexcept;
  Target& operator=(Target&& other) noexcept;
  ~Target();  // an unfinished file is discarded

  // Write all bytes or throw Io ("out.png: No space left on device"). After a failure nothing more is written: it would
  // look like the rest of the data cut off. Small writes are gathered; `flush` sends them.
  void write(std::span<const std::byte> bytes);
  // Write several pieces, in order, without copying them. The array is changed.
  void write(std::span<iovec> pieces);
  void flush();
  // Mark everything written so far as complete: `discard` keeps it in a file that it cannot remove.
  void mark();
  // Remove everything after `position`. Only if can_cut().
  void cut(std::uint64_t position);
  [[nodiscard]] bool can_cut() const;  // a regular file
  // Return whether read_at() and write_at() work: on a file opened by its path, before `finish`. A write after the end
  // leaves zeros in between; the end is then its last byte. Both throw Io.
  [[nodiscard]] bool can_rewrite() const;
  void write_at(std::uint64_t position, std::span<const std::byte> bytes);
  [[nodiscard]] std::size_t read_at(std::uint64_t position, std::span<std::byte> into);  // 0 at the end
  // Return the gathered bytes; the caller sends them.
  [[nodiscard]] std::vector<std::byte> take_gathered();
  // Move exactly `n` bytes, which the pipe holds, without copying them. Return false, with nothing moved, if the target
  // cannot do that.
  bool splice_from(int pipe, std::size_t n);
  // Flush, close and, for a file, give it its name. Throw if any step fails; then no file is left.
  void finish();
  // Give up: leave nothing under the final name.
  void discard() noexcept;
  // Name the unfinished file NAME.part, for a recording cut off. Return its path.
  std::string keep_part();

  [[nodiscard]] int directory() const;           // of a file without its name yet; -1 for any other target
  [[nodiscard]] int fd() const;                  // -1 for callbacks
  [[nodiscard]] std::uint64_t position() const;  // where `write` continues: the end, bytes gathered included
  [[nodiscard]] const std::string& name() const;

 private:
  struct State;
  explicit Target(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sl
