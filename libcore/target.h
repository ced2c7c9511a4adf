// Bytes out, to anything: a descriptor, a file, callbacks. A file appears under its name only when it is finished.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct iovec;

namespace sl {

class Target {
 public:
  // Takes all bytes of the span or throws.
  using WriteCallback = std::function<void(std::span<const std::byte>)>;
  // Called once, when everything was written; may throw.
  using FinishCallback = std::function<void()>;

  // Takes ownership of the descriptor. A regular file (a shell's `>`) is cut back to its last `mark` by `discard`.
  static Target descriptor(int fd, std::string name);
  // A file that appears as `path` at `finish`, replacing what stands there; nothing is left if that never comes.
  // `directory` is a descriptor of the folder that `path` is relative to, or AT_FDCWD. Throws CannotCreate.
  static Target file(const std::string& path, int directory = -100);
  static Target callbacks(WriteCallback write, FinishCallback finish, std::string name);

  Target(Target&& other) noexcept;
  Target& operator=(Target&& other) noexcept;
  ~Target();  // an unfinished file is discarded

  // All of it, or an Error (Io, "out.png: No space left on device"); after one nothing more is written, as it would be
  // taken for the rest of what was cut off. Small writes are gathered; `flush` sends them.
  void write(std::span<const std::byte> bytes);
  // Several pieces, in order, without copying them. The array is used up.
  void write(std::span<iovec> pieces);
  void flush();
  // What was written so far is complete in itself: `discard` keeps it where it cannot take it back whole.
  void mark();
  // Takes back everything written after `position`; only where can_cut().
  void cut(std::uint64_t position);
  [[nodiscard]] bool can_cut() const;  // a regular file
  // A file of our own can be read back and written at any place before it is finished. Writing after the end, which is
  // then at the last byte written, leaves zeros in between. Throw Io.
  [[nodiscard]] bool can_rewrite() const;
  void write_at(std::uint64_t position, std::span<const std::byte> bytes);
  [[nodiscard]] std::size_t read_at(std::uint64_t position, std::span<std::byte> into);  // 0 at the end
  // What was written and not sent yet; the caller sends it.
  [[nodiscard]] std::vector<std::byte> take_gathered();
  // Moves exactly `n` bytes, which are in this pipe, without copying them. False, and nothing moved, where that cannot
  // be.
  bool splice_from(int pipe, std::size_t n);
  // Flushes, closes and, for a file, gives it its name. Throws if any of it fails; then nothing is left.
  void finish();
  // Gives up: nothing is left under the final name.
  void discard() noexcept;
  // Gives the unfinished file the name NAME.part instead: for a recording that was cut off. Returns that name.
  std::string keep_part();

  [[nodiscard]] int directory() const;           // of a file that is still to get its name there; -1 for anything else
  [[nodiscard]] int fd() const;                  // -1 for callbacks
  [[nodiscard]] std::uint64_t position() const;  // where `write` continues: the end, bytes gathered included
  [[nodiscard]] const std::string& name() const;

 private:
  struct State;
  explicit Target(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sl
