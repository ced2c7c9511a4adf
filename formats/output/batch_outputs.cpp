// Folders are opened before the sandbox, files after it.

#include "formats/output/batch_outputs.h"

#include <fcntl.h>
#include <unistd.h>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

}  // namespace

BatchOutputs::BatchOutputs(int ledger, SandboxPlan& plan) : ledger_(ledger) {
  const auto allow = [&](const std::string& folder) {
    const auto [place, is_new] = folders_.try_emplace(folder, -1);
    if (!is_new) return;
    place->second = ::open(folder.empty() ? "." : folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place->second < 0) throw system_error(Status::CannotCreate, folder);
    plan.output_folders.push_back(place->second);
  };
  for (const BatchLedger::Entry& entry : ledger_.entries()) {
    allow(folder_of(entry.output));
    if (entry.output.find('\0') == std::string::npos) allow(folder_of(follow_links(entry.output, AT_FDCWD)));
  }
}

BatchOutputs::~BatchOutputs() {
  for (const auto& [folder, fd] : folders_) {
    if (fd >= 0) close(fd);
  }
}

std::size_t BatchOutputs::input_of(const std::vector<wire::StageInfo>& stages) const {
  if (ledger_.entries().size() == 1) return 0;
  for (const wire::StageInfo& stage : stages) {
    if (stage.tool != batch_stage) continue;
    const auto entry = to_number<std::size_t>(std::string_view(stage.input).substr(stage.input.rfind('.') + 1));
    if (entry && *entry < ledger_.entries().size()) return *entry;
  }
  throw Error(Status::Data, "a picture comes without the name of its input");
}

void BatchOutputs::choose(std::size_t entry, const Size& size) {
  current_ = entry;
  size_ = size;
}

std::string BatchOutputs::name() const {
  std::string name;
  const std::string& pattern = ledger_.entries()[current_].output;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '\0') {
      name += pattern[i];
      continue;
    }
    if (!size_) throw Error(Status::Usage, "{width} and {height} are for pictures");
    name += std::to_string(pattern[++i] == 'w' ? size_->width : size_->height);
  }
  return name;
}

Target BatchOutputs::open(Sync sync) const {
  const std::string path = name(), folder = folder_of(path);
  if (is_single_name()) return Target::file(path, sync);
  return Target::file(path.substr(folder.size()), sync, folders_.at(folder));
}

}  // namespace sl
