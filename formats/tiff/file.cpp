// Callbacks of libtiff. No exception crosses its C code: it is kept, and thrown when the call has returned.

#include "formats/tiff/file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "formats/tiff/directory.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl::tiff {

template <class F>
auto File::guard(const F& f, decltype(f()) failure) -> decltype(f()) {
  if (thrown_) return failure;
  try {
    return f();
  } catch (...) {
    thrown_ = std::current_exception();
    return failure;
  }
}

int File::report(File& file, std::string* error, const char* /*module*/, const char* format, va_list values) {
  constexpr std::size_t max_warnings = 16;
  std::array<char, 512> buffer{};
  std::vsnprintf(buffer.data(), buffer.size(), format, values);
  std::string text = printable(buffer.data(), 300);
  while (text.ends_with('.') || text.ends_with('!')) text.pop_back();
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  if (error != nullptr) {
    if (error->empty()) *error = std::move(text);  // the first one is the cause
  } else if (file.warnings_.size() < max_warnings) {
    file.warnings_.push_back(std::move(text));
  }
  return 1;
}

File::File(Store& store, const char* mode, std::string name) : store_(store), name_(std::move(name)) {
  TIFFOpenOptions* const options = TIFFOpenOptionsAlloc();
  const std::uint64_t memory = std::min<std::uint64_t>(limits().memory, std::uint64_t{1} << 40);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, static_cast<tmsize_t>(memory));
  TIFFOpenOptionsSetErrorHandlerExtR(
      options,
      [](TIFF*, void* self, const char* module, const char* format, va_list values) {
        return report(of(self), &of(self).error_, module, format, values);
      },
      this);
  TIFFOpenOptionsSetWarningHandlerExtR(
      options,
      [](TIFF*, void* self, const char* module, const char* format, va_list values) {
        return report(of(self), nullptr, module, format, values);
      },
      this);
  file_ = TIFFClientOpenExt(
      "", mode, this,
      [](thandle_t self, void* into, tmsize_t size) -> tmsize_t {
        return of(self).guard(
            [&] {
              return static_cast<tmsize_t>(
                  of(self).store_.read({static_cast<std::byte*>(into), static_cast<std::size_t>(size)}));
            },
            -1);
      },
      [](thandle_t self, void* from, tmsize_t size) -> tmsize_t {
        return of(self).guard(
            [&] {
              of(self).store_.write({static_cast<std::byte*>(from), static_cast<std::size_t>(size)});
              return size;
            },
            -1);
      },
      [](thandle_t self, toff_t offset, int whence) -> toff_t {
        return of(self).guard(
            [&]() -> toff_t {
              Store& file = of(self).store_;
              file.seek(offset + (whence == SEEK_CUR ? file.position() : whence == SEEK_END ? file.size() : 0));
              return file.position();
            },
            ~toff_t{0});
      },
      [](thandle_t) { return 0; },
      [](thandle_t self) -> toff_t { return of(self).guard([&]() -> toff_t { return of(self).store_.size(); }, 0); },
      [](thandle_t, void**, toff_t*) { return 0; }, [](thandle_t, void*, toff_t) {}, options);
  TIFFOpenOptionsFree(options);
  check(file_ != nullptr);
}

File::~File() {
  if (file_ != nullptr) TIFFClose(file_);
}

void File::rethrow() {
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

std::string File::take_error(const std::string& fallback) {
  std::string text = std::exchange(error_, {});
  return text.empty() ? fallback : text;
}

void File::check(bool good, const std::string& where) {
  rethrow();
  if (!good) throw Error(Status::Data, name_ + ": TIFF: " + take_error("cannot be read") + where);
  error_.clear();
}

}  // namespace sl::tiff
