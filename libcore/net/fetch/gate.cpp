// Hosts and folders that are allowed.

#include "libcore/net/fetch/gate.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/net/fetch/url.h"

namespace sl::fetch {

namespace {

std::string absolute(const std::string& path) {
  std::error_code error;
  std::string text = std::filesystem::absolute(path, error).lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

// Return `path` relative to `folder`, if it lies beneath it.
std::optional<std::string> beneath(const std::string& folder, const std::string& path) {
  if (folder == "/") return path.substr(1);
  if (!path.starts_with(folder + "/")) return std::nullopt;
  return path.substr(folder.size() + 1);
}

Error refused(const std::string& reference) {
  const std::string needed = Gate::would_need(reference);
  return {Status::NotPermitted, "is not opened" + (needed.empty() ? "" : " without --allow " + printable(needed, 300))};
}

}  // namespace

std::string scheme_of(std::string_view reference) {
  const std::size_t end = reference.find_first_of(":,/?#");
  if (end == std::string_view::npos || (reference[end] != ':' && reference[end] != ',')) return {};
  // FFmpeg has options between commas and a colon; without a colon the comma belongs to a file's name.
  if (reference[end] == ',' && reference.find(':', end) == std::string_view::npos) return {};
  std::string scheme(reference.substr(0, end));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return scheme;
}

Gate::Gate(const std::string& url, const std::vector<std::string>& allowed) {
  if (!url.empty()) {
    const Url parsed(url);
    if (parsed.good()) hosts_.push_back({parsed.scheme(), parsed.host(), parsed.port()});
  }
  for (const std::string& each : allowed) add(each);
}

Gate::~Gate() {
  for (const Folder& folder : folders_) close(folder.fd);
}

void Gate::add(const std::string& allowed) {
  const bool origin = allowed.find("://") != std::string::npos;
  if (!origin && (allowed.find('/') != std::string::npos || allowed == "." || allowed == "..")) {
    return add_folder(allowed);
  }
  const Url parsed(origin ? allowed : "http://" + allowed);
  const bool http = parsed.scheme() == "http" || parsed.scheme() == "https";
  if (!parsed.good() || !http || parsed.path() != "/" || !parsed.user().empty()) {
    bad_value("--allow", allowed,
              "is not HOST, HOST:PORT, http://HOST:PORT, https://HOST:PORT or a folder (./ or /path)");
  }
  if (origin) {
    hosts_.push_back({parsed.scheme(), parsed.host(), parsed.port()});
  } else {
    hosts_.push_back({"", parsed.host(), parsed.has_own_port() ? parsed.port() : ""});
  }
}

void Gate::add_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw system_error(Status::NoInput, "--allow " + printable(path, 300));
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
  folders_.push_back({absolute(path), real ? real.get() : absolute(path), fd});
}

bool Gate::allows(const std::string& url) const {
  const Url parsed(url);
  const std::string scheme = parsed.scheme();
  if (!parsed.good() || (scheme != "http" && scheme != "https")) return false;
  return std::ranges::any_of(hosts_, [&](const Host& host) {
    return (host.scheme.empty() || host.scheme == scheme) && host.host == parsed.host() &&
           (host.port.empty() ? (scheme == "http" ? "80" : "443") : host.port) == parsed.port();
  });
}

void Gate::check(const std::string& reference) const {
  if (!allows(reference)) throw refused(reference);
}

std::string Gate::would_need(const std::string& reference) {
  const std::string scheme = scheme_of(reference);
  if (scheme.empty()) {
    const std::string folder = reference.substr(0, reference.rfind('/') + 1);
    return folder.empty() ? "./" : folder;
  }
  const Url parsed(reference);
  if ((scheme != "http" && scheme != "https") || !parsed.good()) return {};
  return parsed.host() + (parsed.port() == (scheme == "http" ? "80" : "443") ? "" : ":" + parsed.port());
}

int Gate::open(const std::string& path) const {
  const std::string requested = absolute(path);
  for (const Folder& folder : folders_) {
    auto inside = beneath(folder.path, requested);
    if (!inside) inside = beneath(folder.real_path, requested);
    if (!inside || inside->empty()) continue;
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;  // the kernel stops links and ".." that lead out
    const int fd = static_cast<int>(syscall(SYS_openat2, folder.fd, inside->c_str(), &how, sizeof(how)));
    if (fd < 0 && (errno == EXDEV || errno == ELOOP)) {
      throw Error(Status::NotPermitted, "leads out of the folder that is allowed");
    }
    if (fd < 0) {
      const Status status = errno == EACCES || errno == EPERM ? Status::NotPermitted : Status::NoInput;
      throw Error(status, std::strerror(errno));
    }
    struct stat info {};
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
    close(fd);
    throw Error(Status::NotPermitted, "is no file");
  }
  throw refused(path);
}

std::vector<std::string> Gate::folders() const {
  std::vector<std::string> paths;
  for (const Folder& folder : folders_) paths.push_back(folder.real_path);
  return paths;
}

}  // namespace sl::fetch
