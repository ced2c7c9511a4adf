// Records to packets, packets to frames.

#include "formats/av/decode/packet_decoder.h"

#include <map>
#include <memory>

#include "formats/av/av_log.h"
#include "formats/av/decode/first_frames.h"
#include "formats/av/decode/stream_decoder.h"
#include "formats/av/packet_extras.h"
#include "formats/av/stream_track.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/frame.h"
#include "libcore/packing/pack_stream.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/reader.h"

namespace sl::av {

namespace {

using wire::Type;

class WireDecoder {
 public:
  WireDecoder(const DecodeSettings& settings, Source& source, Writer& out)
      : settings_(settings), name_(source.name()), in_(source), out_(out) {}

  void run() {
    try {
      pass_all();
    } catch (...) {
      if (header_) header_->announce_at_failure();
      throw;
    }
  }

 private:
  void pass_all() {
    while (const auto record = in_.next()) {
      switch (record->type) {
        case Type::Start:
          header_.emplace();
          parts_.clear();
          packed_.clear();
          out_.begin();
          break;
        case Type::Track:
          on_track(*record);
          break;
        case Type::Attachment:
          if (!is_compressed(record->track)) in_.pass(*record, out_);
          break;  // announced with the track, once its extradata is here
        case Type::Frame:
          open_all();
          if (const auto packed = packed_.find(record->track); packed != packed_.end()) {
            packed->second->begin(in_.frame(record->track));
          }
          if (!is_compressed(record->track)) pass_in_turn(*record);
          break;
        case Type::Bytes:
          if (is_compressed(record->track)) {
            on_bytes(*record);
          } else if (const auto packed = packed_.find(record->track); packed != packed_.end()) {
            unpack(*packed->second, *record);
          } else {
            in_.pass(*record, out_);
          }
          break;
        case Type::End:
          open_all();
          for (auto& [number, part] : parts_) decode(part, nullptr);
          pass_in_turn(*record);
          break;
        case Type::Event:
          if (is_compressed(record->track)) {
            open_all();
            pass_in_turn(*record);
          } else {
            in_.pass(*record, out_);
          }
          break;
        default:
          in_.pass(*record, out_);
          break;
      }
    }
  }

  // Pass a record that may only follow the header.
  void pass_in_turn(const wire::Header& record) {
    header_->announce();
    in_.pass(record, out_);
  }

  struct Part {
    std::unique_ptr<StreamDecoder> decoder;
    std::unique_ptr<FrameWriter> writer;
    std::vector<std::uint8_t> packet;
    std::map<std::int64_t, Frame> sent;  // packets by the time of their frame
    bool in_order = true;                // packets come in display order, so frames keep their numbers
  };

  [[nodiscard]] bool is_compressed(std::uint16_t number) const {
    if (number == 0) return false;
    const Track& track = in_.track(number);
    return track.codec != "raw" && track.kind != Kind::Data && !track.is_packed();
  }

  void on_track(const wire::Header& record) {
    packed_.erase(record.track);
    if (const Track& track = in_.track(record.track); track.is_packed()) {
      auto unpacker = std::make_unique<TrackUnpacker>(track, name_, settings_.salvage);
      out_.track(record.track, unpacker->track());
      packed_[record.track] = std::move(unpacker);
      return;
    }
    if (!is_compressed(record.track)) return in_.pass(record, out_);
    if (const auto found = parts_.find(record.track); found != parts_.end()) {
      header_->announce();
      decode(found->second, nullptr);  // frames left in the old decoder
      parts_.erase(found);
    }
    pending_.push_back(record.track);
  }

  // Extradata follows the TRACK: open decoders after the header.
  void open_all() {
    for (const std::uint16_t number : pending_) open(number);
    pending_.clear();
  }

  void open(std::uint16_t number) {
    const Track& track = in_.track(number);
    std::vector<Attachment> attachments = in_.attachments(number);
    const ParametersPtr parameters = parameters_of(track, attachments, name_);
    std::erase_if(attachments, [](const Attachment& attachment) {
      return attachment.name == "extradata" || is_one_shot(attachment);
    });
    Track raw = track;
    raw.codec = "raw";
    if (!raw.rest.empty()) take_pixels(raw);
    if (raw.kind == Kind::Audio) raw.bits = sample_bits(*parameters);
    Part& part = parts_[number];
    // In a live stream no frame waits in the decoder for later ones, and damage, which every camera cable causes one
    // day, is marked and does not end the stream.
    const DecoderSettings settings{settings_.threads, track.live, settings_.salvage || track.live,
                                   has_alpha_stream(track)};
    part.decoder = std::make_unique<StreamDecoder>(*parameters, track.time_base, name_, settings);
    part.writer = std::make_unique<FrameWriter>(out_, number, raw, attachments);
    if (!header_->announced()) header_->add(*part.writer, true);
  }

