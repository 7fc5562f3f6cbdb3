#!/bin/sh
# Prints the path of an nginx. NGINX names one; else the one on PATH; else, as root on Debian or Ubuntu, the system's
# package is installed, without starting it. Otherwise says what to do, and fails.
set -eu
PATH="$PATH:/usr/sbin"
command -v "${NGINX:-nginx}" && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	{ apt-get update -qq; RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends nginx; } >&2
	command -v nginx && exit
fi
echo "No nginx found. Install one (Debian: apt-get install nginx), or say NGINX=/path/to/it." >&2
exit 1
