// Names of outputs, and the order in which they come to be.

#include "formats/output/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include "libcore/stage/options.h"

namespace sl {

namespace {

// Return the length of the field for a number, %d or %0Nd, at the start of a text, or 0.
std::size_t field_length(std::string_view text) {
  if (text.starts_with("%d")) return 2;
  if (!text.starts_with("%0") || text.size() < 4 || text[2] < '1' || text[2] > '9') return 0;
  const std::size_t end = std::isdigit(static_cast<unsigned char>(text[3])) != 0 ? 4 : 3;
  return end < text.size() && text[end] == 'd' ? end + 1 : 0;
}

// Split a file's name at its field, and replace %% by %.
void split_at_field(std::string_view text, OutputName& name) {
  std::string* side = &name.before;
  while (!text.empty()) {
    std::size_t length = field_length(text);
    if (length == 0) {
      *side += text[0];
      length = text.starts_with("%%") ? 2 : 1;
    } else if (name.numbered) {
      throw Error(Status::Usage,
                  "\"" + printable(name.path, 200) + "\" has two fields for a number; %% is a percent sign");
    } else {
      if (length > 2) name.digits = std::stoul(std::string(text.substr(2, length - 3)));
      name.numbered = true;
      side = &name.after;
    }
    text.remove_prefix(length);
  }
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
  const std::string last = parts.name.substr(slash + 1);
  if (name.extension.empty()) {
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
  if (last.find('%') == std::string::npos || access(name.path.c_str(), F_OK) == 0) return name;
  split_at_field(last, name);
  if (!name.numbered) name.path.replace(slash + 1, std::string::npos, name.before);
  return name;
}

Output::Output(OutputName name, Sync sync, SandboxPlan& plan, int ledger) : name_(std::move(name)), sync_(sync) {
  if (ledger >= 0) {
    batch_.emplace(ledger, plan);
    if (batch_->is_single_name()) target_.emplace(batch_->open(sync));
    return;
  }
  if (name_.path.empty()) {
    if (isatty(STDOUT_FILENO) == 1) {
      throw Error(Status::Usage,
                  "standard output is a terminal: redirect it with > FILE, or name a file: out." + name_.extension);
    }
    target_.emplace(Target::descriptor(STDOUT_FILENO, "standard output"));
    return;
  }
  if (!name_.numbered) {
    target_.emplace(Target::file(name_.path, sync));
    if (target_->directory() >= 0) plan.output_folders.push_back(target_->directory());  // not a device's
    return;
  }
  open_folder(plan);
  allow_links(plan);
}

void Output::open_folder(SandboxPlan& plan) {
  const std::size_t slash = name_.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : name_.path.substr(0, slash + 1);
  folder_ = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) throw system_error(Status::CannotCreate, name_.path);
  if (faccessat(folder_, ".", W_OK | X_OK, 0) != 0) {
    throw system_error(errno == EROFS ? Status::CannotCreate : Status::NotPermitted, name_.path);
  }
  plan.output_folders.push_back(folder_);
}

// Allow the folders to which links of these numbered names lead.
void Output::allow_links(SandboxPlan& plan) {
  DIR* const listing = fdopendir(openat(folder_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (listing == nullptr) return;  // a folder that may only be written
  std::set<std::string> seen;
  while (const dirent* entry = readdir(listing)) {
    const std::string name = entry->d_name;
    if ((entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) || !name.starts_with(name_.before) ||
        !name.ends_with(name_.after)) {
      continue;
    }
    const std::string to = follow_links(name, folder_);
    const std::string folder = to.substr(0, to.rfind('/') + 1);
    if (folder.empty() || !seen.insert(folder).second) continue;
    const int fd = openat(folder_, folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) continue;  // reported when the number is reached
    linked_folders_.push_back(fd);
    plan.output_folders.push_back(fd);
  }
  closedir(listing);
}

Output::~Output() {
  target_.reset();
  if (folder_ >= 0) close(folder_);
  for (const int folder : linked_folders_) close(folder);
}

std::string Output::numbered_name(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  if (digits.size() < name_.digits) digits.insert(0, name_.digits - digits.size(), '0');
  return name_.before + digits + name_.after;
}

void Output::choose(const std::vector<wire::StageInfo>& stages, const Size& size) {
  if (!batch_) return;
  const std::size_t input = batch_->input_of(stages);
  if (waits_ && input == batch_->current()) {
    waits_ = false;
    target_->discard();
    throw Error(Status::Usage, batch_->name() + ": there is more than one picture for this file");
  }
  settle();
  batch_->choose(input, size);
}

Target& Output::next() {
  ++begun_;
  open_ = true;
  if (batch_) {
    if (begun_ > 1 || !batch_->is_single_name()) target_.emplace(batch_->open(sync_));
  } else if (name_.numbered) {
    target_.emplace(Target::file(numbered_name(begun_), Sync::IfReplacing, folder_));
  } else if (!name_.path.empty() && begun_ > 1) {
    throw Error(Status::Usage,
                name_.path + ": there is more than one picture; number the files, as in out-%03d." + name_.extension);
  }
  return *target_;
}

Target* Output::current() { return open_ ? &*target_ : nullptr; }

void Output::complete() {
  if (batch_) {
    waits_ = true;
  } else if (name_.numbered) {
    target_->finish();
  } else if (name_.path.empty()) {
    target_->mark();
  }
  open_ = false;
  ++completed_;
}

void Output::settle() {
  if (!std::exchange(waits_, false)) return;
  if (batch_->has_failed()) return target_->discard();
  target_->finish();
  batch_->note_done();
}

void Output::finish() {
  if (batch_) return settle();
  if (!name_.numbered) target_->finish();
}

void Output::discard() {
  open_ = false;
  try {
    settle();
  } catch (const Error&) {
    // The first failure is reported; sl-batch sees that this file is missing.
  }
  if (target_) target_->discard();
}

}  // namespace sl