  void unpack(TrackUnpacker& unpacker, const wire::Header& record) {
    try {
      const bool last = (record.flags & wire::piece_last) != 0, damaged = (record.flags & wire::piece_damaged) != 0;
      unpacker.piece(in_.body(), last, damaged, out_, record.track);
    } catch (const Error& error) {
      if (!in_.stopped_by(error)) throw;
    }
  }

  static void take_pixels(Track& raw) {
    Json rest = parse_json(raw.rest, wire_limit::json);
    if (const auto pixels = rest.find("pixels"); pixels != rest.end() && pixels->is_string()) {
      raw.pixels = find_pixel_format(pixels->get<std::string>());
      if (raw.pixels != nullptr && raw.pixels->alpha) raw.alpha = Alpha::Straight;
    }
    rest.erase("pixels");
    rest.erase("alpha");
    rest.erase("parameters");
    raw.rest = rest.empty() ? "" : write_json(rest);
  }

  void on_bytes(const wire::Header& record) {
    Part& part = parts_.at(record.track);
    const auto body = in_.body();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(body.data());
    check_memory(name_, part.packet.size() + body.size(), "a packet");
    part.packet.insert(part.packet.end(), bytes, bytes + body.size());
    if ((record.flags & wire::piece_last) == 0) return;
    const Frame& frame = in_.frame(record.track);
    const PacketPtr packet = new_packet();
    check_allocated(av_new_packet(packet.get(), static_cast<int>(part.packet.size())));
    std::copy(part.packet.begin(), part.packet.end(), packet->data);
    part.packet.clear();
    const auto time = [](std::int64_t t) { return t == no_time ? AV_NOPTS_VALUE : t; };
    packet->pts = time(frame.pts);
    packet->dts = time(frame.dts);
    packet->duration = frame.duration == no_time ? 0 : frame.duration;
    packet->flags = ((frame.flags & frame_flag::key) != 0 ? AV_PKT_FLAG_KEY : 0) |
                    ((frame.flags & frame_flag::hidden) != 0 ? AV_PKT_FLAG_DISCARD : 0);
    add_extras(*packet, frame, in_.attachments(record.track));
    decode(part, packet.get(), frame);
  }

  static void remember(Part& part, const Frame& frame) {
    constexpr std::size_t most = 256;  // in flight; packets without a frame stay here
    part.in_order = part.in_order && frame.pts != no_time && (frame.dts == no_time || frame.dts == frame.pts);
    if (frame.pts == no_time) return;
    Frame& sent = part.sent.insert_or_assign(frame.pts, frame).first->second;
    sent.metadata = without_trim(sent.metadata);
    if (part.sent.size() > most) part.sent.erase(part.sent.begin());
  }

  void decode(Part& part, const AVPacket* packet, const Frame& head = {}) {
    header_->use(*part.writer, packet, [this, &part, head](const AVPacket* now) {
      if (now != nullptr) remember(part, head);
      part.decoder->decode(now, [&](AVFrame& frame, bool damaged) {
        FrameWriter::Facts facts;
        const auto node = part.sent.extract(FrameWriter::time_of(frame));
        if (node) {
          facts.packet = &node.mapped();
          if (part.in_order) facts.number = node.mapped().number;
        }
        header_->write(*part.writer, frame, damaged, facts);
      });
    });
  }

  const DecodeSettings& settings_;
  std::string name_;
  Reader in_;
  Writer& out_;
  std::optional<FirstFrames> header_;  // of the current stream
  std::map<std::uint16_t, Part> parts_;
  std::map<std::uint16_t, std::unique_ptr<TrackUnpacker>> packed_;  // tracks of "sl-lossless"
  std::vector<std::uint16_t> pending_;
};

}  // namespace

void decode_wire(const DecodeSettings& settings, Source& source, Writer& out) {
  ffmpeg_log().capture();
  if (!settings.packets) return WireDecoder(settings, source, out).run();
  Reader in(source);
  unpack_streams(in, out, settings.salvage);
}

}  // namespace sl::av
