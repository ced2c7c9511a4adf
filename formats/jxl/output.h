// libjxl's encoder, whose bytes go to a target.

#pragma once

#include <string>
#include <string_view>

#include "formats/jxl/jxl.h"

namespace sl::jxl {

class FileOutput {
 public:
  explicit FileOutput(const EncodeContext& context);

  [[nodiscard]] JxlEncoder* get() const { return encoder_.get(); }
  [[nodiscard]] const std::string& name() const { return target_.name(); }
  // Throw Data: "NAME: JPEG XL: WHAT".
  [[noreturn]] void fail(const std::string& what) const;
  void check(JxlEncoderStatus status, const char* what) const {
    if (status != JXL_ENC_SUCCESS) fail(what);
  }
  // `type` has four characters. Before the first frame.
  void add_box(const char* type, const std::string& content);
  // Write the bytes that the encoder has ready.
  void write();

 private:
  Target& target_;
  EncoderHandle encoder_;
  Runner runner_;
  bool has_boxes_ = false, closed_boxes_ = false;
};

}  // namespace sl::jxl
