// sl-put: the process that sends a folder of HLS to a web server, file by file, as sl-hls orders on a socket:
// "+NAME\n" for a file that has appeared, "-NAME\n" for one that was deleted.
//
// The server must not have a playlist before the files that it names. sl-hls announces a file before it writes the
// playlist that names it. So read the playlist's text first, then send all files announced by then, then that text.

#include <curl/curl.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/url.h"
#include "libcore/net/fetch/network_paths.h"
#include "libcore/process/launch.h"
#include "libcore/process/sandbox.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int orders = STDIN_FILENO, folder = STDERR_FILENO + 1;

[[noreturn]] void fail(sl::Status status, const std::string& message) {
  std::fprintf(stderr, "sl-hls: %s\n", sl::printable(message).c_str());
  std::_Exit(static_cast<int>(status));
}

// Return the whole file; nothing if it does not exist any more.
std::optional<std::string> text_of(const std::string& name) {
  const int fd = openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> buffer{};
  for (ssize_t count = 0; (count = read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(fd);
  return text;
}

class Server {
 public:
  explicit Server(std::string url) : url_(std::move(url)), curl_(curl_easy_init()) {
    if (curl_ == nullptr) fail(sl::Status::Resources, "out of memory");
    if (!url_.ends_with('/')) url_ += '/';
    headers_ = curl_slist_append(curl_slist_append(nullptr, "Expect:"), "Cache-Control: no-cache");
  }
  ~Server() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(curl_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  struct Answer {
    bool done = false, again = false;
    std::string why;
    sl::Status status = sl::Status::Unavailable;
  };
  Answer send(const std::string& name, const std::string* body) {
    body_ = body != nullptr ? std::string_view(*body) : std::string_view();
    sent_ = 0;
    curl_easy_reset(curl_);
    const std::string url = url_ + name;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, 10L);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, 20L);
    set(CURLOPT_HTTPHEADER, headers_);
    set(
        CURLOPT_WRITEFUNCTION, +[](char*, std::size_t size, std::size_t count, void*) { return size * count; });
    if (body == nullptr) {
      set(CURLOPT_CUSTOMREQUEST, "DELETE");
    } else {
      set(CURLOPT_UPLOAD, 1L);
      set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body->size()));
      set(CURLOPT_READFUNCTION, &Server::read_body);
      set(CURLOPT_READDATA, this);
      set(CURLOPT_SEEKFUNCTION, &Server::rewind);
      set(CURLOPT_SEEKDATA, this);
    }
    const CURLcode code = curl_easy_perform(curl_);
    if (code != CURLE_OK) return {false, true, curl_easy_strerror(code)};
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    if (status / 100 == 2 || (body == nullptr && status == 404)) return {true, false, {}};
    const bool forbidden = status == 401 || status == 403 || status == 407;
    return {false, status / 100 == 5 || status == 429 || status == 408, "HTTP status " + std::to_string(status),
            forbidden ? sl::Status::NotPermitted : sl::Status::Unavailable};
  }
  [[nodiscard]] std::string name_of(const std::string& file) const { return sl::without_secrets(url_ + file); }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }
  static std::size_t read_body(char* to, std::size_t size, std::size_t count, void* self) {
    auto& server = *static_cast<Server*>(self);
    const std::size_t now = std::min(size * count, server.body_.size() - server.sent_);
    std::memcpy(to, server.body_.data() + server.sent_, now);
    server.sent_ += now;
    return now;
  }
  static int rewind(void* self, curl_off_t offset, int) {
    static_cast<Server*>(self)->sent_ = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
  }

  std::string url_;
  CURL* curl_;
  curl_slist* headers_ = nullptr;
  std::string_view body_;
  std::size_t sent_ = 0;
};

class Mirror {
 public:
  explicit Mirror(std::string url) : server_(std::move(url)) {}

  void run() {
    while (!ended_ || !files_.empty() || !playlists_.empty() || !deleted_.empty()) {
      if (files_.empty() && playlists_.empty() && deleted_.empty()) {
        take_orders(-1);
        continue;
      }
      std::map<std::string, std::string> texts;
      for (const std::string& name : playlists_) {
        if (auto text = text_of(name)) texts[name] = std::move(*text);
      }
      playlists_.clear();
      take_orders(0);
      const std::string master = "index.m3u8";
      if (!put_files()) {
        // The texts name missing files. There are newer texts, or those files would not have been deleted.
        for (const auto& [name, text] : texts) order('+', name);
        continue;
      }
      for (const auto& [name, text] : texts) {
        if (name != master) put(name, text);
      }
      if (texts.contains(master)) put(master, texts[master]);
      for (const std::string& name : std::exchange(deleted_, {})) remove(name);
    }
  }

