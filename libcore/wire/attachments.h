// Attachments in force on a track, and how one state becomes another: for stages that send frames in another place than
// they came in.

#pragma once

#include <cstdint>
#include <vector>

#include "libcore/wire/writer.h"

namespace sl {

// Writes what turns the attachments of a track (0: of the whole stream) from `from` into `to`: first what is gone, then
// what is new or another.
void replace_attachments(Writer& out, std::uint16_t track, const std::vector<Attachment>& from,
                        const std::vector<Attachment>& to);

// Whether it is for one frame only.
[[nodiscard]] bool is_one_shot(const Attachment& attachment);
// Those that are for more than one frame.
[[nodiscard]] std::vector<Attachment> persistent(std::vector<Attachment> attachments);

}  // namespace sl
