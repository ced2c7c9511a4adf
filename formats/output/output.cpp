// Names of outputs, and the order in which they come to be.

#include "formats/output/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <utility>

#include "libcore/stage/options.h"

namespace sl {

namespace {

// The place of "%d" or "%0Nd" in a name: its first byte, its length, its number of digits.
struct NumberField {
  std::size_t begin = std::string::npos, length = 0;
  std::size_t digits = 0;
};

NumberField find_number(const std::string& path) {
  for (std::size_t at = path.find('%'); at != std::string::npos; at = path.find('%', at + 1)) {
    std::size_t end = at + 1;
    std::size_t digits = 0;
    while (end < path.size() && std::isdigit(static_cast<unsigned char>(path[end])) != 0 && end < at + 4) {
      digits = digits * 10 + static_cast<std::size_t>(path[end++] - '0');
    }
    if (end < path.size() && path[end] == 'd') return {at, end + 1 - at, digits};
  }
  return {};
}

}  // namespace

OutputName parse_output(const std::string& text, const std::string& format) {
  NameWithOptions parts = split_options(text);
  OutputName name;
  name.extension = format;
  std::erase_if(parts.options, [&name](const auto& option) {
    if (option.first != "format") return false;
    name.extension = option.second;
    return true;
  });
  name.options = std::move(parts.options);
  const std::size_t slash = parts.name.rfind('/');
  if (name.extension.empty()) {
    const std::string last = slash == std::string::npos ? parts.name : parts.name.substr(slash + 1);
    const std::size_t dot = last.rfind('.');
    if (dot == std::string::npos || dot + 1 == last.size()) {
      throw Error(Status::Usage, "\"" + printable(text, 200) +
                                     "\" has no suffix that names the format, like .png or out.png; [format=png] "
                                     "after a name without one does");
    }
    name.extension = last.substr(dot + 1);
    if (dot == 0 && slash == std::string::npos) parts.name.clear();
  }
  if (name.extension.starts_with('.')) name.extension.erase(0, 1);
  std::ranges::transform(name.extension, name.extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (parts.name.empty()) return name;  // standard output
  name.path = parts.name;
  const NumberField number = find_number(name.path);
  name.numbered = number.begin != std::string::npos;
  if (name.numbered && slash != std::string::npos && number.begin < slash) {
    throw Error(Status::Usage,
                "\"" + printable(text, 200) + "\": the number must be in the file's name, not in its folder's");
  }
  return name;
}

Output::Output(OutputName name, SandboxPlan& plan) : name_(std::move(name)) {
  if (name_.path.empty()) {
    if (isatty(STDOUT_FILENO) == 1) {
      throw Error(Status::Usage,
                  "standard output is a terminal: redirect it with > FILE, or name a file: out." + name_.extension);
    }
    target_.emplace(Target::descriptor(STDOUT_FILENO, "standard output"));
    return;
  }
  if (!name_.numbered) {
    target_.emplace(Target::file(name_.path));
    if (target_->directory() >= 0) plan.output_folders.push_back(target_->directory());  // not a device's
    return;
  }
  const std::size_t slash = name_.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : name_.path.substr(0, slash + 1);
  folder_ = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) throw system_error(Status::CannotCreate, name_.path);
  if (faccessat(folder_, ".", W_OK | X_OK, 0) != 0) {
    throw system_error(errno == EROFS ? Status::CannotCreate : Status::NotPermitted, name_.path);
  }
  plan.output_folders.push_back(folder_);
}

Output::~Output() {
  target_.reset();
  if (folder_ >= 0) close(folder_);
}

std::string Output::numbered_path(std::uint64_t number) const {
  const NumberField field = find_number(name_.path);
  std::string digits = std::to_string(number);
  if (digits.size() < field.digits) digits.insert(0, field.digits - digits.size(), '0');
  std::string path = name_.path;
  return path.replace(field.begin, field.length, digits);
}

Target& Output::next() {
  ++begun_;
  open_ = true;
  if (name_.numbered) {
    const std::string path = numbered_path(begun_);
    const std::size_t slash = path.rfind('/');
    target_.emplace(Target::file(slash == std::string::npos ? path : path.substr(slash + 1), folder_));
  } else if (!name_.path.empty() && begun_ > 1) {
    throw Error(Status::Usage,
                name_.path + ": there is more than one picture; number the files, as in out-%03d." + name_.extension);
  }
  return *target_;
}

Target* Output::current() { return open_ ? &*target_ : nullptr; }

void Output::complete() {
  open_ = false;
  ++completed_;
  if (name_.numbered) {
    target_->finish();
  } else if (name_.path.empty()) {
    target_->mark();
  }
}

void Output::finish() {
  if (!name_.numbered) target_->finish();
}

void Output::discard() {
  open_ = false;
  if (target_) target_->discard();
}

}  // namespace sl
