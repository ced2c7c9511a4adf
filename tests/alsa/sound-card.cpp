// An imaginary sound card, as a plug-in of ALSA: it runs by the clock, overruns and under-runs as a real one,
// can be busy or be unplugged, and has one rate. It captures samples that count from its start.
//
//   pcm_type.card { lib "libsound-card.so" }
//   pcm.NAME { type card rate 44100 unplug 500 busy 0 drift 1000 log "NAME" }
//
// `drift`: its clock runs faster than the machine's, in millionths. `log`: a line for each second that it plays,
// with the least number of samples that waited in it.

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace {

std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * std::int64_t{1000000000} + time.tv_nsec;
}

struct Card {
  snd_pcm_ioplug_t io{};
  int timer = -1;
  long rate = 48000, unplug = 0, drift = 0;
  FILE* log = nullptr;
  std::int64_t first = 0, start = 0;  // ns: of the first start, of the last
  std::uint64_t next = 0;             // capture: the sample that is read next
  std::int64_t second = 0;            // playback: the one that is logged next
  snd_pcm_uframes_t least = ~0UL, largest = 0;

  [[nodiscard]] std::int64_t elapsed(std::int64_t since) const {
    return static_cast<std::int64_t>(static_cast<double>(now() - since) * static_cast<double>(rate) *
                                     (1e-9 + static_cast<double>(drift) * 1e-15));
  }
  void wait(snd_pcm_uframes_t samples) {
    least = std::min(least, samples);
    largest = std::max(largest, samples);
    const std::int64_t at = (now() - first) / 1000000000;
    if (log == nullptr || at == second) return;
    std::fprintf(log, "%lu %lu\n", least, largest);
    std::fflush(log);
    second = at;
    least = ~0UL;
    largest = 0;
  }
};

Card& of(snd_pcm_ioplug_t* io) { return *static_cast<Card*>(io->private_data); }

int start(snd_pcm_ioplug_t* io) {
  Card& card = of(io);
  card.start = now();
  if (card.first == 0) card.first = card.start;
  card.next = static_cast<std::uint64_t>(card.elapsed(card.first));
  const long ns = static_cast<long>(io->period_size * 1000000000 / io->rate);
  const itimerspec each{{0, ns}, {0, ns}};
  return timerfd_settime(card.timer, 0, &each, nullptr);
}

int stop(snd_pcm_ioplug_t* io) {
  const itimerspec never{};
  return timerfd_settime(of(io).timer, 0, &never, nullptr);
}

snd_pcm_sframes_t pointer(snd_pcm_ioplug_t* io) {
  if (io->state != SND_PCM_STATE_RUNNING && io->state != SND_PCM_STATE_DRAINING) return 0;
  auto done = static_cast<snd_pcm_uframes_t>(of(io).elapsed(of(io).start));
  if (io->stream == SND_PCM_STREAM_CAPTURE && done > io->appl_ptr + io->buffer_size) return -EPIPE;
  if (io->stream == SND_PCM_STREAM_PLAYBACK && done > io->appl_ptr) {
    if (io->state != SND_PCM_STATE_DRAINING) return -EPIPE;
    done = io->appl_ptr;
  } else if (io->stream == SND_PCM_STREAM_PLAYBACK) {
    of(io).wait(io->appl_ptr - done);
  }
  return static_cast<snd_pcm_sframes_t>(done % io->buffer_size);
}

snd_pcm_sframes_t transfer(snd_pcm_ioplug_t* io, const snd_pcm_channel_area_t* areas, snd_pcm_uframes_t offset,
                           snd_pcm_uframes_t size) {
  Card& card = of(io);
  if (card.unplug != 0 && now() - card.first > card.unplug * 1000000) return -ENODEV;
  if (io->stream == SND_PCM_STREAM_PLAYBACK) return static_cast<snd_pcm_sframes_t>(size);
  for (snd_pcm_uframes_t n = 0; n < size; ++n, ++card.next) {
    for (unsigned channel = 0; channel < io->channels; ++channel) {
      const snd_pcm_channel_area_t& area = areas[channel];
      auto* bytes = static_cast<unsigned char*>(area.addr) + (area.first + (offset + n) * area.step) / 8;
      bytes[0] = static_cast<unsigned char>(card.next);
      bytes[1] = static_cast<unsigned char>(card.next >> 8);
    }
  }
  return static_cast<snd_pcm_sframes_t>(size);
}

