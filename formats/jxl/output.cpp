// Bytes of libjxl to a target.

#include "formats/jxl/output.h"

#include <algorithm>
#include <array>

namespace sl::jxl {

FileOutput::FileOutput(const EncodeContext& context)
    : target_(context.target),
      encoder_(JxlEncoderCreate(nullptr)),
      runner_(JxlThreadParallelRunnerCreate(nullptr, static_cast<std::size_t>(std::clamp(context.threads, 1, 64)))) {
  if (encoder_ == nullptr || runner_ == nullptr)
    throw Error(Status::Resources, target_.name() + ": no memory to encode JPEG XL");
  JxlEncoderSetParallelRunner(encoder_.get(), JxlThreadParallelRunner, runner_.get());
}

void FileOutput::fail(const std::string& what) const {
  throw Error(Status::Data, target_.name() + ": JPEG XL: " + what);
}

void FileOutput::add_box(const char* type, const std::string& content) {
  if (!has_boxes_) check(JxlEncoderUseBoxes(encoder_.get()), "no boxes");
  has_boxes_ = true;
  check(JxlEncoderAddBox(encoder_.get(), type, reinterpret_cast<const std::uint8_t*>(content.data()), content.size(),
                         JXL_FALSE),
        "metadata that cannot be held");
}

void FileOutput::write() {
  if (has_boxes_ && !closed_boxes_) JxlEncoderCloseBoxes(encoder_.get());
  closed_boxes_ = true;
  std::array<std::byte, 64 << 10> buffer;
  for (;;) {
    auto* next = reinterpret_cast<std::uint8_t*>(buffer.data());
    std::size_t room = buffer.size();
    const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder_.get(), &next, &room);
    if (status != JXL_ENC_SUCCESS && status != JXL_ENC_NEED_MORE_OUTPUT)
      fail(JxlEncoderGetError(encoder_.get()) == JXL_ENC_ERR_OOM ? "no memory to encode it" : "it cannot be encoded");
    target_.write(std::span<const std::byte>(buffer).first(buffer.size() - room));
    if (status == JXL_ENC_SUCCESS) return;
  }
}

}  // namespace sl::jxl
