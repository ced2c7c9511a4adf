// sl-loopback: pictures into a device that other programs read as a camera (v4l2loopback).

#include "devices/v4l2/loopback.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-loopback", "Write pictures to a device that other programs read as a camera.");
  tool.example("sl-webcam | sl-flip horizontal | sl-loopback 2", "modprobe v4l2loopback makes the device, here video2");
  tool.example("sl-pace film.mp4 | sl-loopback /dev/video2 --format yuv420p", "a film, in its own time");
  tool.describe(
      "For browsers and conferences: /dev/video2 shows what this stage writes. Pictures are written as they come, so a "
      "film needs sl-pace before it. They keep their pixel format and colours if the device takes it, and are "
      "converted to one that most programs know if it does not. Their size and format stay as long as the stage runs. "
      "Of several tracks of pictures the first is written; sound goes to sl-speaker.");
  sl::v4l2::Loopback loopback;
  tool.argument("DEVICE", loopback.device, "/dev/video2, or 2: a video output (V4L2)");
  tool.option("--format", loopback.format, "NAME", "the kernel's name (YUYV, YU12) or the wire's (yuyv422, yuv420p)");
  tool.prepare([&](sl::SandboxPlan& plan) { loopback.prepare(plan); });
  return tool.run(argc, argv, [&](sl::Reader& in) { loopback.run(in); });
}
