const library = `set -f
sum_of() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi < "$1" 2>/dev/null | cut -c 1-64
}
kind_of() {
  if [ -L "$1" ]; then echo symlink
  elif [ -d "$1" ]; then echo directory
  elif [ -f "$1" ]; then echo file
  elif [ -e "$1" ]; then echo special
  else echo absent; fi
}
folder_of() { folder=\${1%/*}; [ -n "$folder" ] || folder=/; }`;

/**
 * Arguments: PATH. First line: what is there, whether the folder is, whether both can be written. For a file that can
 * be read its bytes follow, behind a line with its SHA-256. Changes nothing.
 */
export const readProgram = `${library}
path=$1
folder_of "$path"
kind=$(kind_of "$path")
if [ ! -d "$folder" ]; then place=no-folder; elif [ -w "$folder" ] && [ -x "$folder" ]; then place=writable; else place=read-only; fi
access=none
if [ "$kind" = file ]; then
  if [ ! -r "$path" ]; then access=unreadable; elif [ -w "$path" ]; then access=writable; else access=read-only; fi
fi
if [ "$kind" = symlink ]; then target=$(readlink "$path"); fi
printf '%s %s %s\\n' "$kind" "$place" "$access"
if [ "$kind" = symlink ]; then printf '%s' "$target"; fi
if [ "$access" = writable ] || [ "$access" = read-only ]; then
  sum_of "$path"
  cat < "$path"
fi
exit 0
`;

/**
 * Arguments: PATH BEFORE AFTER [MODE], the SHA-256 of the content that must be there now (\`absent\`: no file) and of what comes
 * on standard input (\`absent\`: remove the file), and the mode of a file that is new. Writes beside the file and renames over it, so that a reader sees the
 * old or the new one and a connection cut half-way changes nothing. One line says what happened.
 */
export const writeProgram = `${library}
path=$1 before=$2 after=$3 mode=\${4:-+r}
folder_of "$path"
now() {
  case $(kind_of "$path") in
    absent) echo absent ;;
    file) sum_of "$path" ;;
    *) kind_of "$path" ;;
  esac
}
at_start=$(now)
[ "$at_start" = "$after" ] && { echo already; exit 0; }
[ "$at_start" = "$before" ] || { echo "changed $at_start"; exit 3; }
if [ "$after" = absent ]; then
  rm -f "$path" && echo written
  exit
fi
temporary=$folder/.gantry-$$.tmp
( set -C; umask 077; : > "$temporary" ) || { echo 'failed temporary'; exit 4; }
trap 'rm -f "$temporary"' EXIT
trap 'exit 5' HUP INT TERM
# Takes over mode and owner of the file that is replaced; a new one gets its own.
if [ "$before" = absent ]; then chmod "$mode" "$temporary"; else cp -p "$path" "$temporary"; fi || { echo 'failed mode'; exit 4; }
cat > "$temporary" || { echo 'failed write'; exit 4; }
[ "$(sum_of "$temporary")" = "$after" ] || { echo 'failed content'; exit 4; }
[ "$(now)" = "$before" ] || { echo "changed $(now)"; exit 3; }
mv -f "$temporary" "$path" || { echo 'failed rename'; exit 4; }
trap - EXIT
echo written
exit 0
`;

export type FileKind = 'absent' | 'file' | 'symlink' | 'directory' | 'special';

export interface FileReading {
  readonly kind: FileKind;
  readonly place: 'writable' | 'read-only' | 'no-folder';
  readonly access: 'none' | 'unreadable' | 'read-only' | 'writable';
  /** Only for a symlink. */
  readonly target: string;
  /** Null: not a file, or it can't be read. */
  readonly content: { readonly bytes: Uint8Array; readonly sha256: string } | null;
}

const header =
  /^(absent|file|symlink|directory|special) (writable|read-only|no-folder) (none|unreadable|read-only|writable)$/;

/** Reads the output of `readProgram`; null when it is not all there. Never throws. */
export function parseReading(output: Uint8Array): FileReading | null {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  const lineEnd = bytes.indexOf(10);
  const match = lineEnd === -1 ? null : header.exec(bytes.toString('latin1', 0, lineEnd));
  if (!match) return null;
  const [, kind, place, access] = match;
  const rest = bytes.subarray(lineEnd + 1);
  const reading = {
    kind: kind as FileReading['kind'],
    place: place as FileReading['place'],
    access: access as FileReading['access'],
    target: kind === 'symlink' ? rest.toString('utf8') : '',
  };
  if (access !== 'writable' && access !== 'read-only') return { ...reading, content: null };
  const sha256 = rest.toString('latin1', 0, 64);
  if (!/^[0-9a-f]{64}$/.test(sha256) || rest[64] !== 10) return null;
  return { ...reading, content: { bytes: rest.subarray(65), sha256 } };
}
