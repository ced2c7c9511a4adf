// HTTP by libmicrohttpd, in one thread: connections and their limits, requests that wait, the loop.
//
// libmicrohttpd closes silent connections, but not those that send a byte now and then. So each connection has a
// deadline: for the end of a request's header, or for the end of an answer at a modest rate.

#pragma once

#include <microhttpd.h>

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>

#include "libcore/net/serve/site.h"

namespace sl::serve {

struct ServerLimits {
  unsigned connections = 1000;
  std::size_t connection_bytes = 16 << 10;  // a request's line and header, and the answer's
  std::chrono::seconds first_request{10};   // for a new connection to send one
  std::chrono::seconds next_request{60};    // longer than players wait between two
  std::chrono::seconds answer{30};          // for the client to receive it, and a second more for each 16 KiB
  unsigned silence = 60;                    // seconds without a byte in either direction
  std::chrono::seconds ending{2};           // for answers under way
};

class Server {
 public:
  // Take over the listening socket. `site` and `folder` outlive the server. Throws Resources.
  Server(int listener, Site& site, Folder& folder, const ServerLimits& limits);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Serve until one of these descriptors is readable or closed.
  void run(int parent, int signals);

 private:
  struct Connection {
    int socket;
    Clock::time_point until;
    std::list<Connection>::iterator self;
  };
  struct Exchange {
    Request request;
    std::optional<Answer> answer;
    MHD_Connection* connection = nullptr;
    Connection* owner = nullptr;
    bool is_waiting = false;
    std::list<Exchange>::iterator self;
  };

  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                               const char* version, const char* data, std::size_t* size, void** exchange);
  static void on_completed(void* self, MHD_Connection* connection, void** exchange, MHD_RequestTerminationCode why);
  static void on_connection(void* self, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode what);

  MHD_Result advance(Exchange& exchange);
  MHD_Result send(Exchange& exchange);
  void look_again(bool has_changed, bool may_wait);
  void close_late();
  [[nodiscard]] std::chrono::milliseconds step() const;
  [[nodiscard]] int time_to_wait() const;
  void end();

  Site& site_;
  Folder& folder_;
  ServerLimits limits_;
  std::list<Connection> connections_;
  std::list<Exchange> exchanges_;
  std::size_t waiting_ = 0;
  bool is_ending_ = false;
  int listener_;
  MHD_Daemon* daemon_;
};

}  // namespace sl::serve
