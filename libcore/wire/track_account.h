// The account of one track, kept alike by Reader and Writer: the open frame, its progress, and the counts for END.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/wire/wire.h"

namespace sl {

struct TrackAccount {
  Track track;
  std::vector<Attachment> attachments;
  std::set<std::string> spent;  // names of attachments for the last opened frame only
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

  // Undo the end of a frame: the last piece counted did not arrive complete.
  void reopen(bool was_last) {
    open = true;
    if (was_last) --count.frames;
  }

  // Put an attachment in force; without bytes, remove it. Return false if that makes more than `max`.
  bool attach(Attachment attachment, std::size_t max) {
    std::erase_if(attachments, [&](const Attachment& a) { return a.name == attachment.name; });
    spent.erase(attachment.name);
    if (!attachment.bytes.empty()) attachments.push_back(std::move(attachment));
    return attachments.size() <= max;
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
