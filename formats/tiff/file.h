// libtiff's handle of a file, with its errors as exceptions.

#pragma once

#include <tiffio.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "formats/store.h"

namespace sl::tiff {

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
