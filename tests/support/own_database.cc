#include "tests/support/own_database.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace {

Ran run_in(const std::string& url, const std::string& command) {
    auto line = "export DATABASE_URL=\"" + url + "\"; { " + command + "\n} 2>&1";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(line.c_str(), "r"), pclose);
    if (!pipe) throw std::runtime_error("no shell");
    Ran ran;
    char part[4096];
    while (auto size = fread(part, 1, sizeof part, pipe.get())) ran.output.append(part, size);
    ran.status = WEXITSTATUS(pclose(pipe.release()));
    while (ran.output.ends_with('\n')) ran.output.pop_back();
    return ran;
}

std::string ask(const std::string& url, const std::string& statement) {
    auto ran = run_in(url,
                      "psql --dbname \"$DATABASE_URL\" -XAtq --set ON_ERROR_STOP=1 "
                      "<<'END_OF_STATEMENT'\n" +
                          statement + "\nEND_OF_STATEMENT");
    if (ran.status != 0) throw std::runtime_error(statement + ": " + ran.output);
    return ran.output;
}

std::string shared() {
    const char* url = std::getenv("TEST_DATABASE_URL");
    if (!url) throw std::runtime_error("TEST_DATABASE_URL is not set");
    return url;
}

}  // namespace

// The last name of a database in a connection string is the one that counts.
OwnDatabase::OwnDatabase()
    : name_("own_" + std::to_string(getpid())), url_(shared() + " dbname=" + name_) {
    ask(shared(), "drop database if exists " + name_ + ";");
    ask(shared(), "create database " + name_ + " template template_of_tests;");
}

OwnDatabase::~OwnDatabase() {
    run_in(shared(), "psql --dbname \"$DATABASE_URL\" -Xqc 'drop database " + name_ + "'");
}

Ran OwnDatabase::run(const std::string& command) const { return run_in(url_, command); }

std::string OwnDatabase::sql(const std::string& statement) const { return ask(url_, statement); }
