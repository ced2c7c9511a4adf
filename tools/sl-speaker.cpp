// sl-speaker: plays the sound of a stream on a device (ALSA), in real time.

#include "devices/alsa/listing.h"
#include "devices/alsa/speaker.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-speaker", "Play the sound of a stream, in real time.");
  tool.example("sl-speaker film.mp4", "its default sound, or the first");
  tool.example("sl-gain -6 sound.wav | sl-speaker");
  tool.example("sl-speaker --device null --tee film.mp4 | sl-encode -o copy.mkv",
               "pass the stream on as well; null is ALSA's device that is never heard");
  tool.describe(
      "\"sl-microphone | sl-gain +6 | sl-speaker\" is a loudhailer. Devices are ALSA's: default, hw:1, "
      "plughw:CARD=C920, "
      "or with their plug-ins pulse and pipewire; --list shows them. ALSA converts what the device does not take.");
  tool.describe(
      "The device's clock is the pace: what is in front waits for it. Holes in the sound of a film are silence; of a "
      "live stream they are passed over. Sound that came too late for the device is counted, and told at the end. The "
      "end waits until all is heard; an interrupt is silence at once.");
  tool.describe(
      "A live source has a clock of its own. So that what waits for the device neither runs out nor grows, live sound "
      "is made longer or shorter as it goes, by 0.5 % at most. Files are played sample for sample.");

  sl::alsa::Speaker speaker;
  std::string track;
  bool tee = false;
  tool.option("--device", speaker.device, "NAME", "ALSA's name of the device");
  tool.listing("tell of the devices that play", "a JSON object a device, on a line each",
               [](bool json) { return sl::alsa::list_devices(sl::alsa::Direction::Playback, "", json); });
  tool.option("--track", track, "TRACK", "which one to play: 2, audio:de, audio:2");
  tool.option("--latency", speaker.latency, "MS", "how much live sound waits in the device for what comes late", 20,
              5000);
  tool.option("--tee", tee, "pass the stream on, too, as it is played");
  tool.check([&] {
    if (!track.empty()) speaker.choice.emplace("--track", track);
  });
  tool.prepare([&](sl::SandboxPlan& plan) { speaker.prepare(plan); });
  tool.stage_if(tee, [&](sl::Reader& in, sl::Writer& out) { speaker.run(in, &out); });
  return tool.run(argc, argv, [&](sl::Reader& in) { speaker.run(in, nullptr); });
}
