#!/bin/sh
# Prints the path of a Chromium. CHROMIUM names one; else the one on PATH; else, as root on Debian or Ubuntu, the
# system's package is installed, with fonts for Chinese. Otherwise says what to do, and fails.
set -eu
find_chromium() {
	for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable; do
		command -v "$name" && return
	done
	return 1
}
find_chromium && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	{ apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
		chromium fonts-noto-cjk fonts-noto-color-emoji; } >&2
	find_chromium && exit
fi
echo "No Chromium found. Install one (Debian: apt-get install chromium fonts-noto-cjk), or say CHROMIUM=/path/to/it." >&2
exit 1
