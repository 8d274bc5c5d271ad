import { dirname } from 'node:path';
import { FIRST_SIM_PID } from '../model/process';

/*
 * What a simulated node has on its PATH. Three kinds: emulated tools (one small program that asks the fleet), programs
 * of this machine that need a thin wrapper, and the rest of the POSIX tools, linked as they are. Nothing else is there,
 * so a tool that only this workstation has is missing on the node, as it should be.
 */

/** POSIX tools of this machine that a node may use unchanged. */
export const linkedTools: readonly string[] = [
  ...[
    'awk',
    'basename',
    'chmod',
    'cksum',
    'comm',
    'cp',
    'cut',
    'dd',
    'diff',
    'dirname',
    'du',
    'echo',
    'env',
    'printenv',
    'expr',
    'false',
  ],
  ...[
    'find',
    'fold',
    'gzip',
    'ln',
    'ls',
    'mkdir',
    'mkfifo',
    'mktemp',
    'mv',
    'nice',
    'nl',
    'nohup',
    'paste',
    'printf',
    'pwd',
  ],
  ...['readlink', 'realpath', 'rm', 'rmdir', 'sed', 'seq', 'setsid', 'sleep', 'sort', 'split', 'stdbuf'],
  ...[
    'sync',
    'tac',
    'test',
    '[',
    'timeout',
    'touch',
    'tr',
    'true',
    'uniq',
    'wc',
    'xargs',
    'yes',
    'xxd',
    'md5sum',
    'egrep',
  ],
];

/** Wrapped for one reason each; see `wrappers`. */
export const wrappedTools: readonly string[] = [
  ...['cat', 'cmp', 'head', 'stat', 'tail', 'grep', 'base64', 'od', 'tee', 'date', 'install', 'sha256sum'],
];

export interface StubPaths {
  readonly fleetDirectory: string;
  /** Real tools by name, wherever this machine keeps them. */
  readonly real: ReadonlyMap<string, string>;
}

/** Start of every stub: `$B` is the node's private directory, found from where the stub was called. */
const HEAD = `#!/bin/sh\nB=\${0%/1/usr/bin/*} t=\${0##*/}\n`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Asks the fleet over two FIFOs: arguments go through a file, the answer comes back as a header line and then the
 * output itself. Only `mkfifo` and `cat` are started, about 3 ms a call.
 */
export function callStub({ fleetDirectory, real }: StubPaths): string {
  const tool = (name: string): string => quoted(real.get(name) ?? name);
  return `${HEAD}q=$B/sim/$$ m=
${tool('mkfifo')} "$q" || exit 126
case $t in fuser) [ /dev/fd/1 -ef /dev/fd/2 ] && m=merged ;; esac
case "$t $*" in visudo*' -') ${tool('cat')} >"$q.stdin" ;; esac
printf '%s\\0' "$t" "$LOGNAME" "$m" "$@" >"$q.args"
exec 3<>"$q" 4<"$q"
printf '%s %s\\n' "\${B##*/}" $$ >${quoted(`${fleetDirectory}/calls`)}
read -r rc how <&4
exec 3<&-
case $how in
hangs)
  : >"$B/sim/hung/$$"
  exec /bin/sh -c 'trap "" TERM HUP INT QUIT PIPE; read -r x <"$1"; exit 255' "$t" "$B/sim/hang" ;;
endless) while ${tool('cat')} "$q.loop" 2>/dev/null; do :; done; exit 141 ;;
both|errors) while IFS= read -r l; do printf '%s\\n' "$l" >&2; done <"$q.errors" ;;
esac
case $how in
errors|nothing) exit "$rc" ;;
esac
[ "$rc" = 0 ] && exec ${tool('cat')} <&4
${tool('cat')} <&4
exit "$rc"
`;
}

