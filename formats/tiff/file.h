// libtiff's handle of a file, with its errors as exceptions.

#pragma once

#include <tiffio.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/bytes/source.h"

namespace sl::tiff {

// What libtiff reads and writes. Its callbacks may throw: the exception leaves the call of libtiff that it failed
// (File::check).
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
  [[nodiscard]] std::uint64_t size() override;

 private:
  Source& source_;
  std::uint64_t start_, offset_ = 0, size_ = 0;
};

class File {
 public:
  // `mode` is libtiff's: "rmh", "w", "w8". `name` is for messages. Throw Data.
  File(Store& store, const char* mode, std::string name);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] TIFF* get() const { return file_; }
  // Throw, unless `good`, what a callback threw, or Data with libtiff's last error and `where`.
  void check(bool good, const std::string& where = {});
  // Return libtiff's last error, or else `fallback`; and forget it.
  [[nodiscard]] std::string take_error(const std::string& fallback);
  // Rethrow what a callback threw.
  void rethrow();
  // Return libtiff's warnings since the last call, at most a few.
  [[nodiscard]] std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

  // A value of a tag; `value` if the page has none and libtiff knows no default.
  template <class T>
  [[nodiscard]] T value(std::uint32_t tag, T value) const {
    TIFFGetFieldDefaulted(file_, tag, &value);
    return value;
  }

 private:
  static File& of(thandle_t handle) { return *static_cast<File*>(handle); }
  template <class F>
  auto guard(const F& f, decltype(f()) failure) -> decltype(f());
  static int report(File& file, std::string* error, const char* module, const char* format, va_list values);

  Store& store_;
  std::string name_, error_;
  std::vector<std::string> warnings_;
  std::exception_ptr thrown_;
  TIFF* file_ = nullptr;
};

}  // namespace sl::tiff
