// Causes and exit statuses.

#include "libcore/stage/failure.h"

#include "libcore/process/launch.h"
#include "libcore/stage/identity.h"

namespace sl {

Cause cause_of(const Error& error) {
  const wire::StageInfo& own = identity().stage;
  if (!error.cause()) return {own.tool, own.host, static_cast<int>(error.status()), {}, error.what()};
  Cause cause = *error.cause();
  if (cause.tool.empty()) cause.tool = "the stage before " + own.tool;
  return cause;
}

Cause cause_of(const std::string& helper, const Ending& ending, const std::string& message) {
  return {helper, identity().stage.host, ending.code, ending.signal, message};
}

bool reports_itself(const Ending& ending) {
  return ending.code && *ending.code >= static_cast<int>(Status::Usage) &&
         *ending.code < static_cast<int>(Status::Upstream);
}

Status status_of(const Ending& ending) {
  return reports_itself(ending) ? static_cast<Status>(*ending.code) : Status::Upstream;
}

}  // namespace sl
