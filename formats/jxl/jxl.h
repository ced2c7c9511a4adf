// JPEG XL by libjxl: its constructors, and its objects with an end.

#pragma once

#include <jxl/decode.h>
#include <jxl/encode.h>
#include <jxl/thread_parallel_runner.h>

#include <memory>
#include <span>
#include <string>

#include "formats/format.h"

namespace sl {

extern const FormatInfo jxl_info;

namespace jxl {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using DecoderHandle = std::unique_ptr<JxlDecoder, Release<JxlDecoderDestroy>>;
using EncoderHandle = std::unique_ptr<JxlEncoder, Release<JxlEncoderDestroy>>;
using Runner = std::unique_ptr<void, Release<JxlThreadParallelRunnerDestroy>>;

// Return a decoder of a whole file, which outlives it, with these events. libjxl 0.7 takes some files for damaged that
// it gets in pieces.
[[nodiscard]] DecoderHandle open_decoder(std::span<const std::byte> file, int events, const std::string& name);
// Return its next event, without what libjxl prints.
[[nodiscard]] JxlDecoderStatus next_event(JxlDecoder* decoder);

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);
// Format::repack: a JPEG to JPEG XL, and back.
void repack(Source& source, const EncodeContext& context);

}  // namespace jxl

}  // namespace sl
