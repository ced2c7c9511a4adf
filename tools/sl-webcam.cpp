// sl-webcam: frames from a camera (V4L2), with the driver's own times and numbers, until it is interrupted.

#include "devices/v4l2/camera.h"
#include "devices/v4l2/listing.h"
#include "libcore/base/size_text.h"
#include "libcore/base/time_text.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-webcam", "Frames from a camera, with the driver's own times and numbers.");
  tool.example("sl-webcam --list", "cameras, their formats and controls");
  tool.example("sl-webcam --frames 1 --control brightness=140 -o photo.jpg", "a photograph");
  tool.example("sl-webcam --duration 10s | sl-tap | sl-encode -o film.mkv", "without --duration until Ctrl-C");
  tool.example("sl-webcam 2 --size 1920x1080 --rate 30 --frames 50 | sl-invert | sl-encode -o negative.mkv",
               "the camera /dev/video2");
  tool.describe(
      "The camera's nearest size, rate and format are used, and a line says so. The defaults are 1280x720 and 30 frames "
      "a second, the rate before the size. Planes leave unchanged; MJPEG and H.264 leave compressed, and a stage that "
      "needs pixels starts sl-decode by itself. Controls keep their values after the end.");
  tool.describe(
      "Each frame has the driver's capture time, on this machine's monotonic clock, and the driver's number; EVENTs "
      "report frames lost by the camera or to a slow pipe. An unplugged camera ends the stream with status 69; with "
      "--reconnect the stage waits for the same one, by its serial number or else by its place.");

  sl::v4l2::Camera camera;
  tool.argument("DEVICE", camera.device,
                "/dev/video2, or 2, or a part of the camera's name, bus or serial number; the first camera by default",
                false);
  tool.listing("list the cameras, or the formats, sizes, rates and controls of DEVICE",
               "a JSON object a camera, on a line each",
               [&](bool json) { return sl::v4l2::list_cameras(camera.device, json); });
  tool.group("Capture");
  tool.option("--size", camera.request.size, "WxH", "width and height in pixels");
  tool.option("--rate", camera.request.rate, "RATE", "frames a second: 30, 29.97, 30000/1001");
  tool.option("--format", camera.request.format, "NAME",
              "the camera's name (YUYV, MJPG) or the wire's (yuyv422, mjpeg)");
  tool.option("--control", camera.controls, "NAME=VALUE", "set a control by its name in --list; may be repeated");
  camera.stop.bind(tool);
  tool.group("When it goes wrong");
  tool.option("--reconnect", camera.reconnect, "wait for the camera to come back when it was unplugged");
  tool.option("--timeout", camera.timeout, "SECONDS", "how long the camera may send nothing; 0: as long as it likes", 0,
              86400);
  tool.check([&] { camera.anonymous = tool.anonymous(); });
  tool.prepare([&](sl::SandboxPlan& plan) { camera.prepare(plan); });
  return tool.run(argc, argv, [&](sl::Writer& out) { camera.run(out); });
}
