#!/bin/sh
# usage: embed_sql.sh SYMBOL FILE…  – prints a C++ file defining
# std::span<const huiyin::db::Migration> huiyin::SYMBOL::Schema().
set -eu
symbol=$1
shift
echo '#include "libs/db/migrator.h"'
echo "namespace huiyin::$symbol {"
echo 'std::span<const db::Migration> Schema() {'
echo '  static constexpr db::Migration kMigrations[] = {'
for file in "$@"; do
  name=$(basename "$file")
  version=$(echo "$name" | sed 's/_.*//; s/^0*//')
  printf '    {%s, "%s", R"huiyin_sql(' "$version" "$name"
  cat "$file"
  echo ')huiyin_sql"},'
done
echo '  };'
echo '  return kMigrations;'
echo '}'
echo "}  // namespace huiyin::$symbol"
