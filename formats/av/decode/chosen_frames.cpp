// From a choice to frames: times need no table, counted frames need the table of all frames.

#include "formats/av/decode/chosen_frames.h"

#include <algorithm>

#include "formats/av/decode/frames_in_order.h"
#include "libcore/base/time_text.h"
#include "libcore/sound/sample_times.h"

namespace sl::av {

namespace {

__extension__ using Wide = __int128;

// The start of a range in ticks of the part's track; 0 if it has none.
std::int64_t start_of(const FrameChoice& choice, const Film::Part& part) {
  return choice.range_start ? ticks_down(*choice.range_start, part.frames->track().time_base) : 0;
}

// Sound of a range, cut at the sample.
class SoundRange {
 public:
  SoundRange(Film& film, Film::Part& part, const FrameChoice& choice, bool from_zero)
      : film_(film), part_(part), choice_(choice), zero_(from_zero ? start_of(choice, part) : 0) {}

  void decode(const AVPacket* packet) {
    part_.decoder->decode(packet, [this](AVFrame& frame, bool damaged) { write(frame, damaged); });
  }
  [[nodiscard]] bool done() const { return done_; }

 private:
  void write(AVFrame& frame, bool damaged) {
    const std::int64_t pts = part_.frames->time_of(frame);
    if (pts == no_time || done_) return;
    Track track = part_.frames->track();
    track.sample_rate = static_cast<std::uint32_t>(frame.sample_rate);
    const std::int64_t samples = frame.nb_samples;
    const auto before = [&](const std::optional<Seconds>& time, std::int64_t absent) {
      const auto count = static_cast<std::uint64_t>(samples);
      return time ? static_cast<std::int64_t>(samples_before(pts, track, *time, count)) : absent;
    };
    const std::int64_t skip = before(choice_.range_start, 0), keep = before(choice_.range_stop, samples);
    done_ = keep < samples;
    if (skip >= samples || skip >= keep) return;
    film_.write(part_, frame, damaged, {.skip = skip, .keep = std::min(keep, samples), .zero = zero_});
  }

  Film& film_;
  Film::Part& part_;
  const FrameChoice& choice_;
  std::int64_t zero_;
  bool done_ = false;
};

class Chooser {
 public:
  Chooser(Film& film, const DecodeSettings& settings, GivenIndex& index)
      : film_(film), settings_(settings), index_(index), choice_(settings.choice), video_(film.first(Kind::Video)) {}

  void run() {
    if (video_ == nullptr) {
      if (choice_.by != FrameChoice::By::Range) {
        throw Error(Status::Usage, film_.demuxer().name() + ": has no pictures: only --range cuts sound");
      }
      return sound_range();
    }
    switch (choice_.by) {
      case FrameChoice::By::Times:
        times();
        break;
      case FrameChoice::By::Every:
        every();
        break;
      case FrameChoice::By::Range:
        range();
        break;
      default:
        indices();
        break;
    }
  }

 private:
  [[nodiscard]] const Rational& time_base() const { return video_->frames->track().time_base; }
  FrameSeeker& seeker() {
    if (!seeker_) seeker_.emplace(film_, *video_);
    return *seeker_;
  }

  void write(const FrameSeeker::Shown& shown, std::optional<std::uint64_t> number = std::nullopt) {
    film_.write(*video_, *shown.frame, shown.damaged, {.number = number, .zero = zero_});
  }

  void write_each(const std::vector<std::int64_t>& ticks, const TakeShown& take) {
    for_each_shown(seeker(), *film_.demuxer().stream(video_->stream).codecpar, ticks, take);
  }

  void times() {
    // Between two ticks the earlier tick's frame is shown; at the end of the film no frame is.
    std::vector<std::int64_t> ticks;
    for (const Seconds& time : choice_.times) ticks.push_back(ticks_down(time, time_base()));
    write_each(ticks, [&](std::size_t place, const FrameSeeker::Shown* shown) {
      const Seconds& time = choice_.times[place];
      if (shown == nullptr) {
        throw Error(Status::Usage, film_.demuxer().name() + ": nothing is shown at " +
                                       seconds_text(time.num, {1, time.den}) + where());
      }
      write(*shown);
    });
  }

