// AVIF and HEIC by libheif: its constructors, and its objects with an end.

#pragma once

#include <libheif/heif.h>

#include <memory>
#include <string>

#include "formats/format.h"
#include "formats/silence.h"

namespace sl {

extern const FormatInfo heif_info;

namespace heif {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Context = std::unique_ptr<heif_context, Release<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle_release>>;
using Image = std::unique_ptr<heif_image, Release<heif_image_release>>;
using Nclx = std::unique_ptr<heif_color_profile_nclx, Release<heif_nclx_color_profile_free>>;

// Return libheif's error in one line without a full stop; empty for none.
[[nodiscard]] std::string message(const heif_error& error);

[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const DecodeContext& context);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const EncodeContext& context);

}  // namespace heif

}  // namespace sl
