#!/usr/bin/env bash
# Run a program of another root as if it were installed here: it sees the machine's own files and interpreters.
#
#   .ci/in_root.sh ROOT /PATH/IN/ROOT/PROGRAM [ARGUMENTS...]
#
# Everything but the system's folders is bind-mounted at the same path, in a mount namespace that ends with the program.
set -euo pipefail

export IN_ROOT=$1
shift
exec unshare --mount bash -euo pipefail -c '
  mount --rbind /dev "$IN_ROOT/dev"
  mount --bind /proc "$IN_ROOT/proc"
  for folder in /*; do
    case $folder in
      /bin | /boot | /dev | /etc | /lib* | /proc | /run | /sbin | /sys | /usr | /var | /lost+found) continue ;;
    esac
    [ -d "$folder" ] && mkdir -p "$IN_ROOT$folder" && mount --rbind "$folder" "$IN_ROOT$folder"
  done
  # Interpreters that were built from source live here; the ones of the system are handed in one by one.
  mount --bind /usr/local "$IN_ROOT/usr/local"
  for python in /usr/bin/python3.1[0-2]; do
    name=${python##*/}
    [ -x "$python" ] && [ -d "/usr/lib/$name" ] || continue
    touch "$IN_ROOT$python" && mkdir -p "$IN_ROOT/usr/lib/$name"
    mount --bind "$python" "$IN_ROOT$python"
    mount --bind "/usr/lib/$name" "$IN_ROOT/usr/lib/$name"
  done
  exec chroot "$IN_ROOT" /usr/bin/env -C "$PWD" "$@"' in_root "$@"