  std::string where() {
    const AVFormatContext& context = film_.demuxer().context();
    const std::int64_t first = seeker().first_pts();
    std::string text = first == no_time ? "" : ": it starts at " + seconds_text(first, time_base());
    if (context.duration > 0)
      text += ", and its header says that it takes " + seconds_text(context.duration, {1, 1000000});
    return text;
  }

  void every() {
    FrameSeeker& frames = seeker();
    const std::int64_t first = frames.first_pts();
    if (first == no_time) return;
    for (std::int64_t n = 0; !film_.stops(); ++n) {
      const Wide ticks = Wide{choice_.every.num} * n * time_base().den / (Wide{choice_.every.den} * time_base().num);
      if (ticks > (Wide{1} << 62)) return;
      if (!frames.go_to(first + static_cast<std::int64_t>(ticks))) return;
      write(frames.current());
    }
  }

  void range() {
    std::optional<SoundRange> sound;
    Film::Part* const audio = film_.first(Kind::Audio);
    if (audio != nullptr) sound.emplace(film_, *audio, choice_, settings_.from_zero);
    FrameSeeker& frames = seeker_.emplace(film_, *video_, [&](const AVPacket& packet) {
      // FFmpeg returns packets that it read before the choice of streams, too.
      if (sound && !sound->done() && packet.stream_index == audio->stream) sound->decode(&packet);
    });
    const bool empty = choice_.range_start && choice_.range_stop &&
                       Wide{choice_.range_start->num} * choice_.range_stop->den ==
                           Wide{choice_.range_stop->num} * choice_.range_start->den;
    if (empty) return;
    if (settings_.from_zero) zero_ = start_of(choice_, *video_);
    const std::int64_t stop = choice_.range_stop ? ticks_up(*choice_.range_stop, time_base()) : no_time;
    std::int64_t start = choice_.range_start ? ticks_down(*choice_.range_start, time_base()) : no_time;
    if (start == no_time || !frames.go_to(start, stop)) {
      if (frames.first_pts() == no_time) return;
      start = std::max(start, frames.first_pts());
    }
    if (!frames.go_to(start, stop)) {
      throw Error(Status::Usage,
                  film_.demuxer().name() + ": the range begins at " + seconds_text(start, time_base()) + where());
    }
    do {
      if (stop != no_time && frames.current().pts >= stop) break;
      write(frames.current());
    } while (!film_.stops() && frames.advance());
    if (sound) rest_of(*sound, film_.first(Kind::Audio)->stream);
  }

  // In many files sound follows its pictures.
  void rest_of(SoundRange& sound, int stream) {
    const PacketPtr packet = new_packet();
    while (!sound.done() && !film_.stops()) {
      av_packet_unref(packet.get());
      if (!film_.demuxer().read(*packet)) {
        sound.decode(nullptr);
        return;
      }
      if (packet->stream_index == stream) sound.decode(packet.get());
    }
  }

  void sound_range() {
    Film::Part* part = film_.first(Kind::Audio);
    if (part == nullptr) throw Error(Status::Usage, film_.demuxer().name() + ": has neither pictures nor sound");
    SoundRange sound(film_, *part, choice_, settings_.from_zero);
    if (choice_.range_start && film_.demuxer().can_seek()) {
      // Codecs need earlier packets to be exact.
      const Rational& base = part->frames->track().time_base;
      const std::int64_t early = ticks_down(*choice_.range_start, base) - rescale(1, {1, 1}, base);
      if (early > 0 && !film_.demuxer().seek(part->stream, early)) film_.demuxer().seek(part->stream, 0);
    }
    rest_of(sound, part->stream);
  }

  void indices() {
    const FrameTable table = frame_table();
    const std::vector<std::size_t> chosen = choose(choice_, table, film_.demuxer().name());
    const bool rising = std::ranges::adjacent_find(chosen, std::greater_equal<>()) == chosen.end();
    std::vector<std::int64_t> ticks;
    for (const std::size_t index : chosen) ticks.push_back(table.pts.at(index));
    write_each(ticks, [&](std::size_t place, const FrameSeeker::Shown* shown) {
      if (shown == nullptr) {
        throw Error(Status::Data,
                    film_.demuxer().name() + ": frame " + std::to_string(chosen[place]) + " cannot be decoded");
      }
      // If the numbers rise, frames keep their numbers in the film.
      write(*shown, rising ? std::optional<std::uint64_t>(chosen[place]) : std::nullopt);
    });
  }

