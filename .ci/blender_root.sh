#!/usr/bin/env bash
# Make a small Debian root that holds a Blender with a window, an X server without a screen, and the tools to click.
#
#   .ci/blender_root.sh FOLDER [SUITE]
#
# leaves FOLDER/root and FOLDER/bin with `blender`, `Xvfb`, `xdotool` and `import` that run inside it. Blender's own
# dependencies never touch the machine's packages this way. Needs root and an apt-based machine; the mirror is the
# one the machine itself uses. FOLDER/ready is written last: a half-made root is thrown away by the next call.
set -euo pipefail

SUITE=${2:-trixie} # Blender 4.3; sid, which moves, had 5.2 in November 2026
PACKAGES="blender python3-numpy python3-requests python3-zstandard python3-cattr xvfb xauth xdotool imagemagick
  libgl1-mesa-dri libegl1 libegl-mesa0 libglx-mesa0"
TOOLS="blender Xvfb xdotool import"

folder=$(realpath -m "$1")
root=$folder/root
here=$(dirname "$(realpath "$0")")

if [ -e "$folder/ready" ]; then
  exit 0
fi
rm -rf --one-file-system "$folder"
mkdir -p "$folder/bin"

# The package lists name the mirror; a bare machine has none until its first update.
mirror() {
  apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 !~ /-/ { print $3; exit }'
}
if [ -z "$(mirror)" ] || ! command -v debootstrap >/dev/null; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap
fi
debootstrap --variant=minbase "$SUITE" "$root" "$(mirror)"
# A build machine's clock may be off; the signatures are still checked.
printf 'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n' >"$root/etc/apt/apt.conf.d/99date"

# In a mount namespace of its own, so that no bind mount outlives this script and no later rm can reach through one.
export root PACKAGES
unshare --mount bash -euo pipefail -c '
  mount --bind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  chroot "$root" apt-get update -q
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -q --no-install-recommends $PACKAGES
  chroot "$root" apt-get clean'

cp "$here/in_root.sh" "$folder/in_root.sh" # the folder is kept longer than this checkout
for tool in $TOOLS; do
  printf '#!/bin/sh\nexec "%s" "%s" "/usr/bin/%s" "$@"\n' "$folder/in_root.sh" "$root" "$tool" >"$folder/bin/$tool"
  chmod +x "$folder/bin/$tool"
done
touch "$folder/ready"
