#include "common/process/settings.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "common/base/text.h"
#include "common/process/settings_table.h"

namespace {

using Kind = SettingKind;

constexpr std::string_view children_prefix = "CHILDREN_";

// An area's own CHILDREN_<AREA> is judged by the row that it overrides.
const Setting* find_or_area(std::string_view name) {
    return find_setting(name.starts_with(children_prefix) ? "CHILDREN" : name);
}

const Setting& get(std::string_view name, Kind kind) {
    const Setting* setting = find_setting(name);
    if (!setting || setting->kind != kind)
        throw std::logic_error("no setting of this kind: " + std::string(name));
    return *setting;
}

std::string in_force(const Setting& setting, const Settings::Values& given) {
    auto at = given.find(setting.name);
    if (at != given.end() && (setting.kind == Kind::list || !at->second.empty())) return at->second;
    return setting.computed ? setting.computed() : setting.fallback;
}

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path);
    std::string content;
    std::getline(file, content, '\0');
    if (!file.is_open() || file.bad()) return std::nullopt;
    return content;
}

bool has_password(std::string_view connection) {
    auto user = connection.find("://");
    auto host = connection.find('@');
    if (connection.find("password") != connection.npos) return true;
    return user != connection.npos && host != connection.npos &&
           connection.substr(user + 3, host - user).find(':') != connection.npos;
}

std::optional<std::string> fault(const Setting& setting, const std::string& value) {
    if (value.find_first_of("\r\n") != value.npos) return "must be one line";
    if (value.empty()) return std::nullopt;
    if (setting.kind == Kind::flag && value != "0" && value != "1") return "must be 0 or 1";
    if (setting.kind == Kind::text && setting.name == std::string_view("DATABASE_URL") &&
        has_password(value))
        return "must hold no password; DATABASE_PASSWORD does";
    if (setting.kind != Kind::number) return std::nullopt;
    auto number = parse_integer(value);
    if (number && *number >= setting.least && *number <= setting.most) return std::nullopt;
    return "must be a whole number, at least " + std::to_string(setting.least) +
           (setting.most == Setting{}.most ? "" : ", at most " + std::to_string(setting.most));
}

// Gathers values and what is wrong with them.
class Reader {
  public:
    explicit Reader(const Settings::Values& given) : given_(given) {
        for (const auto& [name, value] : given_)
            if (auto* setting = find_or_area(name); setting && setting->kind != Kind::secret)
                values[name] = value;
        if (auto path = given_of("SETTINGS_FILE"); !path.empty()) read_settings_file(path);
        for (const auto& [name, value] : values)
            if (auto wrong = fault(*find_or_area(name), value)) refuse(name, *wrong);
        for (const auto& setting : all_settings())
            if (setting.kind == Kind::secret) read_secret(setting.name);
    }

    void require(const Settings::Names& required) {
        for (auto name : required) {
            const Setting* setting = find_setting(name);
            if (!setting) throw std::logic_error("no such setting: " + std::string(name));
            bool missing = setting->kind == Kind::secret ? secrets[setting->name].empty()
                                                         : in_force(*setting, values).empty();
            if (missing) refuse(setting->name, "is missing");
        }
        if (!faults_.empty()) throw std::runtime_error("bad settings:" + faults_);
    }

    Settings::Values values;
    std::map<std::string, Secret> secrets;

  private:
    void refuse(const std::string& name, const std::string& why) {
        faults_ += "\n  " + name + " " + why;
    }

    std::string given_of(const std::string& name) const {
        auto at = given_.find(name);
        return at == given_.end() ? "" : at->second;
    }

    void read_settings_file(const std::string& path) {
        auto content = read_file(path);
        if (!content) return refuse("SETTINGS_FILE", "cannot be read: " + path);
        for (auto raw : split(*content, '\n')) {
            auto line = trim(raw);
            if (line.empty() || line[0] == '#') continue;
            auto equals = std::min(line.find('='), line.size());
            std::string name{trim(line.substr(0, equals))};
            auto value = trim(line.substr(std::min(equals + 1, line.size())));
            if (value.size() > 1 && value.front() == '"' && value.back() == '"')
                value = value.substr(1, value.size() - 2);
            read_line(name, value);
        }
    }

