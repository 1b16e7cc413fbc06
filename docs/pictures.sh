#!/bin/sh
# Makes the pictures in docs/pictures anew, from a release build: sh docs/pictures.sh
set -eu
cd "$(dirname "$0")/.."

sh deploy/require.sh redis-server python3 python3-yaml python3-redis chromium chromium-driver python3-selenium \
    python3-pil fonts-inter fonts-dejavu-core tmux
/usr/bin/python3 tests/support/terminal_pictures.py docs/pictures
exec /usr/bin/python3 tests/browser/pictures.py docs/pictures
