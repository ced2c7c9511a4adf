// soften [FILE]: halve the contrast, with the wire read from callbacks and written to callbacks. Here they use C++
// streams; a program may have a browser's fetch, an archive or a ring buffer instead.
//
//   g++ -std=c++20 soften.cpp $(pkg-config --cflags --libs streamlib) -o soften
//   sl-decode in.jpg | ./soften | sl-encode .png > out.png

#include <array>
#include <fstream>
#include <iostream>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/filter/point.h"

namespace {

// A source that cannot seek acts as a pipe: bytes read before end_header() are kept for rewind().
sl::Source from_stream(std::istream& stream, bool can_seek, std::string name) {
  sl::Source::SeekCallback seek;
  if (can_seek) {
    seek = [&stream](std::uint64_t offset) {
      stream.clear();
      return static_cast<bool>(stream.seekg(static_cast<std::streamoff>(offset)));
    };
  }
  const auto read = [&stream](std::span<std::byte> into) {
    stream.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    return static_cast<std::size_t>(stream.gcount());
  };
  return sl::Source::callbacks(read, seek, std::move(name));
}

sl::Target to_stream(std::ostream& stream, std::string name) {
  const auto check = [&stream, name] {
    if (!stream) throw sl::Error(sl::Status::Io, name + ": cannot be written");
  };
  const auto write = [&stream, check](std::span<const std::byte> bytes) {
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    check();
  };
  const auto finish = [&stream, check] {
    stream.flush();
    check();
  };
  return sl::Target::callbacks(write, finish, std::move(name));
}

void soften(sl::Source& source, sl::Target& target) {
  const sl::wire::StageInfo stage{"soften", "1.0", "", ""};
  sl::Writer out(target, stage, "soften");
  try {
    // In its header phase a source, even a pipe, can rewind.
    std::array<std::byte, sl::wire::preamble_bytes> head{};
    if (source.read_all(head) < head.size() || !sl::wire::looks_like_wire(head)) {
      throw sl::Error(sl::Status::Wire, source.name() + ": is not the wire: put sl-decode in front");
    }
    source.rewind();
    sl::Reader in(source);
    sl::map_colour(in, out, [](auto v, auto lo, auto hi) { return (v + (lo + hi) / 2) / 2; });
    out.close();
    target.finish();
  } catch (const sl::Error& error) {
    // Mark the output as incomplete.
    out.abort(error.cause().value_or(sl::Cause{"soften", "", static_cast<int>(error.status()), {}, error.what()}));
    target.finish();
    throw;
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::ifstream file;
    if (argc > 1) file.open(argv[1], std::ios::binary);
    if (!file) throw sl::Error(sl::Status::NoInput, std::string(argv[1]) + ": cannot be opened");
    sl::Source source = argc > 1 ? from_stream(file, true, argv[1]) : from_stream(std::cin, false, "standard input");
    sl::Target target = to_stream(std::cout, "standard output");
    soften(source, target);
    return 0;
  } catch (const sl::Error& error) {
    std::cerr << "soften: " << error.what() << "\n";
    return static_cast<int>(error.status());
  }
}
