#!/usr/bin/env bash
# Debian packages this project needs, and how they get installed. Sourced by the scripts beside it; run by itself it prints what to
# install, or does it: scripts/packages.sh [--install] [GROUP...]. docs/dependencies.md says what each package is for.

build_packages=(
  build-essential cmake ninja-build pkg-config
  libarmadillo-dev libopenblas-dev libboost-dev libboost-graph-dev libhdf5-dev libdnnl-dev
  libcli11-dev libtomlplusplus-dev libfmt-dev nlohmann-json3-dev zlib1g-dev catch2
  libpng-dev libjpeg62-turbo-dev pybind11-dev python3-dev
)
# For the page of `espalier report`: 355 small packages, 23 MB to fetch. Without it all else builds.
page_packages=(npm nodejs)
# For cross compiling: tools and mere headers as above, what holds compiled code for arm64.
aarch64_packages=(
  build-essential cmake ninja-build pkg-config g++-aarch64-linux-gnu qemu-user-static libcli11-dev nlohmann-json3-dev
  {libarmadillo,libopenblas,libboost,libboost-graph,libhdf5,libdnnl,libtomlplusplus,libfmt,zlib1g,libpng,libjpeg62-turbo}-dev:arm64 catch2:arm64
)
# For `espalier plot` and figures of the Python module, which is built with the rest, and for `pip install .`.
python_packages=(python3 python3-venv python3-numpy python3-matplotlib)
# For espalier-mpi, which is built where they are there; 60 MB.
mpi_packages=(openmpi-bin libopenmpi-dev)
demo_packages=(python3-minimal dataset-fashion-mnist)
test_packages=(
  dataset-fashion-mnist python3 python3-h5py python3-numpy python3-matplotlib
  python3-scipy python3-networkx python3-igraph
  chromium # looks at the report page; 500 MB
  zsh fish mandoc doxygen mkdocs dpkg-dev lintian
  slurm-wlm munge # a cluster of two nodes on one machine, for sweeps by Slurm; 40 MB
  parallel # sweeps by GNU parallel; 3 MB
  "${mpi_packages[@]}"
  python3-pytest python3-pandas python3-nbconvert jupyter-nbconvert python3-nbformat python3-ipykernel jupyter-client
)
check_packages=(clang clang-tidy libomp-dev)
benchmark_packages=(libbenchmark-dev python3 python3-numpy python3-matplotlib python3-scipy python3-torch python3-networkx python3-igraph)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# NodeSource's nodejs holds npm, and conflicts with Debian's package of that name.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$package" != npm ] || ! command -v npm >/dev/null || continue
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

# install_packages NAME...: what is not there yet, by apt; with sudo where not root.
install_packages() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    fail "this script installs by apt on Debian 12; elsewhere install what these packages hold and run cmake: $*"
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "not root and no sudo; as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "Installing ${#missing[@]} packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || fail "apt-get update failed; needed packages: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null || fail "apt-get could not install: ${missing[*]}"
}

# What users need, and all there are.
default_groups=(build page python)
groups=(build page python mpi demo test check benchmark aarch64)

# packages_of GROUP: its packages, one a line.
packages_of() {
  local -n listed="$1_packages"
  printf '%s\n' "${listed[@]}"
}

print_groups() {
  local group packages
  for group in "$@"; do
    mapfile -t packages < <(packages_of "$group")
    printf '# %s\napt-get install --no-install-recommends %s\n' "$group" "${packages[*]}"
  done
}

run_by_itself() {
  local install=false group chosen=() packages=()
  for group in "$@"; do
    case " ${groups[*]} --install --help " in
      *" $group "*) ;;
      *) fail "'$group' is none of ${groups[*]}; usage: scripts/packages.sh [--install] [GROUP...]" ;;
    esac
    case $group in
      --help)
        echo "usage: scripts/packages.sh [--install] [GROUP...]: prints apt's lines of these groups (${groups[*]}; all where none is named)," \
          "or installs them (${default_groups[*]} where none is named)"
        return
        ;;
      --install) install=true ;;
      *) chosen+=("$group") ;;
    esac
  done
  if ! $install; then
    [ ${#chosen[@]} -gt 0 ] || chosen=("${groups[@]}")
    print_groups "${chosen[@]}"
    return
  fi
  [ ${#chosen[@]} -gt 0 ] || chosen=("${default_groups[@]}")
  mapfile -t packages < <(for group in "${chosen[@]}"; do packages_of "$group"; done)
  install_packages "${packages[@]}"
  echo "Installed: all packages of ${chosen[*]}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -eu
  run_by_itself "$@"
fi
