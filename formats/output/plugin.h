// Formats that are executables: description files in the formats folder of the installation (../share/streamlib/formats
// beside the commands) and in the folders of SL_FORMATS. docs/plug-ins.md is the manual.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/bytes/source.h"
#include "libcore/process/launch.h"

namespace sl {

struct Plugin {
  struct Magic {
    std::size_t offset = 0;
    std::string bytes;
  };
  std::string file;  // the description's path, for messages
  std::string name;
  std::vector<std::string> extensions;
  std::vector<Magic> magic;                 // any of them
  std::vector<std::string> decode, encode;  // command lines: bytes to wire, wire to bytes; empty: cannot
  std::vector<std::string> reads;  // paths the commands may read and execute besides their own folder and the system's
  bool trusted = false;            // part of our own installation: not confined
};

// Return all descriptions. Throw Error(Missing) with file and line of a malformed one.
[[nodiscard]] std::vector<Plugin> find_plugins();
[[nodiscard]] std::optional<Plugin> find_plugin_by_content(std::span<const std::byte> head);
[[nodiscard]] std::optional<Plugin> find_plugin_by_extension(std::string_view extension);

// How many first bytes a description's magic may look at.
inline constexpr std::size_t plugin_magic_bytes = 4096;

// Start a plug-in's command under Landlock (read and execute only the files it names), with these descriptors as
// standard input and output. It dies with this process. Throws Missing or Resources.
[[nodiscard]] Helper start_plugin(const Plugin& plugin, const std::vector<std::string>& command, int input, int output);

// Start a process that writes all of `source`, from its start, into a pipe, and return the reading end: a plug-in also
// needs bytes that were already read, or that come from sl-fetch. Takes the source's descriptor.
[[nodiscard]] int start_feeder(Source& source);

}  // namespace sl
