// The held records, within --max-metadata.

#include "libcore/wire/stream_header.h"

#include "libcore/base/limits.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl {

using wire::Type;

bool StreamHeader::take(Reader& in, const wire::Header& record) {
  switch (record.type) {
    case Type::Start:
      *this = {};
      return true;
    case Type::Stage:
      return true;
    case Type::Track: {
      const Track& track = in.track(record.track);
      const auto [known, is_new] = tracks_.try_emplace(record.track, track);
      if (is_new || known->second == track) return true;
      known->second = track;
      std::erase_if(held_, [&](const Held& held) {  // a changed track voids them
        return held.record.track == record.track && held.record.type == Type::Attachment;
      });
      return true;
    }
    case Type::Frame:
    case Type::End:
      return false;
    default:
      bytes_ += record.length + sizeof(Held);
      check_metadata(in.name(), bytes_, "attachments and events before the first frame");
      const auto body = in.body();
      held_.push_back({record, {body.begin(), body.end()}});
      return true;
  }
}

void StreamHeader::pass(std::uint16_t number, Writer& out, std::uint16_t as, bool with_attachments) const {
  for (const Held& held : held_) {
    if (held.record.track != number) continue;
    if (held.record.type == Type::Attachment && !with_attachments) continue;
    wire::Header record = held.record;
    record.track = as;
    out.ancillary(record, held.body);
  }
}

}  // namespace sl
