// The page with the player: files of the installation, read once and sent from memory, at paths that no served file
// can have.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sl::serve {

class Page {
 public:
  struct Part {
    std::string path;  // of the URL: "/.player/page.js"
    std::string_view type;
    std::string tag;
    std::shared_ptr<const std::string> text;
  };

  // Read the files in `folder`. Append `query` ("token=abc", or empty) to their names in page.html. Throws Missing if
  // that file is.
  Page(const std::string& folder, const std::string& query);

  // Return the part at the path of a URL ("/" is page.html), or null.
  [[nodiscard]] const Part* find(std::string_view path) const;

  // Return the page's folder in the installation of this executable.
  [[nodiscard]] static std::string installed_folder();

 private:
  std::vector<Part> parts_;
};

}  // namespace sl::serve
