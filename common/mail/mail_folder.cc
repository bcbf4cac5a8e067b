#include "common/mail/mail_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A descriptor that is closed whatever happens.
class File {
  public:
    explicit File(const std::string& path)
        : descriptor_(
              open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)) {
        if (descriptor_ < 0) fail("open");
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { close(descriptor_); }

    void write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            auto written = write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("write");
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        if (fsync(descriptor_) < 0) fail("fsync");
    }

  private:
    int descriptor_;
};

}  // namespace

MailFolder::MailFolder(std::string folder, Mailbox sender)
    : folder_(std::move(folder)), sender_(std::move(sender)) {
    if (!std::filesystem::create_directories(folder_)) return;
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
}

void MailFolder::carry(const Mail& mail) {
    auto path = folder_ + "/" + mail.id.text() + ".eml";
    auto unfinished = folder_ + "/." + mail.id.text() + ".new";
    File{unfinished}.write_all(compose(mail, sender_).reveal());
    if (std::rename(unfinished.c_str(), path.c_str()) < 0) fail("rename");
}
