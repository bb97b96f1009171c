#!/bin/sh
# The browser tests open pages in a real Chromium, Debian's own. Root on Debian gets it installed.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi
echo "The browser tests need Chromium: run 'sudo apt-get install chromium' and try again," >&2
echo "or leave them out with: make test ARGS='-m \"not browser\"'" >&2
exit 1
