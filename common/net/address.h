// Which addresses of the Internet a request may go to when a user chose them: none of ours, none
// that is private, local, reserved or for documentation, in whatever notation IPv6 wraps it. Used
// by net/client.
#pragma once

struct sockaddr;

// By the numeric address and port, after all names are resolved. False for the families that are
// not IPv4 or IPv6, for ports of well-known services other than the web, and for an address that
// one of this machine's interfaces has.
bool public_destination(const sockaddr& address);
