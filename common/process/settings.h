// The settings of all programs. One table (in settings.cc) makes the readers here, what
// `--settings` prints, and the example file. Only a program's `main` reads settings; it hands
// their values to what it builds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.h"

// Values come from the environment and, over it, from the file that SETTINGS_FILE names, which a
// reload reads again. An empty value means the default, except for a list.
//
// A secret comes from the file that <NAME>_FILE names, or from $CREDENTIALS_DIRECTORY/<NAME>, or
// else, also when that is an empty file, from the environment variable <NAME> itself.
//
// Asking for a name that the table does not have, or by the wrong kind, is a std::logic_error.
class Settings {
  public:
    using Values = std::map<std::string, std::string>;
    using Names = std::vector<std::string_view>;

    // Throws std::runtime_error that names all faults at once: broken values, unreadable files,
    // and which of `required` have no value.
    static Settings from_environment(const Names& required = {});
    static Settings from(const Values& values, const Names& required = {});

    std::string text(std::string_view name) const;
    std::int64_t number(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;  // trimmed, no empty items
    Secret secret(std::string_view name) const;                  // empty when not set

    // How many children an area runs: CHILDREN_<AREA>, or else CHILDREN.
    std::int64_t children(std::string_view area) const;

    // The values in force, `NAME=value` a line; of secrets only whether they are set.
    std::string describe() const;
    // All settings with their sentences and defaults, in the form that SETTINGS_FILE has.
    static std::string example();

  private:
    Settings() = default;

    Values values_;  // only what was given, not the defaults
    std::map<std::string, Secret> secrets_;
};
