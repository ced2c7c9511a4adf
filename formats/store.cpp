// Reading and writing in any order.

#include "formats/store.h"

#include <algorithm>
#include <cstring>

#include "libcore/base/limits.h"

namespace sl {

namespace {

// A file that can be changed, from the target's position on.
class TargetStore final : public Store {
 public:
  explicit TargetStore(Target& target) : target_(target), start_(target.position()) {}
  std::size_t read(std::span<std::byte> into) override {
    const std::size_t count = target_.read_at(start_ + offset_, into);
    offset_ += count;
    return count;
  }
  void write(std::span<const std::byte> from) override {
    target_.write_at(start_ + offset_, from);
    offset_ += from.size();
    size_ = std::max(size_, offset_);
  }
  void seek(std::uint64_t offset) override { offset_ = offset; }
  [[nodiscard]] std::uint64_t position() override { return offset_; }
  [[nodiscard]] std::uint64_t size() override { return size_; }

 private:
  Target& target_;
  std::uint64_t start_, offset_ = 0, size_ = 0;
};

}  // namespace

std::size_t SourceStore::read(std::span<std::byte> into) {
  constexpr std::uint64_t far = std::uint64_t{1} << 62;
  if (offset_ > far || start_ + offset_ > source_.size().value_or(far)) return 0;
  if (source_.position() != start_ + offset_) source_.seek(start_ + offset_);
  const std::size_t count = source_.read_all(into);
  offset_ += count;
  return count;
}

std::uint64_t SourceStore::size() {
  if (const auto known = source_.size()) return *known - std::min(*known, start_);
  if (size_ == 0) {
    source_.seek(start_);
    size_ = source_.skip(~std::uint64_t{0});
  }
  return size_;
}

std::size_t MemoryStore::read(std::span<std::byte> into) {
  if (offset_ >= bytes.size()) return 0;
  const std::size_t count = std::min(into.size(), bytes.size() - static_cast<std::size_t>(offset_));
  std::memcpy(into.data(), bytes.data() + offset_, count);
  offset_ += count;
  return count;
}

void MemoryStore::write(std::span<const std::byte> from) {
  const std::uint64_t end = offset_ + from.size();
  if (end > bytes.size()) {
    check_memory(name_, end, what_);
    bytes.resize(static_cast<std::size_t>(end));
  }
  std::memcpy(bytes.data() + offset_, from.data(), from.size());
  offset_ = end;
}

std::unique_ptr<Store> make_store(Target& target, std::string what) {
  if (!target.can_rewrite()) return std::make_unique<MemoryStore>(target.name(), std::move(what));
  target.flush();
  return std::make_unique<TargetStore>(target);
}

void finish_store(const Store& store, Target& target) {
  if (const auto* memory = dynamic_cast<const MemoryStore*>(&store)) {
    target.write(std::span<const std::byte>(memory->bytes));
  }
}

}  // namespace sl
