// sl-microphone: sound from a device (ALSA), with its capture times, until it is interrupted.

#include "devices/alsa/listing.h"
#include "devices/alsa/microphone.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/writer.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-microphone", "Sound from a microphone or another sound device, with its capture times.");
  tool.example("sl-microphone --list", "the devices that there are");
  tool.example("sl-microphone --duration 10s -o voice.flac", "without --duration until Ctrl-C");
  tool.example("sl-microphone null --frames 100 | sl-encode -o silence.wav", "ALSA's device of silence");
  tool.describe(
      "\"ssh desk sl-microphone | sl-speaker\" listens to another room. Devices are ALSA's: "
      "default, hw:1, plughw:CARD=C920, or with their plug-ins pulse and pipewire.");
  tool.describe(
      "Of rate, channels and format the nearest that the device has is taken, with a line that says so: sound is not "
      "converted here (sl-resample does). Pieces are of about 10 ms. pts count the device's samples, exactly; capture "
      "times are of this machine's monotonic clock, by what the device tells of each block, smoothed: where both "
      "drift apart the two tell it. Sound that was lost, as half a second waits at most, is counted in, and told by "
      "EVENT gap. A device that is unplugged ends the stream with status 69.");

  sl::alsa::Microphone microphone;
  std::string device;
  tool.argument("DEVICE", device, "ALSA's name of the device; \"default\" without it", false);
  tool.listing("tell of the devices, or what DEVICE takes", "a JSON object a device, on a line each",
               [&](bool json) { return sl::alsa::list_devices(sl::alsa::Direction::Capture, device, json); });
  tool.group("What is captured");
  tool.option("--rate", microphone.wish.rate, "HZ", "samples a second; 0: 48000 or what is nearest", 0, 1 << 24);
  tool.option("--channels", microphone.wish.channels, "N", "channels; 0: two or what is nearest", 0, 1024);
  tool.option("--format", microphone.wish.samples, "NAME", "of samples: s16le, s32le, f32le, u8");
  microphone.stop.bind(tool);
  tool.check([&] {
    microphone.stop.check();
    sl::alsa::check_wish(microphone.wish);
    microphone.anonymous = tool.anonymous();
    if (!device.empty()) microphone.device = device;
  });
  tool.prepare([&](sl::SandboxPlan& plan) { microphone.prepare(plan); });
  return tool.run(argc, argv, [&](sl::Writer& out) { microphone.run(out); });
}
