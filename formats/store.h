// Files that a library reads and writes in any order.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"

namespace sl {

class Store {
 public:
  virtual ~Store() = default;
  virtual std::size_t read(std::span<std::byte> into) = 0;  // as much as there is
  virtual void write(std::span<const std::byte> bytes) = 0;
  virtual void seek(std::uint64_t offset) = 0;
  [[nodiscard]] virtual std::uint64_t position() = 0;
  [[nodiscard]] virtual std::uint64_t size() = 0;
};

// A file in a source that can seek, from its position `start` on.
class SourceStore final : public Store {
 public:
  SourceStore(Source& source, std::uint64_t start) : source_(source), start_(start) {}
  std::size_t read(std::span<std::byte> into) override;
  void write(std::span<const std::byte> /*bytes*/) override {}
  void seek(std::uint64_t offset) override { offset_ = offset; }
  [[nodiscard]] std::uint64_t position() override { return offset_; }
  // The size of a pipe is known when all of it was read.
  [[nodiscard]] std::uint64_t size() override;

 private:
  Source& source_;
  std::uint64_t start_, offset_ = 0, size_ = 0;
};

// A file in memory, up to --max-memory. `what` is for the message: "a TIFF for a pipe".
class MemoryStore final : public Store {
 public:
  MemoryStore(std::string name, std::string what) : name_(std::move(name)), what_(std::move(what)) {}
  std::size_t read(std::span<std::byte> into) override;
  void write(std::span<const std::byte> from) override;
  void seek(std::uint64_t offset) override { offset_ = offset; }
  [[nodiscard]] std::uint64_t position() override { return offset_; }
  [[nodiscard]] std::uint64_t size() override { return bytes.size(); }

  std::vector<std::byte> bytes;

 private:
  std::string name_, what_;
  std::uint64_t offset_ = 0;
};

// Return a store for a file that begins at the target's position: in the target itself if it can be changed, else in
// memory; finish_store() then writes it. `what` as above.
[[nodiscard]] std::unique_ptr<Store> make_store(Target& target, std::string what);
void finish_store(const Store& store, Target& target);

}  // namespace sl
