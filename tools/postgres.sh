#!/bin/sh
# Prints the folder of a PostgreSQL server's programs. Root on Debian gets one installed, without a
# cluster of its own: tests and benches start theirs (tools/postgres.py).
set -eu

found() {
    if command -v initdb >/dev/null && command -v postgres >/dev/null; then
        dirname "$(readlink -f "$(command -v initdb)")"
        return 0
    fi
    newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$newest" ] && [ -x "$newest/initdb" ] && [ -x "$newest/postgres" ] && echo "$newest"
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL for the tests ..." >&2
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/bursar.conf
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    found && exit 0
fi
echo "The tests need PostgreSQL: run 'sudo apt-get install postgresql' and try again." >&2
exit 1
