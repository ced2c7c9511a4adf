// Which references of untrusted content may be opened: those to the origin of the user's URL, and those that --allow
// permits.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sl::fetch {

class Gate {
 public:
  // `url` is the user's, or empty. `allowed` are values of --allow: "HOST", "HOST:PORT", "SCHEME://HOST:PORT",
  // or a folder, which contains a "/" or is "." or "..". Throws Usage, and NoInput if a folder cannot be opened.
  Gate(const std::string& url, const std::vector<std::string>& allowed);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();

  // Return whether this URL may be requested: by http or https, and by https only if the allowed origin says so.
  [[nodiscard]] bool allows(const std::string& url) const;
  // Throw NotPermitted, naming the value of --allow that would permit it, if the URL is not allowed.
  void check(const std::string& url) const;
  // Return the value of --allow that would permit the reference; empty if no value can.
  [[nodiscard]] static std::string would_need(const std::string& reference);
  // Open a regular file beneath one of the folders; links and ".." in its path cannot lead out of it. Throws
  // NotPermitted and NoInput.
  [[nodiscard]] int open(const std::string& path) const;
  // Return the folders' paths, for Landlock.
  [[nodiscard]] std::vector<std::string> folders() const;

 private:
  struct Host {
    std::string scheme, host, port;  // scheme empty: http and https; port empty: the scheme's default
  };
  struct Folder {
    std::string path, real_path;  // the user's, made absolute; and without links
    int fd;
  };
  void add(const std::string& allowed);
  void add_folder(const std::string& path);

  std::vector<Host> hosts_;
  std::vector<Folder> folders_;
};

// Return "scheme" of "scheme:anything" as FFmpeg reads it (also "subfile,,start"), in lower case; empty for a path.
[[nodiscard]] std::string scheme_of(std::string_view reference);

}  // namespace sl::fetch
