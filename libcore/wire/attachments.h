// Sets of attachments in force on a track, for stages that send frames in another order than they came.

#pragma once

#include <cstdint>
#include <vector>

#include "libcore/wire/writer.h"

namespace sl {

struct Attachment;

// Write the ATTACHMENTs that turn the set `from` of a track (0: of the whole stream) into `to`: removals first, then
// those that are new or differ.
void replace_attachments(Writer& out, std::uint16_t track, const std::vector<Attachment>& from,
                         const std::vector<Attachment>& to);

// Return whether the attachment is for the next frame only.
[[nodiscard]] bool is_one_shot(const Attachment& attachment);
// Return the attachments that stay in force after the next frame.
[[nodiscard]] std::vector<Attachment> persistent(std::vector<Attachment> attachments);

}  // namespace sl