 private:
  // Read orders. Block up to `patience` milliseconds for the first; -1: for ever.
  void take_orders(int patience) {
    pollfd wait{orders, POLLIN, 0};
    while (!ended_ && poll(&wait, 1, patience) > 0) {
      std::array<char, 4096> buffer{};
      const ssize_t count = read(orders, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        ended_ = true;
        constexpr std::chrono::seconds last_patience(10);
        deadline_ = Clock::now() + last_patience;
        return;
      }
      text_.append(buffer.data(), static_cast<std::size_t>(count));
      for (std::size_t end = 0; (end = text_.find('\n')) != std::string::npos; text_.erase(0, end + 1)) {
        order(text_[0], text_.substr(1, end - 1));
      }
      patience = 0;
    }
  }

  // Return false if some files were deleted before the server took them.
  bool put_files() {
    std::size_t late = 0;
    for (const std::string& name : std::exchange(files_, {})) {
      const auto text = text_of(name);
      if (!text || !put(name, *text)) ++late;
    }
    late += std::exchange(never_sent_, 0);
    if (late != 0) {
      std::fprintf(stderr, "sl-hls: %s: %zu files were deleted before it took them\n",
                   sl::printable(server_.name_of("")).c_str(), late);
    }
    return late == 0;
  }

  void order(char what, const std::string& name) {
    if (what == '-') {
      const auto waiting = std::ranges::find(files_, name);
      if (waiting == files_.end()) return deleted_.push_back(name);
      files_.erase(waiting);
      ++never_sent_;
    } else if (name.ends_with(".m3u8")) {
      if (std::ranges::find(playlists_, name) == playlists_.end()) playlists_.push_back(name);
    } else {
      files_.push_back(name);
    }
  }

  // Retry until the server has the file. Return false if it was deleted meanwhile. Exit if the first request fails, or
  // if retrying is no use.
  bool put(const std::string& name, const std::string& text) {
    for (auto pause = std::chrono::milliseconds(250);; pause = std::min(pause * 2, std::chrono::milliseconds(5000))) {
      const Server::Answer answer = server_.send(name, &text);
      if (answer.done) {
        heard_ = true;
        reported_ = false;
        return true;
      }
      const std::string message = server_.name_of(name) + ": " + answer.why;
      if (!answer.again || !heard_ || (ended_ && Clock::now() >= deadline_)) fail(answer.status, message);
      if (!std::exchange(reported_, true)) {
        std::fprintf(stderr, "sl-hls: %s: retrying\n", sl::printable(message).c_str());
      }
      const auto until = Clock::now() + pause;
      while (Clock::now() < until) {
        take_orders(50);
        if (ended_) poll(nullptr, 0, 50);
      }
      if (!name.ends_with(".m3u8") && faccessat(folder, name.c_str(), F_OK, 0) != 0) return false;
    }
  }

  void remove(const std::string& name) {
    const Server::Answer answer = server_.send(name, nullptr);
    if (!answer.done && !std::exchange(reported_, true)) {
      std::fprintf(stderr, "sl-hls: %s: cannot be deleted: %s\n", sl::printable(server_.name_of(name)).c_str(),
                   answer.why.c_str());
    }
  }

  Server server_;
  std::string text_;
  std::deque<std::string> files_, playlists_, deleted_;
  std::size_t never_sent_ = 0;  // files deleted before they were sent, since the last put_files()
  bool ended_ = false, heard_ = false, reported_ = false;
  Clock::time_point deadline_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("sl-put: is started by sl-hls, for --to\n", stderr);
    return static_cast<int>(sl::Status::Usage);
  }
  sl::die_with_parent(std::atoi(argv[1]));
  close_range(folder + 1, ~0U, 0);
  // Leave interrupts to sl-hls, which still has to end its playlists.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  std::vector<std::string> paths = sl::fetch::network_paths();
  paths.push_back("/proc/self/fd/" + std::to_string(folder));
  (void)sl::confine_to_network(paths);
  try {
    Mirror(argv[2]).run();
  } catch (const std::exception& error) {
    fail(sl::Status::Resources, error.what());
  }
  return 0;
}
