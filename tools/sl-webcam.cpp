// sl-webcam: frames from a camera (V4L2), with the driver's own times and numbers, until it is interrupted.

#include "devices/v4l2/camera.h"
#include "devices/v4l2/listing.h"
#include "libcore/base/size_text.h"
#include "libcore/base/time_text.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-webcam", "Frames from a camera, with the driver's own times and numbers.");
  tool.example("sl-webcam --list", "cameras, what they can do, and what can be set");
  tool.example("sl-webcam --frames 1 --control brightness=140 -o photo.jpg", "a photograph");
  tool.example("sl-webcam --duration 10s | sl-tap | sl-encode -o film.mkv", "without --duration until Ctrl-C");
  tool.example("sl-webcam 2 --size 1920x1080 --rate 30 --frames 50 | sl-invert | sl-encode -o negative.mkv",
               "the camera /dev/video2");
  tool.describe(
      "Of size, rate and format the nearest that the camera has is taken, with a line that says so. Without --size and "
      "--rate these are 1280x720 and 30 frames a second, the rate before the size. Planes leave as the camera gives "
      "them; MJPEG and H.264 leave compressed, and a stage that needs pixels starts sl-decode by itself. Controls "
      "keep their values after the end.");
  tool.describe(
      "Each frame has the driver's capture time, on this machine's monotonic clock, and the driver's number; frames "
      "that the camera or a slow pipe lost are told of by EVENTs. A camera that is unplugged ends the stream with "
      "status "
      "69, or with --reconnect is waited for: the same one, by its serial number or else by its place.");

  sl::v4l2::Camera camera;
  std::string size, rate;
  tool.argument("DEVICE", camera.device,
                "/dev/video2, or 2, or a part of the camera's name, bus or serial number; the first camera by default",
                false);
  tool.listing("tell of the cameras, or of DEVICE: formats, sizes, rates, controls",
               "a JSON object a camera, on a line each",
               [&](bool json) { return sl::v4l2::list_cameras(camera.device, json); });
  tool.group("What is captured");
  tool.option("--size", size, "WxH", "width and height in pixels");
  tool.option("--rate", rate, "RATE", "frames a second: 30, 29.97, 30000/1001");
  tool.option("--format", camera.wish.format, "NAME", "the camera's name (YUYV, MJPG) or ours (yuyv422, mjpeg)");
  tool.option("--control", camera.controls, "NAME=VALUE", "set a control by its name in --list; may be repeated");
  camera.stop.bind(tool);
  tool.group("When it goes wrong");
  tool.option("--reconnect", camera.reconnect, "wait for the camera to come back when it was unplugged");
  tool.option("--timeout", camera.timeout, "SECONDS", "how long the camera may send nothing; 0: as long as it likes", 0,
              86400);
  tool.check([&] {
    camera.stop.check();
    camera.anonymous = tool.anonymous();
    if (!size.empty()) camera.wish.size = sl::parse_size("--size", size);
    if (!rate.empty()) camera.wish.rate = sl::parse_ratio("--rate", rate);
  });
  tool.prepare([&](sl::SandboxPlan& plan) { camera.prepare(plan); });
  return tool.run(argc, argv, [&](sl::Writer& out) { camera.run(out); });
}
