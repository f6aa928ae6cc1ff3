#!/bin/sh
# Makes blocks of the months beside this script, one after another, and compares the counts of samples.
#
#   sh import.sh PROMTOOL DATA_DIRECTORY [FILE...]
#
# PROMTOOL is the program, such as promtool or /usr/bin/promtool; DATA_DIRECTORY is what Prometheus has as
# --storage.tsdb.path. With FILEs, only those months: after one was deleted in Prometheus, say.
set -eu

if [ "$#" -lt 2 ]; then
    echo "usage: sh $0 PROMTOOL DATA_DIRECTORY [FILE...]" >&2
    exit 2
fi
promtool=$1
data=$2
shift 2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
manifest=$here/MANIFEST
if [ ! -f "$manifest" ]; then
    echo "$manifest is missing: jono backfill did not end; write history anew" >&2
    exit 1
fi
if [ ! -d "$data" ]; then
    echo "$data is no directory; name the data directory of Prometheus, its --storage.tsdb.path" >&2
    exit 1
fi
for name in "$@"; do
    if ! cut -f 1 "$manifest" | grep -Fqx -- "$name"; then
        echo "$name is not in $manifest; name files as they are listed there" >&2
        exit 1
    fi
done

wanted() {
    [ "$#" -eq 1 ] && return 0
    file=$1
    shift
    for name in "$@"; do
        [ "$name" = "$file" ] && return 0
    done
    return 1
}

tab=$(printf '\t')
total=0
{
    read -r _header
    while IFS=$tab read -r file samples _from _until; do
        wanted "$file" "$@" || continue
        # Its fifth column is how many samples a block has.
        if ! blocks=$("$promtool" tsdb create-blocks-from --max-block-duration=768h openmetrics \
            "$here/$file" "$data" </dev/null); then
            echo "$file was not imported; what came before it was. Remove the blocks that promtool left of it, and go" \
                "on with: sh $0 $promtool $data $file, then the files after it" >&2
            exit 1
        fi
        imported=$(printf '%s\n' "$blocks" | awk '$5 ~ /^[0-9]+$/ { sum += $5 } END { print sum + 0 }')
        if [ "$imported" != "$samples" ]; then
            echo "$file has $samples samples, and promtool imported $imported; remove the blocks that it made now:" >&2
            printf '%s\n' "$blocks" >&2
            exit 1
        fi
        total=$((total + samples))
        echo "$file: $samples samples"
    done
} <"$manifest"
echo "$total samples are in $data; a running Prometheus shows them after its next look at its blocks, within minutes"
