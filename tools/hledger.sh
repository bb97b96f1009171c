#!/bin/sh
# The export tests let hledger check our journals, Debian's own. Root on Debian gets it installed.
set -eu
command -v hledger >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing hledger for the export tests ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends hledger >/dev/null
    exit 0
fi
echo "The export tests need hledger: run 'sudo apt-get install hledger' and try again." >&2
exit 1