int close_card(snd_pcm_ioplug_t* io) {
  close(of(io).timer);
  if (of(io).log != nullptr) std::fclose(of(io).log);
  delete &of(io);
  return 0;
}

int prepare(snd_pcm_ioplug_t*) { return 0; }

int poll_events(snd_pcm_ioplug_t* io, pollfd* polls, unsigned, unsigned short* events) {
  std::uint64_t ticks = 0;
  if (read(of(io).timer, &ticks, sizeof ticks) == sizeof ticks || polls[0].revents != 0) {
    *events = io->stream == SND_PCM_STREAM_CAPTURE ? POLLIN : POLLOUT;
  }
  return 0;
}

constexpr snd_pcm_ioplug_callback_t make_callbacks() {
  snd_pcm_ioplug_callback_t made{};
  made.start = start;
  made.stop = stop;
  made.pointer = pointer;
  made.transfer = transfer;
  made.close = close_card;
  made.prepare = prepare;
  made.poll_revents = poll_events;
  return made;
}
constexpr snd_pcm_ioplug_callback_t callbacks = make_callbacks();

}  // namespace

extern "C" {

SND_PCM_PLUGIN_DEFINE_FUNC(card) {
  (void)root;
  long rate = 48000, unplug = 0, busy = 0, drift = 0;
  const char* log = nullptr;
  snd_config_iterator_t place = nullptr, next = nullptr;
  snd_config_for_each(place, next, conf) {
    snd_config_t* entry = snd_config_iterator_entry(place);
    const char* id = nullptr;
    snd_config_get_id(entry, &id);
    if (std::string_view(id) == "log") snd_config_get_string(entry, &log);
    for (const auto& [option, value] : {std::pair{"rate", &rate}, std::pair{"unplug", &unplug},
                                        std::pair{"busy", &busy}, std::pair{"drift", &drift}}) {
      if (std::string_view(id) == option) snd_config_get_integer(entry, value);
    }
  }
  if (busy != 0) return -EBUSY;
  auto* card = new Card;
  card->rate = rate;
  card->unplug = unplug;
  card->drift = drift;
  if (log != nullptr) card->log = std::fopen(log, "we");
  card->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  card->io.version = SND_PCM_IOPLUG_VERSION;
  card->io.name = "an imaginary sound card";
  card->io.callback = &callbacks;
  card->io.private_data = card;
  const bool plays = stream == SND_PCM_STREAM_PLAYBACK;
  card->io.mmap_rw = plays ? 1 : 0;  // converters want to map it
  card->io.poll_fd = card->timer;
  card->io.poll_events = POLLIN;
  const int error = snd_pcm_ioplug_create(&card->io, name, stream, mode);
  if (error < 0) return error;
  const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
  const unsigned format = SND_PCM_FORMAT_S16_LE;
  snd_pcm_ioplug_set_param_list(&card->io, SND_PCM_IOPLUG_HW_ACCESS, plays ? 2 : 1, access);
  snd_pcm_ioplug_set_param_list(&card->io, SND_PCM_IOPLUG_HW_FORMAT, 1, &format);
  snd_pcm_ioplug_set_param_minmax(&card->io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 2);
  snd_pcm_ioplug_set_param_minmax(&card->io, SND_PCM_IOPLUG_HW_RATE, static_cast<unsigned>(rate),
                                  static_cast<unsigned>(rate));
  snd_pcm_ioplug_set_param_minmax(&card->io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64, 1 << 20);
  snd_pcm_ioplug_set_param_minmax(&card->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 128, 1 << 22);
  *pcmp = card->io.pcm;
  return 0;
}

SND_PCM_PLUGIN_SYMBOL(card);
}
