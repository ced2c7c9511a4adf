// The work of sl-webcam: choose a camera, set it, read it until a stop, and find it again after it was unplugged.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "devices/v4l2/capture.h"
#include "devices/v4l2/finder.h"
#include "devices/v4l2/frames.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/live.h"

namespace sl::v4l2 {

class Camera {
 public:
  // As on the command line.
  std::string device;
  Request request;
  std::vector<std::string> controls;
  bool reconnect = false, anonymous = false;
  std::int64_t timeout = 10;  // seconds without a frame; 0: any time
  StopRule stop;

  // Opens and sets the camera, while files can be opened. Throws Error.
  void prepare(SandboxPlan& plan);
  // Writes the stream.
  void run(Writer& out);

 private:
  enum class Ended { Asked, Interrupted, Lost };

  void set(const Mode& mode);
  Ended read_frames(Writer& out, Frames& frames);
  Ended lose(const Error& error);
  std::optional<Ended> ask(const std::function<void()>& question);
  bool find_again(Writer& out, const Frames& frames, bool at_once);
  [[nodiscard]] std::int64_t patience() const;
  [[nodiscard]] std::int64_t stop_time(const Frames& frames) const;

  std::optional<Device> opened_;
  std::optional<Capture> capture_;
  std::unique_ptr<Finder> finder_;
  Mode mode_;
  std::string fault_;  // the cause of its loss
};

}  // namespace sl::v4l2
