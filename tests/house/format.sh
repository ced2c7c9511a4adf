#!/bin/bash
# Every source looks as .clang-format says.
cd "$SL_SOURCE" || exit
command -v clang-format-14 > /dev/null || { echo "skipped: clang-format-14 is not installed"; exit 77; }
find libcore formats devices tools tests examples -name '*.cpp' -o -name '*.h' | xargs clang-format-14 --dry-run --Werror
