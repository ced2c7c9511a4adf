// What may be opened because something that came from outside refers to it: the origin that the user named, and what
// --allow says.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sl::fetch {

class Gate {
 public:
  // `url` is what the user named, or empty. `allowed` are values of --allow: "HOST", "HOST:PORT", "SCHEME://HOST:PORT",
  // or a folder, which has a "/" in it or is "." or "..". Throws Usage, and NoInput where a folder is none.
  Gate(const std::string& url, const std::vector<std::string>& allowed);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();

  // Whether this URL may be asked for. By http and https, and never less safely than the origin allowed says.
  [[nodiscard]] bool allows(const std::string& url) const;
  // Throws NotPermitted, naming the reference and what would allow it, where it is not.
  void check(const std::string& url) const;
  // What --allow would have to say for that; empty where nothing helps.
  [[nodiscard]] static std::string would_need(const std::string& reference);
  // Opens a regular file that lies beneath one of the folders, whatever links and ".." are in its path. Throws
  // NotPermitted and NoInput.
  [[nodiscard]] int open(const std::string& path) const;
  // Paths of the folders, for Landlock.
  [[nodiscard]] std::vector<std::string> folders() const;

 private:
  struct Host {
    std::string scheme, host, port;  // scheme empty: http and https; port empty: that of the scheme
  };
  struct Folder {
    std::string path, real_path;  // as it was given, made absolute; and without links
    int fd;
  };
  void add(const std::string& allowed);
  void add_folder(const std::string& path);

  std::vector<Host> hosts_;
  std::vector<Folder> folders_;
};

// "scheme" of "scheme:anything" as FFmpeg reads it (also "subfile,,start"), in lower case; empty of a path.
[[nodiscard]] std::string scheme_of(std::string_view reference);

}  // namespace sl::fetch
