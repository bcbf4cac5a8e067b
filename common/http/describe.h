// What a worker says about itself (`--describe`): its routes as JSON, each with its OpenAPI 3.1
// operation. `ops/describe` makes nginx's locations and the served document from it.
#pragma once

#include <string>

#include "common/http/route.h"

std::string describe_routes(const std::string& area, const Routes& routes);
