// A database of a test's own beside the one that all tests share, with the newest schema and
// nothing in it, for tools that are programs: they connect by themselves and see only what was
// committed. It goes with the object. Needs the template that ops/test makes.
#pragma once

#include <string>

// What a program said, on both ways, and its exit status.
struct Ran {
    int status = 0;
    std::string output;
    bool says(const std::string& text) const { return output.find(text) != output.npos; }
};

class OwnDatabase {
  public:
    OwnDatabase();
    OwnDatabase(const OwnDatabase&) = delete;
    OwnDatabase& operator=(const OwnDatabase&) = delete;
    ~OwnDatabase();

    // Runs a line of shell with DATABASE_URL set to this database.
    Ran run(const std::string& command) const;
    // What the superuser gets for a statement: rows a line each, columns separated by `|`. Throws
    // std::runtime_error when it fails.
    std::string sql(const std::string& statement) const;

    // Connection string, as libpq takes it.
    const std::string& url() const { return url_; }

  private:
    std::string name_, url_;
};
