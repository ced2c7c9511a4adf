// Shared by the parts of the JPEG format: libjpeg's errors as exceptions, and the two directions' constructors.

#pragma once

#include <cstddef>  // jpeglib.h uses size_t and FILE, and includes nothing
#include <cstdio>

#include <jpeglib.h>

#include <memory>
#include <string>

#include "formats/format.h"

namespace sl::jpeg {

// Return libjpeg's current error or warning, in one line without a full stop: "bad Huffman code". Name the kinds of
// JPEG that this library cannot decode (12 bits, lossless, hierarchical, JPEG-LS).
[[nodiscard]] std::string message(j_common_ptr jpeg);

// Return the status for libjpeg's current error: Data, unless it is about memory.
[[nodiscard]] Status status(j_common_ptr jpeg);

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace sl::jpeg
