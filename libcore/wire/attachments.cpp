// Attachments that last, and those that do not.

#include "libcore/wire/attachments.h"

#include <algorithm>

#include "libcore/media/attachment.h"

namespace sl {

void replace_attachments(Writer& out, std::uint16_t track, const std::vector<Attachment>& from,
                         const std::vector<Attachment>& to) {
  for (const Attachment& old : from) {
    if (std::ranges::find(to, old.name, &Attachment::name) == to.end()) out.attachment(track, {old.name, {}, 0});
  }
  for (const Attachment& attachment : to) {
    if (std::ranges::find(from, attachment) == from.end()) out.attachment(track, attachment);
  }
}

bool is_one_shot(const Attachment& attachment) { return (attachment.flags & wire::next_frame_only) != 0; }

std::vector<Attachment> persistent(std::vector<Attachment> attachments) {
  std::erase_if(attachments, is_one_shot);
  return attachments;
}

}  // namespace sl
