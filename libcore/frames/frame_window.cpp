// Pictures in, from the records of their track, and out again.

#include "libcore/frames/frame_window.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"

namespace sl {

using wire::Type;

bool FrameWindow::takes(const wire::Header& record) const {
  const bool waits = wire::is_ancillary(record.type) && record.type != Type::Attachment;
  return !waits || open_ || !pictures_.empty();
}

bool FrameWindow::take(const wire::Header& record) {
  switch (record.type) {
    case Type::Track:
    case Type::Attachment:
      context_.reset();
      return false;
    case Type::Frame:
      open();
      return false;
    case Type::Rows: {
      const wire::RowsPrefix rows = in_.rows_prefix();
      (void)in_.strip(open_->image.rows(rows.first, rows.rows));
      const bool is_damaged = (record.flags & wire::piece_damaged) != 0;
      if (is_damaged) open_->image.set_damaged(true);
      if ((record.flags & wire::piece_last) == 0) return false;
      pictures_.push_back(std::move(*std::exchange(open_, nullptr)));
      return true;
    }
    default:
      hold(record);
      return false;
  }
}

void FrameWindow::follow(std::uint16_t number) {
  number_ = number;
  context_.reset();
  open_.reset();
}

void FrameWindow::open() {
  std::shared_ptr<const FrameContext> context = context_;
  if (!context) {
    context = std::make_shared<FrameContext>(FrameContext{in_.track(number_), in_.attachments(number_)});
    // With attachments for this frame only, the next frame gets another context.
    if (std::ranges::none_of(context->attachments, is_one_shot)) context_ = context;
  }
  open_ = std::make_unique<HeldPicture>();
  open_->index = opened_++;
  open_->frame = in_.frame(number_);
  open_->image = Image(context->track, in_.name(), "a frame");
  open_->context = std::move(context);
}

void FrameWindow::hold(const wire::Header& record) {
  const auto body = in_.body();
  std::vector<HeldRecord>& to = open_ ? open_->after : pictures_.back().after;
  std::uint64_t bytes = body.size();
  for (const HeldRecord& held : to) bytes += held.body.size();
  check_metadata(in_.name(), bytes, "events between two frames");
  to.push_back({record, {body.begin(), body.end()}});
}

bool FrameWindow::are_joined(const HeldPicture& earlier, const HeldPicture& later) {
  if ((later.frame.flags & frame_flag::discontinuity) != 0) return false;
  return earlier.context == later.context || earlier.context->track == later.context->track;
}

void PictureWriter::begin(const HeldPicture& picture, const Track& as) {
  FrameContext context{as, picture.context->attachments};
  drop_tied(context);
  current_.make_current(context);
  out_.frame(number_, picture.frame);
}

void PictureWriter::send(HeldPicture& picture, const Track& as, Strip rows) {
  begin(picture, as);
  rows.last = true;
  rows.damaged = rows.damaged || picture.image.strip().damaged;
  out_.rows(number_, rows);
  send(std::exchange(picture.after, {}));
}

void PictureWriter::send(HeldPicture& picture, const Track& as, const std::function<void(const Strip& rows)>& make) {
  begin(picture, as);
  // Twice as high as usual: the samples are all here, and a stage that wakes half as often gets 5 to 10 % more done.
  const std::uint32_t height = 2 * strip_rows(as);
  for (std::uint32_t y = 0; y < as.height; y += height) {
    Strip rows = out_.place(number_, std::min(height, as.height - y));
    make(rows);
    rows.damaged = rows.last && picture.image.strip().damaged;
    out_.rows(number_, rows);
  }
  send(std::exchange(picture.after, {}));
}

void PictureWriter::send(const std::vector<HeldRecord>& records) {
  for (const HeldRecord& record : records) {
    if (record.header.type == Type::Event || (record.header.flags & wire::tied_to_pixels) == 0) {
      out_.ancillary(record.header, record.body);
    } else {
      report_not_carried(out_, number_, "record " + std::to_string(static_cast<int>(record.header.type)),
                         "it belongs to pixels that are changed");
    }
  }
}

void PictureWriter::drop_tied(FrameContext& context) {
  std::erase_if(context.attachments, [&](const Attachment& attachment) {
    if ((attachment.flags & wire::tied_to_pixels) == 0) return false;
    if (reported_.insert(attachment.name).second) {
      report_not_carried(out_, number_, "attachment " + attachment.name, "it belongs to pixels that are changed");
    }
    return true;
  });
}

}  // namespace sl
