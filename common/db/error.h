// What the database refused although the statement was ours: a bug, never an answer to a client.
// `answer()` logs it whole and says 500. Carries names and SQLSTATE, never parameters.
#pragma once

#include <stdexcept>
#include <string>

class DatabaseError : public std::runtime_error {
  public:
    explicit DatabaseError(const std::string& what, std::string sqlstate = {})
        : std::runtime_error(what), sqlstate_(std::move(sqlstate)) {}
    const std::string& sqlstate() const { return sqlstate_; }

  private:
    std::string sqlstate_;
};
