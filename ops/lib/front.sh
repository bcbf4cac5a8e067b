# shellcheck shell=sh
# The ports and the nginx of ops/dev; needs ports.sh and processes.sh. $build, $VAR, $RUN and $LOGS
# are set.

# Sets $https, $http and $metrics.
claim_ports() {
    claim_port SYNCSTREAM_HTTPS_PORT "${SYNCSTREAM_HTTPS_PORT-}" 8443
    https=$port
    claim_port SYNCSTREAM_HTTP_PORT "${SYNCSTREAM_HTTP_PORT-}" 8080
    http=$port
    claim_port SYNCSTREAM_METRICS_PORT "${SYNCSTREAM_METRICS_PORT-}" 9180
    metrics=$port
    [ -z "${SYNCSTREAM_BENCH_PORT-}" ] ||
        claim_port SYNCSTREAM_BENCH_PORT "$SYNCSTREAM_BENCH_PORT" 0
}

# Self-signed, for this machine; made again in its last month.
make_certificate() {
    mkdir -p "$1"
    if openssl x509 -checkend 2592000 -noout -in "$1/certificate.pem" >/dev/null 2>&1; then return; fi
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 365 \
        -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' \
        -keyout "$1/key.pem" -out "$1/certificate.pem" 2>/dev/null
}

start_nginx() {
    make_certificate "$VAR/tls"
    BUILD=$build LOGS=$LOGS SHARE=$build HTML=$PWD/nginx/html ACME=$VAR/acme RUN_FOLDER=$RUN \
        CERTIFICATE=$VAR/tls/certificate.pem CERTIFICATE_KEY=$VAR/tls/key.pem \
        SYNCSTREAM_HTTPS_PORT=$https SYNCSTREAM_HTTP_PORT=$http SYNCSTREAM_METRICS_PORT=$metrics \
        ops/nginx-config "$VAR/nginx"
    keep nginx QUIT /usr/sbin/nginx -p "$VAR/nginx" -e "$LOGS/nginx.log" -c "$VAR/nginx/nginx.conf"
    note_keeper
}

is_healthy() { curl --insecure --fail --silent --max-time 2 "https://127.0.0.1:$https/api/v1/health"; }
