// sl-microphone: sound from a device (ALSA), with its capture times, until it is interrupted.

#include "devices/alsa/listing.h"
#include "devices/alsa/microphone.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/writer.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-microphone", "Sound from a microphone or another sound device, with its capture times.");
  tool.example("sl-microphone --list", "the sound devices");
  tool.example("sl-microphone --duration 10s -o voice.flac", "without --duration until Ctrl-C");
  tool.example("sl-microphone null --frames 100 | sl-encode -o silence.wav", "ALSA's device of silence");
  tool.describe(
      "\"ssh desk sl-microphone | sl-speaker\" listens to another room. Devices are ALSA's: "
      "default, hw:1, plughw:CARD=C920, or with their plug-ins pulse and pipewire.");
  tool.describe(
      "The device's nearest rate, channels and format are used, and a line says so: sound is not converted here "
      "(sl-resample does). Pieces are of about 10 ms. pts count the device's samples, exactly; capture times are on this "
      "machine's monotonic clock, smoothed from the device's report of each block, so both show their drift. At most "
      "half a second waits; lost sound is counted in, and reported by EVENT gap. An unplugged device ends the stream "
      "with status 69.");

  sl::alsa::Microphone microphone;
  std::string device;
  tool.argument("DEVICE", device, "ALSA's name of the device; \"default\" without it", false);
  tool.listing("list the devices, or the formats of DEVICE", "a JSON object a device, on a line each",
               [&](bool json) { return sl::alsa::list_devices(sl::alsa::Direction::Capture, device, json); });
  tool.group("Capture");
  tool.option("--rate", microphone.request.rate, "HZ", "samples a second; 0: 48000 or the nearest", 0, 1 << 24);
  tool.option("--channels", microphone.request.channels, "N", "channels; 0: two or the nearest", 0, 1024);
  tool.option("--format", microphone.request.samples, "NAME", "of samples: s16le, s32le, f32le, u8");
  microphone.stop.bind(tool);
  tool.check([&] {
    sl::alsa::check_request(microphone.request);
    microphone.anonymous = tool.anonymous();
    if (!device.empty()) microphone.device = device;
  });
  tool.prepare([&](sl::SandboxPlan& plan) { microphone.prepare(plan); });
  return tool.run(argc, argv, [&](sl::Writer& out) { microphone.run(out); });
}
