// AVPacket to FRAME and BYTES.

#include "formats/av/decode/packet_writer.h"

#include "formats/av/packet_extras.h"
#include "libcore/media/frame.h"

namespace sl::av {

void PacketWriter::write(const AVPacket& packet) {
  const auto time = [](std::int64_t t) { return t == AV_NOPTS_VALUE ? no_time : t; };
  const bool damaged = (packet.flags & AV_PKT_FLAG_CORRUPT) != 0;
  Frame head;
  head.number = next_number_;
  head.pts = time(packet.pts);
  head.dts = time(packet.dts);
  head.duration = packet.duration > 0 ? packet.duration : no_time;
  head.flags = ((packet.flags & AV_PKT_FLAG_KEY) != 0 ? frame_flag::key : 0) | (damaged ? frame_flag::damaged : 0) |
               ((packet.flags & AV_PKT_FLAG_DISCARD) != 0 ? frame_flag::hidden : 0);
  head.metadata = metadata_of(packet);
  for (const Attachment& extra : attachments_of(packet)) out_.attachment(number_, extra);
  begin(head);
  out_.bytes(number_, {reinterpret_cast<const std::byte*>(packet.data), static_cast<std::size_t>(packet.size)}, true,
             damaged);
}

}  // namespace sl::av
