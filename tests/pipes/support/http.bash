# Servers on loopback for the tests of URLs: sourced after lib.bash. They end with the test.
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR

# start_server [CERTIFICATE_AND_KEY]: http_server.py in this folder; its port is $port.
start_server() {
  local held answer
  mkfifo server.held server.answer
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/http_server.py" "$@" < server.held > server.answer &
  exec {held}> server.held {answer}< server.answer # the first stays open: it ends with this shell
  read -r port <&"$answer"
  rm server.held server.answer
}

# start_nginx: this folder, with ranges, at $url; requests in access.log, one "STATUS BYTES RANGE" a line.
start_nginx() {
  needs nginx
  local temporary
  port=$("$SL_PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  {
    echo "daemon off; worker_processes 1; pid nginx.pid; error_log error.log; user $(id -un) $(id -gn);"
    echo "events {} http { log_format short '\$status \$body_bytes_sent \$http_range'; access_log access.log short;"
    for temporary in client_body proxy fastcgi uwsgi scgi; do echo "${temporary}_temp_path $PWD/nginx.temporary;"; done
    echo "server { listen 127.0.0.1:$port; root $PWD; sendfile on; ${1:-} } }"
  } > nginx.conf
  nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/error.log" &
  nginx=$!
  trap 'kill $nginx; wait $nginx' EXIT
  url=http://127.0.0.1:$port
  for _ in $(seq 100); do
    ! (: < "/dev/tcp/127.0.0.1/$port") 2> none.err || return 0
    sleep 0.05
  done
  fail "nginx did not start: $(cat error.log)"
}

# fails STATUS PATTERN URL [OPTION...]: sl-encode ends with the status, prints one matching line, and leaves no file.
fails() {
  local status=$1 pattern=$2 url=$3
  shift 3
  expect_status "$status" sl-encode -o out.png "$@" -- "$url" 2> told.err
  one_line told.err "$pattern"
  absent out.png
}
