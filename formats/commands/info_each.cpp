// A process for each file, as many at once as there are cores: it is in its own sandbox, and a file that ends it costs
// the others nothing.

#include "formats/commands/info_each.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

#include "formats/commands/info.h"
#include "formats/metadata/words.h"
#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/bytes/source.h"
#include "libcore/process/launch.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"

namespace sl {

namespace {

// The files of a folder, without those that are hidden; any other name stays.
std::vector<std::string> files_of(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code failure;
  if (!fs::is_directory(name, failure)) return {name};
  std::vector<std::string> files;
  for (fs::directory_iterator at(name, failure), end; !failure && at != end; at.increment(failure)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && !at->path().filename().string().starts_with('.')) {
      files.push_back(at->path().string());
    }
  }
  if (failure) throw Error(Status::NoInput, name + ": " + failure.message());
  std::ranges::sort(files);
  return files;
}

// An sl-info of one file.
class Look {
 public:
  Look(const InfoCommand& command, const std::string& name) : name_(name), pipe_(make_pipe()), helper_(start(command)) {
    close(pipe_.write);
  }

  // Wait for it, and return what it has printed.
  std::string read() {
    Source source = Source::descriptor(pipe_.read, name_);
    std::string text;
    for (auto bytes = source.peek(1); !bytes.empty(); bytes = source.peek(1)) {
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      source.consume(bytes.size());
    }
    (void)helper_.wait();
    return text;
  }
  [[nodiscard]] const Ending& ending() { return helper_.wait(); }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Helper start(const InfoCommand& command) {
    std::vector<std::string> words{find_part("sl-info")};
    for (std::string& option : command.tool.inherited_options()) words.push_back(std::move(option));
    if (!command.tool.quiet()) words.emplace_back("--quiet");
    if (command.scan) words.emplace_back("--scan");
    if (command.get.empty()) {
      words.emplace_back("--json");
    } else {
      words.insert(words.end(), {"--get", command.get});
    }
    words.insert(words.end(), {"--", name_});
    return Helper::start(words, -1, pipe_.write);
  }

  std::string name_;
  PipeEnds pipe_;
  Helper helper_;
};

void add(std::string& line, const std::string& part) {
  if (!part.empty()) line += (line.empty() ? "" : ", ") + part;
}

std::string text_of(const Json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? printable(object[name].get<std::string>(), 80) : "";
}

std::string track_in_words(const Json& track) {
  const bool is_raw = text_of(track, "codec") == "raw";
  std::string words;
  if (track.contains("width")) words = in_words(track["width"]) + "x" + in_words(track["height"]) + " ";
  words += text_of(track, is_raw ? "pixels" : "codec");
  if (track.contains("sample_rate")) words += " " + in_words(track["sample_rate"]) + " Hz";
  return words;
}

}  // namespace

std::string in_one_line(const Json& description) {
  constexpr std::size_t most_tracks = 4;
  const Json none = Json::object();
  const Json& tracks = description["tracks"];
  const Json& container = description.contains("container") ? description["container"] : none;
  const Json& first = tracks.empty() ? none : tracks[0];
  const Json& meta = first.contains("meta") ? first["meta"] : none;
  std::string line;
  add(line, container.empty() ? text_of(meta, "format") : text_of(container, "format_name"));
  for (std::size_t i = 0; i < std::min(tracks.size(), most_tracks); ++i) add(line, track_in_words(tracks[i]));
  if (tracks.size() > most_tracks) add(line, std::to_string(tracks.size() - most_tracks) + " more");
  for (const char* name : {"compression", "codec", "tiles", "pages", "frames"}) {
    if (meta.contains(name)) add(line, std::string(name) + ": " + in_words(meta[name]));
  }
  if (container.contains("duration")) add(line, in_words(container["duration"]) + " s");
  for (const Json* object : {&description, &container}) {
    if (object->contains("size")) add(line, in_words((*object)["size"]) + " bytes");
  }
  const Json& shot = first.contains("exif") ? first["exif"] : none;
  add(line, text_of(shot, "date"));
  add(line, shot.contains("camera") ? text_of(shot, "camera") : text_of(meta, "camera"));
  return line;
}

int describe_each(const InfoCommand& command) {
  std::vector<std::string> names;
  for (const std::string& input : command.tool.input_names()) {
    for (std::string& name : files_of(input)) names.push_back(std::move(name));
  }
  const std::size_t most = std::max(1U, std::thread::hardware_concurrency()) + 1;
  std::deque<Look> looks;
  int status = 0;
  for (std::size_t next = 0; next < names.size() || !looks.empty();) {
    while (next < names.size() && looks.size() < most) looks.emplace_back(command, names[next++]);
    Look& look = looks.front();
    const std::string text = look.read(), name = printable(look.name());
    if (interrupted() != 0) die_of(interrupted());
    if (!look.ending().good()) {
      if (status == 0) status = static_cast<int>(status_of(look.ending()));
    } else if (command.json) {
      std::cout << text;
    } else if (!command.get.empty()) {
      std::cout << name << ": " << text;
    } else {
      const Json description = parse_json(text.substr(0, text.find('\n')), wire_limit::long_json);
      std::cout << name << ": " << in_one_line(description) << "\n";
    }
    looks.pop_front();
  }
  InfoCommand::finish();
  return status;
}

}  // namespace sl
