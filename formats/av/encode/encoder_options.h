// The chosen encoders and their options: finds encoders by name and checks every key against their options before any
// input is read.

#pragma once

#include <array>
#include <string>

#include "formats/av/av_media.h"
#include "formats/av/hdr.h"
#include "formats/film/container.h"
#include "formats/film/options.h"

namespace sl::av {

// Find an encoder by the name of its codec or its own. Null for "pcm", which depends on the samples. Throw Usage.
[[nodiscard]] const AVCodec* find_encoder(const std::string& name, AVMediaType type);

class EncoderOptions {
 public:
  // Throw Usage on an unknown encoder, one whose codec the container cannot hold, an unknown key, an invalid value, or
  // an option of film for a container of sound alone.
  EncoderOptions(const FilmOptions& options, const FilmContainer& container, int threads);
  ~EncoderOptions();
  EncoderOptions(const EncoderOptions&) = delete;
  EncoderOptions& operator=(const EncoderOptions&) = delete;

  [[nodiscard]] const AVCodec* video() const { return video_; }  // null: no pictures in this container
  // For this sound; null: no sound in this container.
  [[nodiscard]] const AVCodec* audio(const Track& track) const;
  [[nodiscard]] const std::string& pixels() const { return pixels_; }  // "", "keep" or a name
  [[nodiscard]] AVDictionary* file() const { return dictionaries_[2]; }

  // Set the options, with defaults for the rest, and open the encoder. Throw Usage or Data. The user's parameters come
  // after those of `hdr`, so that they prevail.
  void open_video(AVCodecContext& context, const HdrParameters& hdr, const std::string& name) const;
  void open_audio(AVCodecContext& context, const std::string& name) const;

 private:
  void choose(const FilmOptions& options, const FilmContainer& container);
  void take_common(const FilmOptions& options);
  void take_key(const std::string& text);
  void open(AVCodecContext& context, AVDictionary* values, const std::string& name) const;

  const AVCodec *video_ = nullptr, *audio_ = nullptr;
  const AVOutputFormat* muxer_ = nullptr;
  bool pcm_ = false;
  bool is_lossless_ = false;  // the container's sound loses nothing, unless options choose a codec
  int threads_;
  std::string pixels_;
  std::array<AVDictionary*, 3> dictionaries_{};  // video, audio, file
};

}  // namespace sl::av
