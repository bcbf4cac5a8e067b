// The socket on which a pool of children accepts connections. It outlives them: it comes from
// systemd, from the image of the program before a reload, or is opened here.
#pragma once

#include <string>

// Non-blocking and close-on-exec. In this order: handed over by `keep_for_exec`; inherited from
// systemd (LISTEN_PID, LISTEN_FDS=1: descriptor 3); opened at the unix path, mode 0660, and moved
// into place when it listens, so that a client never meets a name that refuses. Throws
// std::system_error or std::runtime_error.
int listening_socket(const std::string& path, int backlog);

// Lets the listener survive the coming exec, for `listening_socket` of the new image to find;
// `keep_no_longer` takes that back when the exec failed.
void keep_for_exec(int listener);
void keep_no_longer(int listener);