  [[nodiscard]] FrameTable frame_table();

  Film& film_;
  const DecodeSettings& settings_;
  GivenIndex& index_;
  const FrameChoice& choice_;
  Film::Part* video_;
  std::int64_t zero_ = 0;  // the time that becomes 0
  std::optional<FrameSeeker> seeker_;
};

// By the header: a number of frames at a constant rate.
FrameTable approximate_table(Demuxer& demuxer, int index) {
  const AVStream& stream = demuxer.stream(index);
  FrameTable table;
  table.time_base = rational(stream.time_base);
  const Rational rate = rational(stream.avg_frame_rate);
  const std::int64_t start = stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
  const std::int64_t duration = stream.duration != AV_NOPTS_VALUE
                                    ? stream.duration
                                    : rescale(demuxer.context().duration, {1, AV_TIME_BASE}, table.time_base);
  if (!is_wire_rational(stream.avg_frame_rate) || (stream.nb_frames <= 0 && duration <= 0)) {
    throw Error(Status::Data, demuxer.name() + ": its header gives no rate or length: --seek-mode exact");
  }
  const std::int64_t count =
      stream.nb_frames > 0 ? stream.nb_frames : rescale(duration, table.time_base, {rate.den, rate.num});
  for (std::int64_t i = 0; i < count; ++i) {
    table.pts.push_back(start + rescale(i, {rate.den, rate.num}, table.time_base));
    table.key.push_back(false);
  }
  table.end = start + rescale(count, {rate.den, rate.num}, table.time_base);
  return table;
}

FrameTable exact_table(Film& film, int stream, GivenIndex& given) {
  Demuxer& demuxer = film.demuxer();
  std::vector<FrameIndex> indices =
      given.file ? read_index(*given.file, given.film, demuxer.name()) : scan_frames(demuxer, {stream});
  film.select();
  if (demuxer.can_seek()) demuxer.rewind();
  const auto found = std::ranges::find(indices, stream, &FrameIndex::stream);
  if (found == indices.end()) {
    throw Error(Status::Usage, given.file->name() + ": is no index of stream " + std::to_string(stream));
  }
  return found->table();
}

FrameTable Chooser::frame_table() {
  if (settings_.approximate) {
    if (choice_.by == FrameChoice::By::KeyFrames) {
      throw Error(Status::Usage, "--key-frames: a header does not say which they are: --seek-mode exact");
    }
    return approximate_table(film_.demuxer(), video_->stream);
  }
  return exact_table(film_, video_->stream, index_);
}

}  // namespace

bool decode_preview(Film& film) {
  constexpr int frames = 20;
  Film::Part* const video = film.first(Kind::Video);
  const std::int64_t length = film.demuxer().context().duration;  // in microseconds
  if (video == nullptr || length <= 0 || !film.demuxer().can_seek()) return false;
  const Rational& time_base = video->frames->track().time_base;
  FrameSeeker seeker(film, *video);
  const std::int64_t first = seeker.first_pts();
  if (first == no_time) return false;
  std::int64_t last = no_time;
  for (int i = 0; i < frames && !film.stops(); ++i) {
    const double place = 0.1 + 0.5 * i / (frames - 1);
    const auto time = static_cast<std::int64_t>(place * static_cast<double>(length));
    const std::int64_t tick = first + rescale(time, {1, AV_TIME_BASE}, time_base);
    // A header may promise more than there is; then the first frame has to do.
    const bool found = seeker.go_near(tick) || (last == no_time && i == frames - 1 && seeker.go_to(first));
    if (!found || seeker.current().pts == last) continue;
    last = seeker.current().pts;
    film.write(*video, *seeker.current().frame, seeker.current().damaged);
  }
  film.end(false);
  return true;
}

void decode_chosen(Film& film, const DecodeSettings& settings, GivenIndex& index) {
  Chooser(film, settings, index).run();
  film.end(false);
}

}  // namespace sl::av
