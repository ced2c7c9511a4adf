// SDL's queue of sound.

#include "devices/display/window/sdl_sound.h"

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"
#include "libcore/sound/samples.h"

namespace sl::window {

namespace {

SDL_AudioFormat format_of(SampleType type) {
  switch (type) {
    case SampleType::U8:
      return AUDIO_U8;
    case SampleType::S16:
      return AUDIO_S16LSB;
    case SampleType::S32:
      return AUDIO_S32LSB;
    case SampleType::F32:
      return AUDIO_F32LSB;
  }
  throw Error(Status::Bug, "a bug: samples of no type");
}

void say_nothing(const char*, int, const char*, int, const char*, ...) {}  // NOLINT(cert-dcl50-cpp): ALSA's type

// SDL loads ALSA, which prints a line for each step at which it finds no card.
void silence_alsa() {
  void* const library = SDL_LoadObject("libasound.so.2");
  if (library == nullptr) return;
  using SetHandler = int (*)(void (*)(const char*, int, const char*, int, const char*, ...));
  const auto set = reinterpret_cast<SetHandler>(SDL_LoadFunction(library, "snd_lib_error_set_handler"));
  if (set != nullptr) set(&say_nothing);
}

}  // namespace

bool SdlSound::open(const Track& track) {
  close();
  if (SDL_WasInit(SDL_INIT_AUDIO) == 0) silence_alsa();
  if (SDL_WasInit(SDL_INIT_AUDIO) == 0 && SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) {
    warn(std::string("without sound: ") + SDL_GetError());
    return false;
  }
  SDL_AudioSpec wanted{}, given{};
  wanted.freq = static_cast<int>(track.sample_rate);
  wanted.format = format_of(sample_type(track));
  wanted.channels = static_cast<Uint8>(std::min(track.channels, 255u));  // SDL refuses more than 8
  wanted.samples = 1024;
  device_ = SDL_OpenAudioDevice(nullptr, 0, &wanted, &given, 0);
  if (device_ == 0) {
    warn(std::string("without sound: ") + SDL_GetError());
    return false;
  }
  bytes_per_second_ =
      std::int64_t{track.sample_rate} * track.channels * static_cast<std::int64_t>(sample_bytes(sample_type(track)));
  block_ = std::int64_t{given.samples} * ns_per_second / std::max(given.freq, 1);
  SDL_PauseAudioDevice(device_, 0);
  return true;
}

void SdlSound::close() {
  if (device_ != 0) SDL_CloseAudioDevice(device_);
  device_ = 0;
}

void SdlSound::queue(std::span<const std::byte> samples) {
  if (device_ == 0) return;
  if (SDL_QueueAudio(device_, samples.data(), static_cast<Uint32>(samples.size())) != 0) {
    throw Error(Status::Resources, std::string("sound: ") + SDL_GetError());
  }
}

std::int64_t SdlSound::queued() const {
  const std::int64_t bytes = device_ == 0 ? 0 : SDL_GetQueuedAudioSize(device_);
  if (bytes == 0) return 0;
  return bytes / bytes_per_second_ * ns_per_second + bytes % bytes_per_second_ * ns_per_second / bytes_per_second_ +
         block_;
}

void SdlSound::pause(bool paused) {
  if (device_ != 0) SDL_PauseAudioDevice(device_, paused ? 1 : 0);
}

void SdlSound::clear() {
  if (device_ != 0) SDL_ClearQueuedAudio(device_);
}

}  // namespace sl::window