export function wrappers({ fleetDirectory, real }: StubPaths): Readonly<Record<string, string>> {
  const tool = (name: string): string => quoted(real.get(name) ?? name);
  // Found by name, so that its messages start with the bare name; the reading tools start nothing themselves.
  const named = (name: string): string => `PATH=${quoted(dirname(real.get(name) ?? '/usr/bin/x'))} exec ${name} "$@"\n`;
  const remove = `${tool('sed')} ${quoted(`s#${fleetDirectory}/n[0-9]*/[01]##g`)}`;
  // Some files are root's alone. This machine's own permissions can't say so when the fleet itself runs as root.
  const denied = `for a; do
  case $a in "$B"/1/*) [ "$LOGNAME" != root ] && [ -e "$B/sim/root-only\${a#"$B"/1}" ] && { printf '%s: %s: Permission denied\\n' "$t" "\${a#"$B"/1}" >&2; exit 1; } ;; esac
done
`;
  return {
    // A program that writes a file must write the paths that it was given, not the moved ones.
    cat: `${HEAD}if [ $# -eq 0 ] && [ -f /dev/fd/1 ]; then exec ${remove}; fi\n${denied}${named('cat')}`,
    // What is written below /sys goes to the kernel.
    tee: `${HEAD}case $* in "$B"/1/sys/bus/pci/* | "$B"/1/sys/devices/system/cpu/cpufreq/*) v=$(${tool('cat')}); exec "$B/1/usr/bin/.call-sysfs" "$@" "$v" ;; esac
${remove} | exec ${tool('tee')} "$@"\n`,
    // A list of sums names files of the node; what stands in for a publisher's file has the sum of that.
    sha256sum: `${HEAD}sum() {
  k=$(${tool('sed')} -n '2s/^# stands for sha256 //p' "$1" 2>/dev/null)
  [ -n "$k" ] && printf '%s  %s\\n' "$k" "$1" || ${tool('sha256sum')} -- "$1"
}
case $* in
'-c -') while read -r w f; do
    v=$(sum "$B/1$f") || exit 1
    [ "\${v%% *}" = "$w" ] && echo "$f: OK" || { echo "$f: FAILED"; exit 1; }
  done ;;
--*|/*) for a; do [ "$a" = -- ] || sum "$a" || exit 1; done ;;
*) exec ${tool('sha256sum')} "$@" ;;
esac\n`,
    // This machine has no accounts of a node.
    install: `${HEAD}for a; do
  shift
  case $a in -o|-g) o=1 ;; *) [ -n "\${o-}" ] || set -- "$@" "$a"; o= ;; esac
done
${named('install')}`,
    head: `${HEAD}${denied}${named('head')}`,
    tail: `${HEAD}${denied}${named('tail')}`,
    // A path within a pattern is one of the node's.
    grep: `${HEAD}${denied}for a; do
  shift
  case $a in "$B"/1/*) ;; *"$B"/1*) a=\${a%%"$B"/1*}\${a#*"$B"/1} ;; esac
  set -- "$@" "$a"
done
${named('grep')}`,
    // What a device of the node holds, and which file system a path of it lies on, the model knows.
    cmp: `${HEAD}case " $*" in *" $B/1/dev/"*) exec "$B/1/usr/bin/.call-cmp" "$@" ;; esac\n${named('cmp')}`,
    stat: `${HEAD}case " $* " in *' -f '*) exec "$B/1/usr/bin/.call-stat" "$@" ;; esac\n${named('stat')}`,
    // Once encoded, output can't be cleaned any more.
    base64: `${HEAD}case "$*" in *-d*|*/*) exec ${tool('base64')} "$@" ;; esac\n${remove} | exec ${tool('base64')} "$@"\n`,
    od: `${HEAD}case "$*" in */*) exec ${tool('od')} "$@" ;; esac\n${remove} | exec ${tool('od')} "$@"\n`,
    date: `${HEAD}[ -e "$B/sim/clock-off" ] && exec "$B/1/usr/bin/.call-date" "$@"\nexec ${tool('date')} "$@"\n`,
  };
}

export const whichStub = `${HEAD}rc=0
for n; do
  case $n in -*) continue ;; esac
  if [ -x "$B/1/usr/bin/$n" ]; then printf '/usr/bin/%s\\n' "$n"; else rc=1; fi
done
exit $rc
`;

/**
 * As NVIDIA's script: root's alone, an older archive is moved aside, and in the safe mode no GPU is asked. What is in it is
 * what the node's own tools print.
 */
export function bugReportStub({ real }: StubPaths): string {
  const tool = (name: string): string => quoted(real.get(name) ?? name);
  return `${HEAD}P=$B/1/usr/bin o=nvidia-bug-report.log safe=
while [ $# -gt 0 ]; do
  case $1 in
  --output-file) o=\${2-}; [ $# -gt 1 ] && shift ;;
  --safe-mode) safe=1 ;;
  --query|--extra-system-data) ;;
  *) echo "Unrecognized option '$1'" >&2; exit 1 ;;
  esac
  shift
done
if [ "$LOGNAME" != root ]; then echo 'ERROR: Please run nvidia-bug-report.sh as root.'; exit 1; fi
f=$o.gz
echo
echo "nvidia-bug-report.sh will now collect information about your system and create the file '$f' in the current directory.  It may take several seconds to run."
[ -e "$f" ] && ${tool('mv')} "$f" "$o.old.gz"
section() {
  printf '____________________________________________\\n\\n%s\\n\\n' "$*"
  n=$1; shift
  "$P/$n" "$@" 2>&1
  echo
}
{
  printf 'nvidia-bug-report.sh\\n\\n'
  section date
  section uname -a
  section lspci -nnvv
  section lsmod
  section dmesg
  [ "$safe" ] || section nvidia-smi -q
} | ${tool('sed')} "s#$B/[01]##g" | ${tool('gzip')} -c >"$f" || exit 1
echo ' complete.'
`;
}

