// The filter graph of a GIF.

#include "formats/av/encode/palette.h"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace sl::av {

namespace {
[[noreturn]] void fail(int code) { throw av_failure(code, "gif", "no palette can be made"); }
}  // namespace

PaletteMaker::PaletteMaker(AVPixelFormat format, int width, int height, AVRational time_base, bool alpha) {
  graph_ = avfilter_graph_alloc();
  check_allocated(graph_);
  graph_->nb_threads = 1;
  // Reserve a colour for transparent pixels, which keep the picture below them.
  const std::string graph = "buffer@in=width=" + std::to_string(width) + ":height=" + std::to_string(height) +
                            ":pix_fmt=" + std::to_string(format) + ":time_base=" + std::to_string(time_base.num) + "/" +
                            std::to_string(time_base.den) +
                            ",split[a][b];[a]palettegen=stats_mode=single:reserve_transparent=" + (alpha ? "1" : "0") +
                            "[p];[b][p]paletteuse=new=1,buffersink@out";
  AVFilterInOut *inputs = nullptr, *outputs = nullptr;
  int code = avfilter_graph_parse2(graph_, graph.c_str(), &inputs, &outputs);
  avfilter_inout_free(&inputs);
  avfilter_inout_free(&outputs);
  if (code >= 0) code = avfilter_graph_config(graph_, nullptr);
  if (code < 0) {
    avfilter_graph_free(&graph_);
    fail(code);
  }
  in_ = avfilter_graph_get_filter(graph_, "buffer@in");
  out_ = avfilter_graph_get_filter(graph_, "buffersink@out");
}

PaletteMaker::~PaletteMaker() { avfilter_graph_free(&graph_); }

FramePtr PaletteMaker::reduce(AVFrame& frame) {
  int code = av_buffersrc_write_frame(in_, &frame);
  if (code < 0) fail(code);
  FramePtr reduced = new_frame();
  code = av_buffersink_get_frame(out_, reduced.get());
  if (code < 0) fail(code);
  return reduced;
}

}  // namespace sl::av
