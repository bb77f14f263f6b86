#!/bin/sh
# Builds kernels.wasm from kernels.c, with clang 19 and its linker (Debian: clang-19 lld-19). Compiling and linking are
# two commands because the compiler driver would run whatever wasm-opt the system has.
set -e
cd "$(dirname "$0")"
clang-19 --target=wasm32 -O3 -ffast-math -fno-math-errno -ffreestanding \
  -msimd128 -mrelaxed-simd -mbulk-memory -matomics -Wall -Wno-main -c kernels.c -o kernels.o
wasm-ld-19 --no-entry --import-memory --shared-memory --initial-memory=16777216 --max-memory=1073741824 \
  -z stack-size=65536 --export=__stack_pointer --strip-all kernels.o -o kernels.wasm
rm kernels.o
