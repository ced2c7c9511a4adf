// Names are checked before anything is started; a format is looked at when its turn comes.

#include "tools/batch/work_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "formats/format_info.h"
#include "libcore/base/error.h"
#include "tools/batch/capture_dates.h"

namespace sl::batch {

namespace {

constexpr std::size_t most_in_a_chunk = 32;

bool is_later_or_same(const struct timespec& a, const struct timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec >= b.tv_nsec;
}

// "./a//b" is "a/b".
std::string normal(const std::string& path) { return std::filesystem::path(path).lexically_normal(); }

// Whether sl-decode itself reads this file, so that it can be one of many.
bool is_light(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return true;  // sl-decode reports it
  struct stat status {};
  const bool is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  std::array<std::byte, sniff_bytes> head{};
  const ssize_t count = is_file ? pread(fd, head.data(), head.size(), 0) : -1;
  close(fd);
  const auto* info = recognise_format(std::span(head).first(static_cast<std::size_t>(std::max<ssize_t>(count, 0))));
  return count == 0 || (info != nullptr && info->helper.empty());
}

// Whether each picture becomes a file of its own.
bool has_files_for_pictures(const std::string& suffix) {
  const FormatInfo* const info = find_format_info(suffix);
  return info != nullptr && !info->pages;
}

}  // namespace

std::string suffix_of(const std::string& name) {
  const std::string last = name.substr(name.rfind('/') + 1);
  const std::size_t dot = last.rfind('.');
  std::string suffix = dot == std::string::npos ? "" : last.substr(dot + 1);
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return suffix;
}

WorkList::WorkList(const std::vector<std::string>& inputs, const NamePattern& pattern, std::size_t pipelines)
    : size_(inputs.size()), longest_(std::clamp<std::size_t>(inputs.size() / (4 * pipelines), 1, most_in_a_chunk)) {
  std::unordered_map<std::string, const std::string*> sources;  // of outputs
  std::unordered_set<std::string> all;
  for (const std::string& input : inputs) all.insert(normal(input));
  const auto dates = pattern.has_date() ? capture_dates(inputs) : std::unordered_map<std::string, std::time_t>();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string& input = inputs[i];
    struct stat info {};
    if (stat(input.c_str(), &info) != 0 || S_ISDIR(info.st_mode)) {
      missing_.push_back({i + 1, input + ": " + (S_ISDIR(info.st_mode) ? "is a folder" : std::strerror(errno)),
                          static_cast<int>(Status::NoInput)});
      continue;
    }
    const auto date = dates.find(input);
    std::string output = pattern.name_for({input, i + 1, date == dates.end() ? info.st_mtim.tv_sec : date->second});
    const std::string shown = printable(output, 200);
    if (suffix_of(output).empty()) {
      throw Error(Status::Usage, "-o: \"" + shown + "\" has no suffix that names the format");
    }
    if (output.find('\0') < output.rfind('/') && output.rfind('/') != std::string::npos) {
      throw Error(Status::Usage, "-o: {width} and {height} are for the name of a file, not for its folder");
    }
    const auto [place, is_new] = sources.try_emplace(normal(output), &input);
    if (!is_new) {
      throw Error(Status::Usage, "-o: " + printable(*place->second, 200) + " and " + printable(input, 200) +
                                     " would both become " + shown);
    }
    if (normal(output) != normal(input) && all.contains(normal(output))) {
      throw Error(Status::Usage, "-o: " + printable(input, 200) + " would become " + shown + ", which is an input too");
    }
    add(i + 1, input, std::move(output), info);
  }
}

// Leave it out if the file is newer; a file that is written in place is its own input.
void WorkList::add(std::size_t number, const std::string& input, std::string output, const struct stat& info) {
  struct stat old {};
  const bool exists = output.find('\0') == std::string::npos && stat(output.c_str(), &old) == 0;
  const bool is_same = exists && old.st_dev == info.st_dev && old.st_ino == info.st_ino;
  if (exists && !is_same && is_later_or_same(old.st_mtim, info.st_mtim)) {
    ++skipped_;
  } else {
    jobs_.push_back({input, std::move(output), info.st_atim, info.st_mtim, number});
  }
}

std::string WorkList::first_suffix() const { return jobs_.empty() ? "" : suffix_of(jobs_.front().output); }

std::optional<Chunk> WorkList::next() {
  if (!again_.empty()) {
    Chunk chunk = std::move(again_.front());
    again_.pop_front();
    return chunk;
  }
  while (!jobs_.empty()) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    const std::string suffix = suffix_of(job.output);
    if (!has_files_for_pictures(suffix) || !is_light(job.input)) return Chunk{{std::move(job)}, false};
    Chunk& open = open_[suffix];
    open.is_list = true;
    open.jobs.push_back(std::move(job));
    if (open.jobs.size() >= longest_) return std::exchange(open, {});
  }
  for (auto& [suffix, chunk] : open_) {
    if (!chunk.jobs.empty()) return std::exchange(chunk, {});
  }
  return std::nullopt;
}

}  // namespace sl::batch
