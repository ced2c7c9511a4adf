// Parsing, linking and running of graphs.

#include "formats/av/filter/filter_graph.h"
#include "libcore/base/time_text.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/pixdesc.h>
}

#include <array>
#include <utility>
#include <vector>

#include "formats/av/av_log.h"
#include "formats/av/stream_track.h"
#include "libcore/base/limits.h"
#include "libcore/base/size_text.h"

namespace sl::av {

namespace {

Error failure(int code, const std::string& named, const std::string& what) {
  std::string message = named + ": " + what + ffmpeg_log().take_errors();
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  if (code != AVERROR(EINVAL) || message.ends_with(": "))
    message += std::string(message.ends_with(": ") ? "" : ": ") + text.data();
  if (code == AVERROR(ENOMEM)) return {Status::Resources, message};
  if (code == AVERROR(EPERM) || code == AVERROR(EACCES) || code == AVERROR(ENOENT)) {
    return {Status::NotPermitted, message + " (filters run locked in, without files and network)"};
  }
  return {Status::Usage, message};
}

struct Parsed {
  AVFilterGraph* graph = nullptr;
  AVFilterInOut *inputs = nullptr, *outputs = nullptr;

  Parsed(const std::string& text, const std::string& named) {
    ffmpeg_log().capture();
    graph = avfilter_graph_alloc();
    if (graph == nullptr) throw Error(Status::Resources, "out of memory");
    graph->nb_threads = 0;
    const int error = avfilter_graph_parse2(graph, text.c_str(), &inputs, &outputs);
    if (error < 0) {
      const Error why = failure(error, named, "");
      clear();
      throw why;
    }
  }
  ~Parsed() { clear(); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  void clear() {
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    avfilter_graph_free(&graph);
  }
  static int count(const AVFilterInOut* list) {
    int count = 0;
    for (; list != nullptr; list = list->next) ++count;
    return count;
  }
};

Kind kind_of(const AVFilterPad* pads, int index) {
  return avfilter_pad_get_type(pads, index) == AVMEDIA_TYPE_AUDIO ? Kind::Audio : Kind::Video;
}

// Return the full range format with J in its name, if it exists: filters take others for limited range.
AVPixelFormat full_range_format(AVPixelFormat format) {
  const std::string name = av_get_pix_fmt_name(format);
  const AVPixelFormat full = name.starts_with("yuv") ? av_get_pix_fmt(("yuvj" + name.substr(3)).c_str()) : format;
  return full == AV_PIX_FMT_NONE ? format : full;
}

// All formats of the wire, so that the graph outputs no other.
std::string pixel_format_list() {
  std::string list;
  const auto add = [&](AVPixelFormat format) {
    list += (list.empty() ? "" : "|") + std::string(av_get_pix_fmt_name(format));
  };
  for (const PixelFormat& format : pixel_formats()) {
    const AVPixelFormat known = av_format(format);
    if (known == AV_PIX_FMT_NONE) continue;
    add(known);
    if (full_range_format(known) != known) add(full_range_format(known));
  }
  return list;
}

AVPixelFormat pushed_format(const Track& track) {
  if (track.pixels->name == "rgbf32le") return AV_PIX_FMT_GBRPF32LE;
  if (track.pixels->name == "rgbaf32le") return AV_PIX_FMT_GBRAPF32LE;
  const AVPixelFormat format = av_format(*track.pixels);
  return track.color.range == Range::Full ? full_range_format(format) : format;
}

// The filters that turn a picture of this orientation upright.
using Turns = std::vector<std::pair<const char*, const char*>>;
Turns turns(int orientation) {
  switch (orientation) {
    case 2:
      return {{"hflip", ""}};
    case 3:
      return {{"hflip", ""}, {"vflip", ""}};
    case 4:
      return {{"vflip", ""}};
    case 5:
      return {{"transpose", "cclock_flip"}};
    case 6:
      return {{"transpose", "clock"}};
    case 7:
      return {{"transpose", "clock_flip"}};
    case 8:
      return {{"transpose", "cclock"}};
    default:
      return {};
  }
}

// The members of a track that do not depend on its kind.
Track of_other_kind(const Track& track, Kind kind) {
  Track other;
  other.kind = kind;
  other.time_base = track.time_base;
  other.live = track.live;
  other.rest = track.rest;
  return other;
}

}  // namespace

FilterGraph::Ends FilterGraph::ends(const std::string& text, const std::string& named) {
  const Parsed parsed(text, named);
  const int inputs = Parsed::count(parsed.inputs), outputs = Parsed::count(parsed.outputs);
  if (inputs != 1 || outputs != 1) {
    throw Error(Status::Usage, named + ": has " + std::to_string(inputs) + " open inputs and " +
                                   std::to_string(outputs) + " open outputs; it takes one of each");
  }
  return {kind_of(parsed.inputs->filter_ctx->input_pads, parsed.inputs->pad_idx),
          kind_of(parsed.outputs->filter_ctx->output_pads, parsed.outputs->pad_idx)};
}

FilterGraph::FilterGraph(const FilterJob& job, const Track& track)
    : named_(job.named), upright_(job.upright), doubles_(!job.samples.empty()) {
  try {
    configure(job.graph, track);
  } catch (...) {
    avfilter_graph_free(&graph_);
    av_channel_layout_uninit(&input_layout_);
    throw;
  }
}

FilterGraph::~FilterGraph() {
  avfilter_graph_free(&graph_);
  av_channel_layout_uninit(&input_layout_);
}

std::string FilterGraph::source_arguments(const Track& track) {
  if (track.kind == Kind::Video) {
    input_format_ = pushed_format(track);
    std::string text = "video_size=" + size_text({track.width, track.height}) +
                       ":pix_fmt=" + std::to_string(input_format_) + ":time_base=" + ratio_text(track.time_base);
    if (track.rate.num != 0) text += ":frame_rate=" + ratio_text(track.rate);
    if (track.sample_aspect.num != 0) text += ":pixel_aspect=" + ratio_text(track.sample_aspect);
    return text;
  }
  input_format_ = av_samples(track.samples);
  const int channels = static_cast<int>(track.channels);
  const bool named = !track.layout.empty() && av_channel_layout_from_string(&input_layout_, track.layout.c_str()) == 0;
  if (!named || input_layout_.nb_channels != channels) {
    av_channel_layout_uninit(&input_layout_);
    av_channel_layout_default(&input_layout_, channels);
  }
  std::array<char, 256> layout{};
  av_channel_layout_describe(&input_layout_, layout.data(), layout.size());
  const bool known = input_layout_.order != AV_CHANNEL_ORDER_UNSPEC;
  return "sample_rate=" + std::to_string(track.sample_rate) + ":sample_fmt=" + std::to_string(input_format_) +
         ":time_base=1/" + std::to_string(track.sample_rate) +
         (known ? std::string(":channel_layout=") + layout.data() : ":channels=" + std::to_string(channels));
}

void FilterGraph::configure(const std::string& text, const Track& track) {
  Parsed parsed(text, named_);
  if (Parsed::count(parsed.inputs) != 1 || Parsed::count(parsed.outputs) != 1) throw Error(Status::Bug, "a bug: ends");
  graph_ = std::exchange(parsed.graph, nullptr);
  AVFilterContext* const last = parsed.outputs->filter_ctx;
  const bool video = kind_of(last->output_pads, parsed.outputs->pad_idx) == Kind::Video;
  const auto create = [&](AVFilterContext** filter, const char* kind, const std::string& arguments) {
    const int error = avfilter_graph_create_filter(filter, avfilter_get_by_name(kind), kind,
                                                   arguments.empty() ? nullptr : arguments.c_str(), nullptr, graph_);
    if (error < 0) throw failure(error, named_, "");
  };
  AVFilterContext* format = nullptr;
  create(&source_, track.kind == Kind::Video ? "buffer" : "abuffer", source_arguments(track));
  create(&format, video ? "format" : "aformat",
         video ? "pix_fmts=" + pixel_format_list()
               : std::string(doubles_ ? "sample_fmts=dbl" : "sample_fmts=u8|s16|s32|flt"));
  create(&sink_, video ? "buffersink" : "abuffersink", "");
  const std::string what =
      "for a track of " +
      (track.kind == Kind::Video
           ? size_text({track.width, track.height}) + " " + std::string(track.pixels->name)
           : std::to_string(track.channels) + " channels at " + std::to_string(track.sample_rate) + " Hz") +
      ": ";
  AVFilterContext* first = source_;
  int error = 0;
  for (const auto& [kind, arguments] : upright_ ? turns(track.orientation) : Turns{}) {
    AVFilterContext* turn = nullptr;
    create(&turn, kind, arguments);
    if (error >= 0) error = avfilter_link(first, 0, turn, 0);
    first = turn;
  }
  if (error >= 0) {
    error = avfilter_link(first, 0, parsed.inputs->filter_ctx, static_cast<unsigned>(parsed.inputs->pad_idx));
  }
  if (error >= 0) error = avfilter_link(last, static_cast<unsigned>(parsed.outputs->pad_idx), format, 0);
  if (error >= 0) error = avfilter_link(format, 0, sink_, 0);
  if (error >= 0) error = avfilter_graph_config(graph_, nullptr);
  if (error < 0) throw failure(error, named_, what);
}

AVRational FilterGraph::output_time_base() const { return av_buffersink_get_time_base(sink_); }

Track FilterGraph::output(const Track& input) const {
  Track track = input;
  track.time_base = rational(output_time_base());
  if (av_buffersink_get_type(sink_) == AVMEDIA_TYPE_AUDIO) {
    if (input.kind != Kind::Audio) track = of_other_kind(track, Kind::Audio);
    track.samples = wire_samples(static_cast<AVSampleFormat>(av_buffersink_get_format(sink_)));
    track.sample_rate = static_cast<std::uint32_t>(av_buffersink_get_sample_rate(sink_));
    AVChannelLayout layout{};
    av_buffersink_get_ch_layout(sink_, &layout);
    const auto channels = static_cast<std::uint32_t>(layout.nb_channels);
    const bool same = av_channel_layout_compare(&layout, &input_layout_) == 0;
    if (!same || input.channels != channels) track.layout = layout_name(layout);
    track.channels = channels;
    // Floats that a filter computes in are worth as much as the samples that it got.
    if (track.samples != input.samples)
      track.bits = track.samples == "f32le" && input.samples != "s32le" ? 16 : input.bits;
    av_channel_layout_uninit(&layout);
    return track;
  }
  if (input.kind != Kind::Video) track = of_other_kind(track, Kind::Video);
  const int width = av_buffersink_get_w(sink_), height = av_buffersink_get_h(sink_);
  check_pixels(named_, static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height));
  if (upright_) track.orientation = 1;
  track.width = static_cast<std::uint32_t>(width);
  track.height = static_cast<std::uint32_t>(height);
  const auto format = static_cast<AVPixelFormat>(av_buffersink_get_format(sink_));
  track.pixels = wire_format(format);
  track.alpha = !track.pixels->alpha ? Alpha::None : input.alpha == Alpha::None ? Alpha::Straight : input.alpha;
  const AVRational rate = av_buffersink_get_frame_rate(sink_);
  track.rate = is_wire_rational(rate) ? rational(rate) : Rational{};
  const AVRational aspect = av_buffersink_get_sample_aspect_ratio(sink_);
  track.sample_aspect = is_wire_rational(aspect) ? rational(aspect) : Rational{};
  if (input.pixels == nullptr || track.pixels->bits != input.pixels->bits) track.bits = 0;
  return track;
}

bool FilterGraph::push(AVFrame* frame) {
  const int error = av_buffersrc_add_frame_flags(source_, frame, 0);
  if (error == AVERROR_EOF) return false;
  if (error < 0) throw failure(error, named_, "");
  return true;
}

bool FilterGraph::pull(AVFrame& frame) {
  const int error = av_buffersink_get_frame(sink_, &frame);
  if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return false;
  if (error < 0) throw failure(error, named_, "");
  return true;
}

}  // namespace sl::av
