// The account of one track that a Reader and a Writer keep alike: which frame is open, how far it got, what END will
// say.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/wire/wire.h"

namespace sl {

struct TrackAccount {
  Track track;
  std::vector<Attachment> attachments;
  std::set<std::string> spent;  // names of those that are for the last opened frame only
  std::optional<Frame> frame;   // the last one opened
  bool open = false;
  std::uint32_t next_row = 0;
  bool frame_damaged = false;
  wire::TrackCount count;

  void open_frame(const Frame& opened) {
    std::erase_if(attachments, [&](const Attachment& a) { return spent.contains(a.name); });
    spent.clear();
    for (const Attachment& a : attachments) {
      if ((a.flags & wire::next_frame_only) != 0) spent.insert(a.name);
    }
    frame = opened;
    open = true;
    next_row = 0;
    frame_damaged = (opened.flags & frame_flag::damaged) != 0;
  }

  void add_piece(std::uint64_t bytes, bool last, bool damaged) {
    count.bytes += bytes;
    frame_damaged = frame_damaged || damaged;
    if (!last) return;
    open = false;
    ++count.frames;
    if (frame_damaged) ++count.damaged;
  }

  // The last piece counted did not come whole.
  void reopen(bool was_last) {
    open = true;
    if (was_last) --count.frames;
  }

  // Puts an attachment in force; no bytes removes it. False when there would be too many.
  bool attach(Attachment attachment, std::size_t most) {
    std::erase_if(attachments, [&](const Attachment& a) { return a.name == attachment.name; });
    spent.erase(attachment.name);
    if (!attachment.bytes.empty()) attachments.push_back(std::move(attachment));
    return attachments.size() <= most;
  }
};

using TrackAccounts = std::map<std::uint16_t, TrackAccount>;

inline bool any_open(const TrackAccounts& accounts) {
  for (const auto& [number, account] : accounts) {
    if (account.open) return true;
  }
  return false;
}

inline bool any_live(const TrackAccounts& accounts) {
  for (const auto& [number, account] : accounts) {
    if (account.track.live) return true;
  }
  return false;
}

}  // namespace sl
