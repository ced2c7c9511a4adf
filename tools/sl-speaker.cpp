// sl-speaker: plays the sound of a stream on a device (ALSA), in real time.

#include "devices/alsa/listing.h"
#include "devices/alsa/speaker.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-speaker", "Play the sound of a stream, in real time.");
  tool.example("sl-speaker film.mp4", "its default sound, or the first");
  tool.example("sl-gain -6 sound.wav | sl-speaker");
  tool.example("sl-speaker --device null --tee film.mp4 | sl-encode -o copy.mkv",
               "pass the stream on as well; null is ALSA's silent device");
  tool.describe(
      "\"sl-microphone | sl-gain +6 | sl-speaker\" is a loudhailer. Devices are ALSA's: default, hw:1, "
      "plughw:CARD=C920, or with their plug-ins pulse and pipewire; --list shows them. ALSA converts formats that the "
      "device does not take.");
  tool.describe(
      "The device's clock sets the pace: the stages in front wait for it. Holes in the sound of a film are silence; "
      "holes in a live stream are skipped. Sound too late for the device is counted, and reported at the end. The end "
      "waits until all is heard; an interrupt is silence at once.");
  tool.describe(
      "A live source has its own clock. So that the waiting sound neither runs out nor grows, live sound is stretched "
      "or shortened by 0.5 % at most. Files are played sample for sample.");

  sl::alsa::Speaker speaker;
  bool tee = false;
  tool.option("--device", speaker.device, "NAME", "ALSA's name of the device");
  tool.listing("list the devices that play", "a JSON object a device, on a line each",
               [](bool json) { return sl::alsa::list_devices(sl::alsa::Direction::Playback, "", json); });
  tool.option("--track", speaker.choice, "TRACK", "which one to play: 2, audio:de, audio:2");
  tool.option("--latency", speaker.latency, "MS", "live sound that waits in the device, for late pieces", 20, 5000);
  tool.option("--tee", tee, "pass the stream on, too, while it plays");
  tool.prepare([&](sl::SandboxPlan& plan) { speaker.prepare(plan); });
  tool.stage_if(tee, [&](sl::Reader& in, sl::Writer& out) { speaker.run(in, &out); });
  return tool.run(argc, argv, [&](sl::Reader& in) { speaker.run(in, nullptr); });
}