/** A shell inside a program gets the same prelude as the one that the server starts. */
export const shellStub = `${HEAD}case \${1-} in
-c|-ec|-uc|-euc|-xc)
  o=$1 p=\${2-}; shift; [ $# -gt 0 ] && shift
  [ $# -gt 0 ] || set -- sh
  exec /bin/sh "$o" ". '$B/sim/prelude'; $p" "$@" ;;
''|-*) exec /bin/sh "$@" ;;
*)
  [ -f "$1" ] || exec /bin/sh "$@"
  f=$1; shift
  exec /bin/sh -c ". '$B/sim/prelude'; $("$B/1/usr/bin/.call-rewrite" "$f")" "$f" "$@" ;;
esac
`;

export const sudoStub = `${HEAD}n= l= s=
while [ $# -gt 0 ]; do
  case $1 in
  -n|--non-interactive) n=1 ;;
  -l|--list) l=1 ;;
  -v|--validate) l=2 ;;
  -S|--stdin) s=1 ;;
  -u|-g|-p|-C) shift ;;
  --) shift; break ;;
  -*) ;;
  *=*) ;;
  *) break ;;
  esac
  shift
done
if [ "$LOGNAME" != root ] && [ -e "$B/sim/no-sudo" ]; then
  if [ -n "$s" ]; then
    IFS= read -r p
    IFS= read -r w <"$B/sim/password"
    [ "$p" = "$w" ] || { echo 'Sorry, try again.
sudo: no password was provided
sudo: 1 incorrect password attempt' >&2; exit 1; }
  elif [ -n "$n" ]; then echo 'sudo: a password is required' >&2; exit 1
  else echo 'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper' >&2; exit 1
  fi
fi
[ "$l" = 2 ] && exit 0
if [ "$l" = 1 ]; then
  if [ $# -gt 0 ]; then exec "$B/1/usr/bin/which" "$1"; fi
  printf 'User %s may run the following commands on this host:\\n    (ALL) NOPASSWD: ALL\\n' "$LOGNAME"
  exit 0
fi
[ $# -gt 0 ] || { echo 'usage: sudo -h | -K | -k | -V' >&2; exit 1; }
case $1 in
*/*) [ -x "$1" ] || { printf 'sudo: %s: command not found\\n' "\${1#"$B"/1}" >&2; exit 1; } ;;
*) [ -x "$B/1/usr/bin/$1" ] || { printf 'sudo: %s: command not found\\n' "$1" >&2; exit 1; } ;;
esac
SUDO_USER=$LOGNAME SUDO_UID=1000 SUDO_GID=1000 LOGNAME=root USER=root HOME=$B/1/root
export SUDO_USER SUDO_UID SUDO_GID LOGNAME USER HOME
exec "$@"
`;

/**
 * Functions that every shell of a node starts with. Builtins print moved paths unless told otherwise, and the builtin
 * kill would reach this machine's processes: those of the model have pids that no real process can have.
 */
export function prelude(base: string): string {
  return `_simbase=${quoted(base)}
_simstrip() {
  _simout=$1
  while :; do
    case $_simout in
    *"$_simbase"/[01]*) _simout=\${_simout%%"$_simbase"/[01]*}\${_simout#*"$_simbase"/[01]} ;;
    *) break ;;
    esac
  done
}
echo() {
  case $* in
  *"$_simbase"/[01]*)
    _simleft=$#
    while [ "$_simleft" -gt 0 ]; do _simstrip "$1"; shift; set -- "$@" "$_simout"; _simleft=$((_simleft-1)); done ;;
  esac
  command echo "$@"
}
printf() {
  case $* in
  *"$_simbase"/[01]*)
    _simleft=$#
    while [ "$_simleft" -gt 0 ]; do _simstrip "$1"; shift; set -- "$@" "$_simout"; _simleft=$((_simleft-1)); done ;;
  esac
  command printf "$@"
}
cd() {
  case \${1-} in
  /) command cd "$_simbase/1" ;;
  *) command cd "$@" ;;
  esac
}
kill() {
  _simleft=$#
  for _simarg in "$@"; do
    case $_simarg in
    1|-1) if [ "$_simleft" != $# ] || [ $# = 1 ]; then command echo 'kill: (1): Operation not permitted' >&2; return 1; fi ;;
    esac
    case \${_simarg#-} in
    *[!0-9]*|'') ;;
    *)
      if [ "\${_simarg#-}" -ge ${FIRST_SIM_PID} ]; then "$_simbase/1/usr/bin/kill" "$@"; return; fi
      [ -e "$_simbase/sim/hung/\${_simarg#-}" ] && case "$*" in *'-0'*|'-s 0'*) ;; *) return 0 ;; esac ;;
    esac
    _simleft=$((_simleft-1))
  done
  command kill "$@"
}
`;
}