    void read_line(const std::string& name, std::string_view value) {
        static constexpr std::string_view file_ending = "_FILE";
        const Setting* setting = find_or_area(name);
        bool secret_file = name.ends_with(file_ending) &&
                           find_setting(name.substr(0, name.size() - file_ending.size()));
        if (secret_file) {
            given_[name] = value;
        } else if (!setting) {
            refuse(name, "is not a setting (in SETTINGS_FILE)");
        } else if (setting->kind == Kind::secret) {
            refuse(name, "is a secret: give its file as " + name + "_FILE");
        } else {
            values[name] = value;
        }
    }

    void read_secret(const std::string& name) {
        auto path = given_of(name + "_FILE");
        auto credentials = given_of("CREDENTIALS_DIRECTORY");
        auto credential = credentials.empty() ? std::nullopt : read_file(credentials + "/" + name);
        if (credential && trim(*credential).empty()) credential.reset();
        auto content = path.empty() ? credential : read_file(path);
        if (!path.empty() && !content) refuse(name + "_FILE", "cannot be read: " + path);
        secrets[name] = Secret{std::string(trim(content ? *content : given_of(name)))};
    }

    Settings::Values given_;
    std::string faults_;
};

}  // namespace

Settings Settings::from_environment(const Names& required) {
    Values given;
    for (char** entry = environ; *entry; ++entry) {
        std::string_view pair = *entry;
        if (auto equals = pair.find('='); equals != pair.npos)
            given.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return from(given, required);
}

Settings Settings::from(const Values& values, const Names& required) {
    Reader reader(values);
    reader.require(required);
    Settings settings;
    settings.values_ = std::move(reader.values);
    settings.secrets_ = std::move(reader.secrets);
    return settings;
}

std::string Settings::text(std::string_view name) const {
    return in_force(get(name, Kind::text), values_);
}

std::int64_t Settings::number(std::string_view name) const {
    return *parse_integer(in_force(get(name, Kind::number), values_));
}

bool Settings::flag(std::string_view name) const {
    return in_force(get(name, Kind::flag), values_) == "1";
}

std::vector<std::string> Settings::list(std::string_view name) const {
    std::vector<std::string> items;
    std::string value = in_force(get(name, Kind::list), values_);
    for (auto item : split(value, ','))
        if (auto trimmed = trim(item); !trimmed.empty()) items.emplace_back(trimmed);
    return items;
}

Secret Settings::secret(std::string_view name) const {
    return secrets_.at(get(name, Kind::secret).name);
}

std::int64_t Settings::children(std::string_view area) const {
    std::string name{children_prefix};
    for (char c : area) name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    auto own = values_.find(name);
    bool given = own != values_.end() && !own->second.empty();
    return given ? *parse_integer(own->second) : number("CHILDREN");
}

std::string Settings::describe() const {
    std::string text;
    for (const auto& setting : all_settings()) {
        bool secret = setting.kind == Kind::secret;
        text += std::string(setting.name) + "=";
        text += !secret                             ? in_force(setting, values_)
                : secrets_.at(setting.name).empty() ? "(not set)"
                                                    : "(set)";
        text += "\n";
    }
    for (const auto& [name, value] : values_)
        if (name.starts_with(children_prefix)) text += name + "=" + value + "\n";
    return text;
}

std::string Settings::example() {
    std::string text =
        "# Settings of SyncStream TV: NAME=value lines for SETTINGS_FILE or the environment.\n"
        "# What stands here as a comment is the default. Secrets are given as files.\n";
    for (const auto& setting : all_settings()) {
        std::string name = setting.name, fallback = setting.fallback;
        text += std::string("\n# ") + setting.sentence + "\n#" + name;
        if (setting.kind == Kind::secret)
            text += "_FILE=/etc/syncstream/secrets/" + name + "\n";
        else
            text += "=" + (fallback.find(' ') == fallback.npos ? fallback : '"' + fallback + '"') +
                    "\n";
    }
    return text;
}
