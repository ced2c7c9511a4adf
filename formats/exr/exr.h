// The two halves of OpenEXR, for its row in exr.cpp, and the streams of its library.

#pragma once

#include <OpenEXR/ImfIO.h>

#include <memory>
#include <string>

#include "formats/format.h"
#include "formats/store.h"

namespace sl {

extern const FormatInfo exr_info;

namespace exr {

class InStream final : public Imf::IStream {
 public:
  InStream(Store& store, const std::string& name) : Imf::IStream(name.c_str()), store_(store) {}
  bool read(char* into, int count) override;
  std::uint64_t tellg() override { return store_.position(); }
  void seekg(std::uint64_t position) override { store_.seek(position); }

 private:
  Store& store_;
};

class OutStream final : public Imf::OStream {
 public:
  OutStream(Store& store, const std::string& name) : Imf::OStream(name.c_str()), store_(store) {}
  void write(const char* from, int count) override;
  std::uint64_t tellp() override { return store_.position(); }
  void seekp(std::uint64_t position) override { store_.seek(position); }

 private:
  Store& store_;
};

// Return what the library says, in one line without the file's name.
[[nodiscard]] std::string message(const std::exception& error);

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace exr

}  // namespace sl
