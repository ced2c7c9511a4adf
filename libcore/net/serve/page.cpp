// Reads the page's files.

#include "libcore/net/serve/page.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <fstream>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/net/serve/request.h"

namespace sl::serve {

Page::Page(const std::string& folder, const std::string& query) {
  for (const char* name : {"page.html", "page.css", "page.js", "hls.min.js"}) {
    std::ostringstream text;
    if (!(text << std::ifstream(folder + "/" + name, std::ios::binary).rdbuf())) continue;
    std::string content = text.str();
    constexpr std::string_view placeholder = "@QUERY@";
    for (std::size_t at = 0;
         name == std::string_view("page.html") && (at = content.find(placeholder)) != content.npos;) {
      content.replace(at, placeholder.size(), query.empty() ? "" : "?" + query);
    }
    const bool is_page = parts_.empty();
    std::ostringstream tag;
    tag << '"' << std::hex << std::hash<std::string>()(content) << '"';
    parts_.push_back({is_page ? "/" : "/.player/" + std::string(name), content_type(name), tag.str(),
                      std::make_shared<const std::string>(std::move(content))});
  }
  if (parts_.empty() || parts_.front().type != content_type("page.html")) {
    throw Error(Status::Missing, folder + ": the player's page is missing in this installation");
  }
}

const Page::Part* Page::find(std::string_view path) const {
  const auto found = std::ranges::find(parts_, path, &Part::path);
  return found == parts_.end() ? nullptr : &*found;
}

std::string Page::installed_folder() {
  std::array<char, PATH_MAX> self{};
  const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
  if (length <= 0) throw system_error(Status::Missing, "/proc/self/exe");
  const std::string path(self.data(), static_cast<std::size_t>(length));
  return path.substr(0, path.rfind('/')) + "/../../share/streamlib/player";
}

}  // namespace sl::serve
