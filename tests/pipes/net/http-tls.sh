#!/bin/bash
# https needs a trusted certificate, and is never redirected to http.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
needs openssl
photo 640 480 x.jpg
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout key.pem -out certificate.pem 2> openssl.err
cat certificate.pem key.pem > both.pem
sl-encode -o whole.png x.jpg
start_server both.pem
fails 69 'certificate cannot be trusted' "https://localhost:$port/x.jpg"
for name in CURL_CA_BUNDLE SSL_CERT_FILE; do
  env $name="$PWD/certificate.pem" sl-encode .png "https://localhost:$port/x.jpg" | cmp - whole.png || fail "$name"
done
export CURL_CA_BUNDLE=$PWD/certificate.pem
fails 69 'certificate cannot be trusted' "https://127.0.0.1:$port/x.jpg"
fails 69 'protocol that is not followed' "https://localhost:$port/to=port:$port/x.jpg"
fails 66 'answers 404' "https://localhost:$port/none.jpg"
