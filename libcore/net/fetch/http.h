// One HTTP exchange at a time over libcurl, on connections that are kept: redirects, proxies, TLS and user names are
// libcurl's; what the answers mean is the caller's (resource.h).

#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sl::fetch {

// What the header of the last answer of an exchange said.
struct Answer {
  int code = 0;
  std::string entity_tag, last_modified, content_encoding, location;
  bool has_range = false;  // Content-Range: bytes FIRST-LAST/TOTAL, */TOTAL or FIRST-LAST/*
  std::optional<std::uint64_t> first, last, total;
  std::optional<std::uint64_t> length;  // of the body
  std::optional<std::int64_t> retry_after;
};
// Takes note of a line of a header; false for one that breaks the rules.
bool read_header_line(std::string_view line, Answer& answer);

// How an exchange ended that was not stopped.
struct Ending {
  CURLcode code = CURLE_OK;
  std::string detail;  // libcurl's words
  long os_error = 0;
};

class Http;

// The connections of all exchanges: one to a host that is free serves the next one too.
class Connections {
 public:
  Connections();  // throws Resources
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  // Does what can be done without waiting, for all exchanges.
  void run();
  // Waits at most so long for the network, or for `socket`: whether that one has something.
  [[nodiscard]] bool wait(int socket, int milliseconds);
  [[nodiscard]] std::uint64_t requests() const { return requests_; }

 private:
  friend class Http;
  CURLM* multi_;
  std::uint64_t requests_ = 0;
};

class Http {
 public:
  enum class Take { All, Pause, Stop };
  struct Receiver {
    std::function<bool(const Answer&)> head;  // once, before the body; false stops the exchange
    std::function<Take(std::span<const std::byte>)> body;
    std::function<void()> alive;  // anything came at all
  };
  struct Ask {
    bool ranged = true;
    std::uint64_t first = 0;
    std::optional<std::uint64_t> last;
    std::string if_range;
  };

  // Throws Error(Usage) where it is no URL. Redirects are followed, or else told of (`redirect_to`).
  Http(Connections& connections, const std::string& url, bool follows_redirects, Receiver receiver);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  void start(const Ask& ask);
  void stop();
  void resume();  // after a Pause
  [[nodiscard]] bool active() const { return active_; }
  [[nodiscard]] bool paused() const { return paused_; }
  [[nodiscard]] bool stopped() const { return stopped_; }  // by the receiver
  // How the exchange ended, once, if it did while the connections ran.
  std::optional<Ending> ended();

  // Later exchanges go where the redirects of the last one led; `return_to_start` takes that back, if it was so.
  void stay_where_redirected();
  bool return_to_start();
  // The URL that `location`, as a redirect has it, is from here; empty if it is none. And going there next time.
  [[nodiscard]] std::string redirected(const std::string& location) const;
  void go_to(std::string url) { url_ = std::move(url); }
  // Where exchanges go, without user and password.
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] bool is_connected() const;  // the last exchange got as far as sending its request

 private:
  friend class Connections;
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  void finished(CURLcode code);
  void use_url();
  void count_redirects();

  Connections& connections_;
  Receiver receiver_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  std::string start_, url_, user_, password_, error_;
  Answer answer_;
  bool active_ = false, paused_ = false, stopped_ = false, head_told_ = false;
  std::optional<Ending> ending_;  // until it is told
};

}  // namespace sl::fetch
