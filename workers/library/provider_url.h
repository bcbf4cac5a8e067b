// What the URL of a provider says. People paste the address that they were given, and it often
// holds user name and password: those are taken out, so that they can be sealed and the rest shown.
#pragma once

#include <string>
#include <string_view>

namespace library {

struct ProviderUrl {
    std::string shown;               // without anything that may be secret
    bool whole = true;               // `shown` is all of it, as it was sent
    std::string username, password;  // that it carried; often empty
    bool is_file = false;            // a file of channels rather than a panel
};

// `url` must be one (common/base/text.h). Recognised are credentials before the host, in the query
// (`get.php?username=..&password=..`) and in the path (`/live/user/pass/1.ts`). Of a query only
// what is known to be harmless is shown: tokens come under any name.
ProviderUrl read_provider_url(std::string_view url);

// Addresses to paste into a player, for a panel of which `shown` is any address.
struct PanelLinks {
    std::string m3u, player_api, epg;
};
PanelLinks panel_links(std::string_view shown, std::string_view username,
                       std::string_view password);

}  // namespace library
