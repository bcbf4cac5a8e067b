// The routes of the whole area, in the order in which they are matched.
#pragma once

#include "workers/library/favorites.h"
#include "workers/library/playlists.h"
#include "workers/library/progress.h"
#include "workers/library/sync.h"

namespace library {

Routes routes(Playlists& playlists, Favorites& favorites, ProgressReports& progress, Sync& sync);

}  // namespace library
