// Reading directories entry by entry.

#include "formats/tiff/directory.h"

#include <algorithm>
#include <array>

#include "libcore/base/limits.h"

namespace sl::tiff {

std::uint64_t type_bytes(std::uint16_t type) {
  constexpr std::array<std::uint8_t, 19> sizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  return type < sizes.size() ? sizes[type] : 0;
}

bool seek_in(Source& source, std::uint64_t start, std::uint64_t offset) {
  constexpr std::uint64_t far = std::uint64_t{1} << 62;
  if (offset > far || start + offset > source.size().value_or(far)) return false;
  if (source.position() != start + offset) source.seek(start + offset);
  return true;
}

FileStructure::FileStructure(Source& source, std::uint64_t start) : source_(source), start_(start) {
  const std::string header = bytes(0, 16);
  if (header.size() < 8) return;
  big_endian_ = header[0] == 'M';
  big_ = load(header, 2, 2) == 43;
  first_ = !big_ ? load(header, 4, 4) : header.size() == 16 ? load(header, 8, 8) : 0;
}

std::uint64_t FileStructure::load(const std::string& bytes, std::size_t at, std::size_t size) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + (big_endian_ ? i : size - 1 - i)]);
  }
  return value;
}

std::string FileStructure::bytes(std::uint64_t offset, std::uint64_t size) {
  constexpr std::uint64_t piece = 64 << 10;
  std::string result;
  if (!seek_in(source_, start_, offset)) return result;
  while (result.size() < size) {  // memory is taken as bytes come
    const std::size_t have = result.size();
    const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - have));
    check_metadata(source_.name(), total_ += more, "TIFF: metadata");
    result.resize(have + more);
    const std::size_t count = source_.read_all(std::as_writable_bytes(std::span(result).subspan(have)));
    result.resize(have + count);
    if (count < more) break;
  }
  reach(offset, result.size());
  return result;
}

void FileStructure::reach(std::uint64_t offset, std::uint64_t size) {
  if (offset + size >= offset) end_ = std::max(end_, offset + size);
}

std::uint64_t FileStructure::end() const {
  const auto size = source_.size();
  return size && *size >= start_ ? std::min(end_, *size - start_) : end_;
}

void FileStructure::count_samples(const FileDirectory& directory) {
  constexpr std::uint16_t sub_directories = 330;
  count_own_samples(directory);
  for (const std::uint64_t below : numbers(directory, sub_directories)) {
    if (const auto found = this->directory(below, true)) count_own_samples(*found);
  }
}

void FileStructure::count_own_samples(const FileDirectory& directory) {
  struct Tags {
    std::uint16_t offsets, sizes;
  };
  constexpr std::array places{Tags{273, 279}, Tags{324, 325}, Tags{513, 514}};  // strips, tiles, old-style JPEG
  for (const Tags& tags : places) {
    const auto offsets = numbers(directory, tags.offsets), sizes = numbers(directory, tags.sizes);
    for (std::size_t i = 0; i < std::min(offsets.size(), sizes.size()); ++i) reach(offsets[i], sizes[i]);
  }
}

std::optional<FileDirectory> FileStructure::directory(std::uint64_t offset, bool below) {
  const std::size_t count_bytes = big_ ? 8 : 2, word = big_ ? 8 : 4, entry_bytes = 4 + 2 * word;
  const std::string head = bytes(offset, count_bytes);
  if (offset == 0 || head.size() < count_bytes) return std::nullopt;
  const std::uint64_t count = load(head, 0, count_bytes);
  if (count > 65535) return std::nullopt;
  const std::string body = bytes(offset + count_bytes, count * entry_bytes + word);
  if (body.size() < count * entry_bytes + (below ? 0 : word)) return std::nullopt;
  FileDirectory directory;
  for (std::size_t at = 0; at + entry_bytes <= count * entry_bytes; at += entry_bytes) {
    directory.entries.push_back({static_cast<std::uint16_t>(load(body, at, 2)),
                                 static_cast<std::uint16_t>(load(body, at + 2, 2)), load(body, at + 4, word),
                                 body.substr(at + 4 + word, word)});
    const FileEntry& entry = directory.entries.back();
    const std::uint64_t size = saturating_multiply(type_bytes(entry.type), entry.count);
    if (size > word) reach(load(entry.field, 0, word), size);
  }
  if (body.size() == count * entry_bytes + word) directory.next = load(body, count * entry_bytes, word);
  return directory;
}

std::string FileStructure::value(const FileEntry& entry) {
  const std::uint64_t size = saturating_multiply(type_bytes(entry.type), entry.count);
  if (size <= entry.field.size()) return entry.field.substr(0, static_cast<std::size_t>(size));
  return bytes(load(entry.field, 0, entry.field.size()), size);
}

std::vector<std::uint64_t> FileStructure::numbers(const FileEntry& entry) {
  constexpr std::array<std::uint16_t, 6> integers{1, 3, 4, 13, 16, 18};
  if (std::ranges::find(integers, entry.type) == integers.end()) return {};
  const auto size = static_cast<std::size_t>(type_bytes(entry.type));
  const std::string stored = value(entry);
  std::vector<std::uint64_t> numbers;
  for (std::size_t at = 0; at + size <= stored.size(); at += size) numbers.push_back(load(stored, at, size));
  return numbers;
}

std::vector<std::uint64_t> FileStructure::numbers(const FileDirectory& directory, std::uint16_t tag) {
  const auto found = std::ranges::find(directory.entries, tag, &FileEntry::tag);
  return found == directory.entries.end() ? std::vector<std::uint64_t>() : numbers(*found);
}

std::optional<std::uint64_t> FileStructure::number(const FileDirectory& directory, std::uint16_t tag) {
  const auto all = numbers(directory, tag);
  return all.empty() ? std::nullopt : std::optional(all[0]);
}

}  // namespace sl::tiff
