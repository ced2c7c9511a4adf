// sl-info prints a line of JSON for each file that it can read.

#include "tools/batch/capture_dates.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/bytes/source.h"
#include "libcore/process/launch.h"

namespace sl::batch {

namespace {

constexpr std::size_t most_in_a_call = 256;

const Json* find(const Json* object, const char* name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

// "2024-05-06T07:08:09", with what may follow: "Z" for UTC, else the digits are those of a clock here.
std::optional<std::time_t> time_of(const Json* date) {
  if (date == nullptr || !date->is_string()) return std::nullopt;
  const std::string text = date->get<std::string>();
  std::tm parts{};
  const char* const rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  parts.tm_isdst = -1;
  return text.ends_with('Z') ? timegm(&parts) : mktime(&parts);
}

std::optional<std::time_t> capture_time(const Json& description) {
  const Json* const tracks = find(&description, "tracks");
  if (tracks != nullptr && tracks->is_array()) {
    for (const Json& track : *tracks) {
      if (const auto time = time_of(find(find(&track, "exif"), "date"))) return time;
    }
  }
  const Json* const container = find(&description, "container");
  if (const auto time = time_of(find(find(container, "meta"), "creation_time"))) return time;
  return std::nullopt;
}

}  // namespace

std::unordered_map<std::string, std::time_t> capture_dates(const std::vector<std::string>& files) {
  std::unordered_map<std::string, std::time_t> dates;
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (std::size_t done = 0; done < files.size(); done += most_in_a_call) {
    std::vector<std::string> words{find_part("sl-info"), "--quiet", "--json", "--"};
    const auto some = std::span(files).subspan(done, std::min(most_in_a_call, files.size() - done));
    words.insert(words.end(), some.begin(), some.end());
    const PipeEnds pipe = make_pipe();
    Helper process = Helper::start(words, null, pipe.write, null);
    close(pipe.write);
    Source lines = Source::descriptor(pipe.read, "sl-info");
    std::string text;
    for (auto bytes = lines.peek(1); !bytes.empty(); bytes = lines.peek(1)) {
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      lines.consume(bytes.size());
    }
    (void)process.wait();  // the pipelines report what cannot be read
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      try {
        const Json description = parse_json(text.substr(at, end - at), wire_limit::long_json);
        const Json* const name = find(&description, "input");
        const auto time = capture_time(description);
        if (time && name != nullptr && name->is_string()) dates.emplace(name->get<std::string>(), *time);
      } catch (const Error&) {
        continue;  // of more than fits: the file has the date of its last change
      }
    }
  }
  close(null);
  return dates;
}

}  // namespace sl::batch
