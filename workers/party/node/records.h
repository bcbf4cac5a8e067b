// What the party worker has to do with PostgreSQL, on threads of its own: the loops never wait for
// it, and a room goes on when it is away. Questions get their answers on the loop that asked; what
// is to be written waits in a bounded queue.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/problem.h"
#include "common/db/database.h"
#include "workers/party/room/change.h"
#include "workers/party/socket/loop.h"

namespace party {

class Records {
  public:
    // `make` is called on each of the threads.
    using Connect = std::function<std::unique_ptr<Database>()>;
    Records(const Connect& connect, int threads);
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;
    ~Records();

    // Does what waits, as long as the database answers, and takes nothing afterwards. To be called
    // when no loop asks any more and all that did are still there: the answers are theirs.
    void finish();

    // The person of a profile, or of the default one when it is empty. Nothing: there is no such
    // user, or it may not sign in. `away`: the database did not answer.
    void find_person(Loop& loop, const std::string& user, const std::string& profile,
                     const std::function<void(std::optional<Person>, bool away)>& done);

    // Runs `work` with the database, and then `done` on the loop with whether it went well. False:
    // too much waits already or this is finished, and it was not taken.
    bool run(Loop& loop, std::function<void(Database&)> work, std::function<void(bool well)> done);
    // The same for what nobody waits for. It is tried once more when the database was away.
    bool note(std::function<void(Database&)> work);
    std::size_t waiting() const;

  private:
    struct Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace party
