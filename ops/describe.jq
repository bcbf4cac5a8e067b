# What ops/describe makes; the input is the list of what the workers print with --describe:
# {area, routes: [{method, path, pool, body_limit, operator, operation}], schemas: {name: schema}}.
# `pool` is "hot" or "hash" (Argon2, served by a second, small instance of the program), or
# "websocket": programs that speak HTTP themselves, each at a socket of its own; which they are is
# filled in by ops/nginx-config.

def default_body_limit: 1048576;

def routes: map(.area as $area | .routes[] | . + {$area});

# "/api/v1/profiles/{id}/select" -> "/api/v1/profiles"
def prefix: .path | split("/{")[0];

def upstream_name: "syncstream_\(.area)";

# A regular expression that matches the path of a route.
def pattern: .path | gsub("\\."; "\\.") | gsub("{[^}]+}"; "[^/]+") | "^\(.)$";

def areas_with_hash_pool: [routes[] | select(.pool == "hash") | .area] | unique;

# One entry for each prefix: {prefix, area, pools, body_limit}.
def prefixes:
    group_by(prefix)
    | map({
        prefix: (.[0] | prefix),
        area: .[0].area,
        areas: ([.[].area] | unique),
        websocket: any(.pool == "websocket"),
        body_limit: ([.[].body_limit // default_body_limit] | max)
    })
    | map(if (.areas | length) > 1
          then error("the prefix \(.prefix) is claimed by \(.areas | join(" and "))") else . end);

def websocket_areas: [routes[] | select(.pool == "websocket") | .area] | unique;

def upstreams:
    areas_with_hash_pool as $hashing
    | (
        websocket_areas[]
        | "upstream syncstream_\(.) {",
          "    zone syncstream_\(.) 64k; # what is counted, is counted for all processes of nginx",
          "    least_conn;",
          "    @\(ascii_upcase)_SERVERS@",
          "}"
      ),
      (
        ([routes[].area] | unique) - websocket_areas | .[]
        | "upstream syncstream_\(.) { server unix:@RUN@/\(.).sock; }",
          if IN($hashing[]) then "upstream syncstream_\(.)_hash { server unix:@RUN@/\(.)-hash.sock; }"
          else empty end
      ),
      (
        . as $workers | $hashing[] as $area
        | "map \"$request_method:$uri\" $\($area)_pool {",
          "    default syncstream_\($area);",
          ($workers | routes[] | select(.area == $area and .pool == "hash")
              | "    \"~^\(.method):\(pattern[1:])\" syncstream_\($area)_hash;"),
          "}"
      );

def location($hashing):
    "location \(.prefix) {",
    if .body_limit != default_body_limit then "    client_max_body_size \(.body_limit);" else empty end,
    if .websocket then
        "    include @FOLDER@/websocket.conf;",
        "    proxy_pass http://syncstream_\(.area);"
    elif .area | IN($hashing[]) then "    fastcgi_pass $\(.area)_pool;"
    else "    fastcgi_pass syncstream_\(.area);" end,
    "}";

# What no worker claims goes to `status`, which has the root: its answer is in the client's language.
def locations:
    areas_with_hash_pool as $hashing
    | (routes | map(select(.operator | not)) | prefixes[] | location($hashing)),
      (routes[] | select(.operator) | "location ~ \"\(pattern)\" { return 404; }");

def operator_locations:
    areas_with_hash_pool as $hashing
    | routes | map(select(.operator)) | prefixes[] | location($hashing);

def merged_schemas:
    map(.area as $area | .schemas // {} | to_entries[] | . + {$area})
    | group_by(.key)
    | map(if (map(.value) | unique | length) > 1
          then error("the schema \(.[0].key) differs between \(map(.area) | join(" and "))") else .[0] end)
    | from_entries;

def paths:
    routes | map(select((.operator | not) and .operation))
    | group_by(.path)
    | map({key: .[0].path, value: (map({key: (.method | ascii_downcase), value: .operation}) | from_entries)})
    | from_entries;

def openapi: {
    openapi: "3.1.0",
    info: {
        title: "SyncStream TV",
        version: "1",
        description: "Accounts, profiles, libraries and watch parties of SyncStream TV."
    },
    servers: [{url: "/"}],
    security: [{bearer: []}, {cookie: []}],
    paths: paths,
    components: {
        securitySchemes: {
            bearer: {type: "http", scheme: "bearer", bearerFormat: "JWT"},
            cookie: {type: "apiKey", in: "cookie", name: "auth"}
        },
        schemas: merged_schemas
    }
};
