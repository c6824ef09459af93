# A Debian of its own in a folder, made by debootstrap, and commands run in it. Sourced by the scripts beside it; needs root.
# ESPALIER_DEBIAN_MIRROR names where packages come from, if not from where this machine's apt has its own.
source scripts/packages.sh

# make_debian RELEASE FOLDER: once; what is whole is kept.
make_debian() {
  local release=$1 root=$2 mirror
  [ "$(id -u)" -eq 0 ] || fail "root is needed to make and enter another Debian"
  install_packages debootstrap
  if [ ! -e "$root/complete" ]; then
    mirror=${ESPALIER_DEBIAN_MIRROR:-$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)}
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase "$release" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 ||
      fail "debootstrap failed, see $root.log"
    touch "$root/complete"
  fi
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# in_debian FOLDER COMMANDS [NAME ARGUMENT...]: by bash, which ends at the first that fails.
in_debian() {
  local root=$1
  shift
  DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 unshare --mount bash -euc \
    'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" bash -euc "$@"' "$root" "$@"
}
