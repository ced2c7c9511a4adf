// The difference between two contexts.

#include "libcore/frames/context_writer.h"

#include <algorithm>

#include "libcore/wire/attachments.h"

namespace sl {

void ContextWriter::announce(const Track& track) {
  if (is_announced_ && track == announced_) return;
  is_announced_ = true;
  announced_ = track;
  out_.track(number_, announced_);
  in_force_.clear();
}

void ContextWriter::attach(Attachment attachment) {
  std::erase_if(in_force_, [&](const Attachment& known) { return known.name == attachment.name; });
  out_.attachment(number_, attachment);
  if (!attachment.bytes.empty()) in_force_.push_back(std::move(attachment));
}

void ContextWriter::make_current(const FrameContext& context) {
  announce(context.track);
  replace_attachments(out_, number_, in_force_, context.attachments);
  in_force_ = persistent(context.attachments);
}

}  // namespace sl
