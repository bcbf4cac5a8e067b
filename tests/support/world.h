// The real thing, as `make run` starts it: PostgreSQL, both Redis, all workers and nginx, in a
// folder of its own and on free ports, for stories that live through what clients do. It ends with
// the object, and also when the test program dies.
//
// Every world has the plain-HTTP port, so that malformed requests can be written by hand, and no
// demonstration data. Worlds take some seconds to start, so suites share them: see `world_with`.
// Their folders are removed at the end, unless KEEP_WORLDS is set, for a look at the logs.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/processes.h"

class World {
  public:
    using Environment = std::map<std::string, std::string>;

    // `extra` are settings of the workers or of ops/dev. Throws std::runtime_error with what
    // ops/dev said when it does not become ready.
    explicit World(const Environment& extra);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    // Ends it; the command lines of what it left running, which is then killed.
    std::vector<std::string> stop();

    std::string url() const { return "https://localhost:" + std::to_string(ports_[0]); }
    int http_port() const { return ports_[1]; }      // redirects
    int operator_port() const { return ports_[2]; }  // figures
    int plain_port() const { return ports_[3]; }     // the routes, without TLS
    const std::string& folder() const { return folder_; }
    std::string certificate() const { return folder_ + "/tls/certificate.pem"; }

    // What the superuser gets for a statement: rows a line each, columns separated by `|`.
    // Throws std::runtime_error when it fails.
    std::string sql(const std::string& statement) const;

    // The processes. A pool is an area (`auth`) or its second one (`auth-hash`).
    std::vector<std::string> pools() const;
    pid_t master(const std::string& pool) const;
    std::vector<pid_t> children(const std::string& pool) const;
    pid_t postgres() const;
    pid_t redis(const std::string& name) const;  // `durable` or `cache`

    // What its programs have logged since this was asked the last time, and what must never be
    // found in it.
    std::string new_log();
    void keep_secret(const std::string& text) { secrets_.push_back(text); }
    const std::vector<std::string>& secrets() const { return secrets_; }

  private:
    void start(const Environment& extra);
    void run(const Environment& extra) const;
    void wait_until_ready();
    std::string said() const;
    bool mentions_folder(const Process& process) const;

    std::string folder_;
    std::vector<int> ports_;  // HTTPS, HTTP, operators', plain
    std::vector<std::string> secrets_;
    std::map<std::string, std::size_t> read_;  // of each log file
    pid_t process_ = 0;
};

// A world with these settings, started at the first call and kept until the test program ends.
// Rate limits and throttles by address are lifted in it unless the settings say otherwise.
World& world_with(World::Environment extra = {});
