// What sl-decode and sl-encode do with pictures, shared with the helpers of formats that have one.

#pragma once

#include <string_view>

#include "formats/format.h"
#include "formats/input/picture_source.h"

namespace sl {

struct DecodeCommand;
struct EncodeCommand;
class Source;
class Tool;

// Become the helper of a format; `role` is "decode" or "encode". Throw Missing, naming the package that it is built
// with.
[[noreturn]] void become_format(Tool& tool, const FormatInfo& info, std::string_view role, Source* source = nullptr);

// Return how to decode pictures by this command line. The result refers to both arguments.
[[nodiscard]] PictureSource::Settings picture_settings(const DecodeCommand& command, const Source& source);

// Return the format whose helper encodes what the command line requests, or null: this program does.
[[nodiscard]] const FormatInfo* find_encoding_helper(const EncodeCommand& command);

// Encode pictures, the wire itself, or by a plug-in, as the command line says; return the exit status. `own` is the
// format of this helper, or null: one of formats(). Call after the command's `check` is set.
[[nodiscard]] int encode_pictures(EncodeCommand& command, const Format* own, int argc, char** argv);

}  // namespace sl
