// The loop of a child: one FastCGI request after another through the worker. The door to libfcgi.
// What a request means is worker.h's; when to leave is process/prefork's.
#pragma once

#include "common/http/worker.h"
#include "common/process/metrics.h"
#include "common/process/prefork.h"

// Serves until the child is told to leave.
void serve_requests(Child& child, Worker& worker, Metrics& metrics);
