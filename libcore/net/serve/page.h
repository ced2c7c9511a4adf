// The page with the player: files of the installation, read once and sent from memory, at names that no file of the
// folder can have.

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

  // Reads the files in this folder; `query` ("token=abc", or empty) is put to the names of the others in page.html.
  // Throws Missing if that one is not there.
  Page(const std::string& folder, const std::string& query);

  // By the path of a URL; "/" is page.html. Null if there is no such part.
  [[nodiscard]] const Part* find(std::string_view path) const;

  // The folder of the installation that this executable belongs to.
  [[nodiscard]] static std::string installed_folder();

 private:
  std::vector<Part> parts_;
};

}  // namespace sl::serve
