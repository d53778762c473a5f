#!/usr/bin/env bash
# Rehearses a newcomer's first minutes: a fresh clone of the last commit outside the checkout, no packages, and the two commands.
# Needs git. Uses the `node` that comes first in PATH; give the folder of another one: scripts/rehearse.sh /path/to/node20/bin
set -euo pipefail

repository="$(cd "$(dirname "$0")/.." && pwd)"
clone="$(mktemp -d)"
trap 'rm -rf "$clone"' EXIT

# Neither the packages nor the Node of this checkout may help.
PATH="$(printf '%s' "$PATH" | tr ':' '\n' | grep -v "/node_modules/" | paste -sd: -)"
[ $# -eq 0 ] || PATH="$1:$PATH"
export PATH

git clone --quiet "$repository" "$clone"
cd "$clone"
echo "Node $(node --version), npm $(npm --version), commit $(git rev-parse --short HEAD)"

for command in "npm start" "npm test"; do
  start=$SECONDS
  $command
  echo "rehearsal: $command succeeded in $((SECONDS - start)) s"
done
[ -z "$(git status --porcelain)" ] || { echo "rehearsal: the two commands left changes behind:"; git status --short; exit 1; }
echo "rehearsal: done"
