# Debian packages this project needs, and how they get installed. Sourced by the scripts beside it.
# docs/dependencies.md says what each is for.

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
demo_packages=(python3-minimal dataset-fashion-mnist)
test_packages=(
  dataset-fashion-mnist python3 python3-h5py python3-numpy python3-matplotlib
  python3-scipy python3-networkx python3-igraph
  chromium # looks at the report page; 500 MB
  zsh fish mandoc doxygen mkdocs dpkg-dev lintian
  python3-pytest python3-pandas python3-nbconvert jupyter-nbconvert python3-nbformat python3-ipykernel jupyter-client
)
check_packages=(clang clang-tidy libomp-dev)
benchmark_packages=(libbenchmark-dev python3 python3-numpy python3-matplotlib python3-scipy python3-torch python3-networkx python3-igraph)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

missing_packages() {
  local package
  for package in "$@"; do
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
