# The folder server, started by hand: sourced after lib.bash. It ends with the test.
unset http_proxy all_proxy
PATH=$PATH:$SL_BUILD/libexec/streamlib
needs curl

# serve DIR [HOST:]PORT [TOKEN_FILE]: its URL, without the last slash, is $url, its process $server.
serve() {
  test-serve "$@" > served.url 2> serve.err &
  server=$!
  trap 'kill $server 2> none.err || true' EXIT
  for _ in $(seq 200); do
    [ ! -s served.url ] || break
    kill -0 "$server" 2> none.err || fail "the server did not start"
    sleep 0.05
  done
  url=$(cat served.url)
  url=${url%/}
}

# get PATH [OPTION...]: head and body to got.head and got.body; the status is $status.
get() {
  local path=$1
  shift
  status=$(curl -s --path-as-is -D got.head -o got.body -w '%{http_code}' "$@" "$url$path") || true
}

# says STATUS PATTERN PATH [OPTION...]: the answer has this status, and its head this line.
says() {
  local expected=$1 pattern=$2
  shift 2
  get "$@"
  [ "$status" = "$expected" ] || fail "$status instead of $expected: $(head -c 200 <<< "$*")"
  grep -qix -- "$pattern."'\?' got.head || fail "no \"$pattern\" in the answer to $(head -c 200 <<< "$*"): $(cat got.head)"
}

# live_playlist FIRST SEGMENTS PARTS: three parts of 0.5 s a segment, and so many of the next; appears by rename.
live_playlist() {
  local first=$1 segments=$2 parts=$3 i p last
  last=$((first + segments))
  {
    printf '#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n#EXT-X-PART-INF:PART-TARGET=0.5\n'
    printf '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=6,PART-HOLD-BACK=1.5\n#EXT-X-MEDIA-SEQUENCE:%s\n' "$first"
    for ((i = first; i <= last; ++i)); do
      for ((p = 0; p < (i < last ? 3 : parts); ++p)); do
        [ "$i" -lt $((last - 1)) ] || printf '#EXT-X-PART:DURATION=0.5,URI="part%s.%s.m4s"\n' "$i" "$p"
      done
      [ "$i" = "$last" ] || printf '#EXTINF:1.5,\nseg%s.m4s\n' "$i"
    done
    printf '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part%s.%s.m4s"\n' "$last" "$parts"
  } > dir/.live.tmp
  mv dir/.live.tmp dir/live.m3u8
}
