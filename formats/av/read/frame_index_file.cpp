// The text form of a frame index (frame_index.h).

#include "formats/av/read/frame_index.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/base/time_text.h"

namespace sl::av {

namespace {

constexpr std::string_view first_line = "streamlib-index 1";

std::string number_or_dash(std::int64_t value, std::int64_t none) {
  return value == none ? "-" : std::to_string(value);
}

// Reads lines and their fields from an untrusted file.
class IndexReader {
 public:
  IndexReader(Source& file, std::string name) : name_(std::move(name)) {
    std::vector<std::byte> piece(std::size_t{1} << 20);
    for (std::size_t count = 0; (count = file.read(piece)) != 0;) {
      check_metadata(name_, text_.size() + count, "an index");
      text_.append(reinterpret_cast<const char*>(piece.data()), count);
    }
  }

  [[noreturn]] void bad(const std::string& what) const {
    throw Error(Status::Data, name_ + ": line " + std::to_string(line_number_) + ": " + what);
  }

  std::string_view line() {
    ++line_number_;
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string::npos) bad("the index is cut off");
    line_ = std::string_view(text_).substr(at_, end - at_);
    at_ = end + 1;
    return line_;
  }
  std::string_view word() {
    if (line_.empty()) bad("ends early");
    const std::size_t end = line_.find(' ');
    const std::string_view word = line_.substr(0, end);
    line_ = end == std::string_view::npos ? std::string_view() : line_.substr(end + 1);
    return word;
  }
  std::int64_t number(std::string_view word) const {
    const auto value = to_number<std::int64_t>(word);
    if (!value) bad("\"" + printable(word, 40) + "\" is not a number");
    return *value;
  }
  std::int64_t number_within(std::string_view word, std::int64_t lowest, std::int64_t highest) const {
    const std::int64_t value = number(word);
    if (value < lowest || value > highest) bad(std::string(word) + " is out of range");
    return value;
  }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] std::size_t left() const { return text_.size() - at_; }

 private:
  std::string name_, text_;
  std::string_view line_;
  std::size_t at_ = 0, line_number_ = 0;
};

IndexedPacket read_packet(IndexReader& in) {
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  const auto number_or = [&](std::string_view word, std::int64_t none) {
    return word == "-" ? none : in.number_within(word, -highest, highest);
  };
  IndexedPacket packet;
  in.line();
  packet.pts = in.number_within(in.word(), -highest, highest);
  packet.dts = number_or(in.word(), no_time);
  packet.duration = number_or(in.word(), 0);
  for (const char flag : in.word()) {
    if (flag != 'k' && flag != 'h' && flag != '-') in.bad("unknown flag");
    packet.key = packet.key || flag == 'k';
    packet.hidden = packet.hidden || flag == 'h';
  }
  const std::string_view position = in.word();
  packet.position = position == "-" ? -1 : in.number_within(position, 0, highest);
  packet.size = static_cast<std::int32_t>(in.number_within(in.word(), 0, std::numeric_limits<std::int32_t>::max()));
  return packet;
}

FrameIndex read_stream(IndexReader& in) {
  FrameIndex index;
  index.stream = static_cast<int>(in.number_within(in.word(), 0, 10000));
  index.codec = in.word();
  const std::string_view base = in.word();
  const std::size_t slash = base.find('/');
  if (slash == std::string_view::npos) in.bad("the time base is no fraction");
  index.time_base = {in.number_within(base.substr(0, slash), 1, wire_limit::number),
                     in.number_within(base.substr(slash + 1), 1, wire_limit::number)};
  constexpr std::size_t shortest_line = 12;
  const auto most = static_cast<std::int64_t>(in.left() / shortest_line);
  const std::int64_t count = in.number_within(in.word(), 0, most);
  index.packets.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) index.packets.push_back(read_packet(in));
  index.sort();
  return index;
}

}  // namespace

void write_index(Target& target, const SourceVersion& film, const std::vector<FrameIndex>& indices) {
  const auto write = [&](const std::string& line) { target.write(std::as_bytes(std::span(line))); };
  write(std::string(first_line) + "\nsource " + (film.size ? std::to_string(*film.size) : "-") + " " + film.version +
        "\n");
  for (const FrameIndex& index : indices) {
    write("stream " + std::to_string(index.stream) + " " + index.codec + " " + ratio_text(index.time_base) + " " +
          std::to_string(index.packets.size()) + "\n");
    for (const IndexedPacket& packet : index.packets) {
      const std::string flags = std::string(packet.key ? "k" : "") + (packet.hidden ? "h" : "");
      write(std::to_string(packet.pts) + " " + number_or_dash(packet.dts, no_time) + " " +
            number_or_dash(packet.duration, 0) + " " + (flags.empty() ? "-" : flags) + " " +
            number_or_dash(packet.position, -1) + " " + std::to_string(packet.size) + "\n");
    }
  }
  write("end\n");
}

std::vector<FrameIndex> read_index(Source& file, const SourceVersion& film, const std::string& film_name) {
  IndexReader in(file, file.name());
  if (in.left() < first_line.size() + 1 || in.line() != first_line) {
    throw Error(Status::Data, file.name() + ": is no index as sl-info --index writes it");
  }
  in.line();
  if (in.word() != "source") in.bad("no line about the source");
  const std::string_view size = in.word(), version = in.word();
  const bool other_size = film.size && size != "-" && size != std::to_string(*film.size);
  const bool other_version = film.version != "-" && version != "-" && version != film.version;
  if (other_size || other_version) {
    throw Error(Status::Data, file.name() + ": is the index of another file than " + film_name +
                                  ", or of an earlier version (" + (other_size ? "its size" : "its time of change") +
                                  " differs): make a new one with sl-info --index");
  }
  std::vector<FrameIndex> indices;
  while (in.line() != "end") {
    if (in.word() != "stream") in.bad("neither a stream nor the end");
    indices.push_back(read_stream(in));
  }
  if (!in.at_end()) in.bad("more after the end");
  return indices;
}

}  // namespace sl::av
