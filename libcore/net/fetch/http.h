// One HTTP exchange at a time over libcurl, on kept connections. libcurl does redirects, proxies, TLS and user names;
// the caller interprets the answers (resource.h).

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

// The header of an exchange's last answer.
struct Answer {
  int code = 0;
  std::string entity_tag, last_modified, content_encoding, location;
  bool has_range = false;  // Content-Range: bytes FIRST-LAST/TOTAL, */TOTAL or FIRST-LAST/*
  std::optional<std::uint64_t> first, last, total;
  std::optional<std::uint64_t> length;  // of the body
  std::optional<std::int64_t> retry_after;
};
// Read one line of a header into `answer`. Return false if the line is malformed.
bool read_header_line(std::string_view line, Answer& answer);

// The end of an exchange that was not stopped.
struct Ending {
  CURLcode code = CURLE_OK;
  std::string detail;  // libcurl's message
  long os_error = 0;
};

class Http;

// The connections of all exchanges: an idle one to a host serves the next exchange too.
class Connections {
 public:
  Connections();  // throws Resources
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  // Advance all exchanges without blocking.
  void run();
  // Block until the network or `socket` is readable, at most so long. Return whether `socket` is.
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
    std::function<void()> alive;  // for each piece of a header or a body
  };
  struct Ask {
    bool ranged = true;
    std::uint64_t first = 0;
    std::optional<std::uint64_t> last;
    std::string if_range;
  };

  // Throws Error(Usage) if `url` is no URL. A redirect that is not followed is an answer for the receiver.
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
  // Return once how the exchange ended, if it did while the connections ran.
  std::optional<Ending> ended();

  // Use the target of the last exchange's redirects for later exchanges. `return_to_start` undoes that and returns
  // whether there was anything to undo.
  void stay_where_redirected();
  bool return_to_start();
  // Resolve the `Location` of a redirect against the current URL; empty if the result is no URL.
  [[nodiscard]] std::string redirected(const std::string& location) const;
  void go_to(std::string url) { url_ = std::move(url); }
  // The URL of exchanges, without user and password.
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
  bool active_ = false, paused_ = false, stopped_ = false, head_delivered_ = false;
  std::optional<Ending> ending_;  // until ended() returns it
};

}  // namespace sl::fetch
