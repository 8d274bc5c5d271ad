/**
 * Reads /proc/PID/stat into variables. The name in it may hold anything, `) R 1` and line ends included, so the fields
 * are counted from the last `) `: 3 state, 4 ppid, 9 flags, 20 threads, 22 start time (proc(5)).
 */
const readStat = `
read_stat() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  [ -n "$stat" ] || return 1
  name=\${stat#*\\(}
  name=\${name%)*}
  set -- \${stat##*) }
  state=$1 parent=$2 flags=$7 threads=\${18} start=\${20}
}
# This very session: the shell, what started it (sshd, sudo, Gantry itself), up to init.
is_own() {
  at=$$
  while [ "$at" -gt 1 ] 2>/dev/null; do
    [ "$at" = "$1" ] && return 0
    read_stat "$at" || return 1
    at=$parent
  done
  return 1
}
is_protected() {
  [ "$1" -gt 1 ] 2>/dev/null || return 0
  is_own "$1" && return 0
  read_stat "$1" || return 1
  [ $((flags & 2097152)) -ne 0 ] && return 0
  case $name in sshd | sshd-session | sshd-auth) return 0 ;; esac
  return 1
}
uid_of() { cat "/proc/$1/status" 2>/dev/null | sed -n 's/^Uid:[^0-9]*\\([0-9][0-9]*\\).*/\\1/p'; }
sum_of() { cat "/proc/$1/cmdline" 2>/dev/null | cksum; }
boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null; }
`;

/** Arguments: PID. Prints `key value` lines about the process; changes nothing. */
export const inspectProgram = `set -f
${readStat.trim()}
pid=$1
echo "login $(id -u)"
if ! read_stat "$pid"; then
  echo 'process gone'
  exit 0
fi
# A process in the middle of a read is in state D for a moment; one that hangs stays there.
tries=0
while [ "$state" = D ] && [ "$tries" -lt 5 ]; do
  sleep 0.3 2>/dev/null || sleep 1
  tries=$((tries + 1))
  read_stat "$pid" || { echo 'process gone'; exit 0; }
done
line() { printf '%s ' "$1"; shift; printf '%s' "$*" | tr '\\000-\\037' ' '; echo; }
echo "boot $(boot_id)"
echo "start $start"
echo "state $state"
echo "parent $parent"
echo "threads $threads"
line name "$name"
if is_own "$pid"; then echo 'own yes'; else echo 'own no'; fi
read_stat "$pid"
if [ $((flags & 2097152)) -ne 0 ]; then echo 'kernel yes'; else echo 'kernel no'; fi
uid=$(uid_of "$pid")
echo "uid $uid"
line user "$(id -nu "$uid" 2>/dev/null)"
echo "sum $(sum_of "$pid")"
line command "$(cat "/proc/$pid/cmdline" 2>/dev/null | tr '\\000' ' ')"
line waits "$(cat "/proc/$pid/wchan" 2>/dev/null)"
cat "/proc/$pid/cgroup" 2>/dev/null | while IFS= read -r group; do line cgroup "$group"; done
line parent-name "$(read_stat "$parent" && printf %s "$name")"
line ps "$(ps -o pid,ppid,user,stat,etime,args -p "$pid" 2>/dev/null | tail -n 1)"
exit 0
`;

/**
 * Arguments: SIGNAL SECONDS PID BOOT_ID START_TIME UID "CKSUM LENGTH". Sends the signal only to the very process that
 * was looked at: same boot, user, command line and, read last, start time. Then waits for it to go. The one line it
 * prints is the outcome.
 */
export const signalProgram = `set -f
${readStat.trim()}
signal=$1 seconds=$2 pid=$3 boot=$4 started=$5 uid=$6 sum=$7
is_there() { read_stat "$pid" && [ "$start" = "$started" ]; }
is_dead() { [ "$state" = X ] || { [ "$state" = Z ] && [ "$threads" -le 1 ]; }; }
is_there || { echo 'gone before'; exit 0; }
# A zombie has no command line left to compare.
is_dead && { echo 'gone zombie'; exit 0; }
is_protected "$pid" && { echo 'refused protected'; exit 3; }
[ "$(boot_id)" = "$boot" ] || { echo 'refused boot'; exit 3; }
[ "$(uid_of "$pid")" = "$uid" ] || { echo 'refused user'; exit 3; }
[ "$(sum_of "$pid")" = "$sum" ] || { echo 'refused command'; exit 3; }
is_there || { echo 'gone before'; exit 0; }
if ! kill -s "$signal" "$pid"; then
  is_there || { echo 'gone before'; exit 0; }
  echo 'refused permission'
  exit 4
fi
left=$((seconds * 5))
while is_there && ! is_dead; do
  [ "$left" -gt 0 ] || { echo "alive $state"; exit 0; }
  if sleep 0.2 2>/dev/null; then left=$((left - 1)); else sleep 1; left=$((left - 5)); fi
done
# A zombie has given its memory back; only its entry waits for the parent.
if is_there; then echo 'gone zombie'; else echo 'gone after'; fi
exit 0
`;

/** What `inspectProgram` found. Null where it could not be read (hidden /proc, another system). */
export type Inspection =
  | { readonly kind: 'gone'; readonly loginUid: string | null }
  | {
      readonly kind: 'found';
      readonly loginUid: string | null;
      readonly bootId: string;
      readonly startTime: string;
      readonly state: string;
      readonly parentPid: number;
      readonly parentName: string;
      readonly threads: number;
      readonly name: string;
      readonly isOwnSession: boolean;
      readonly isKernelThread: boolean;
      readonly uid: string;
      readonly user: string;
      readonly commandSum: string;
      readonly commandLine: string;
      readonly waitsIn: string;
      readonly cgroups: readonly string[];
      readonly psLine: string;
    };

/** Reads the lines of `inspectProgram`; null when they are not all there (cut, garbage). Never throws. */
export function parseInspection(output: string): Inspection | null {
  const values = new Map<string, string>();
  const cgroups: string[] = [];
  for (const line of output.split('\n')) {
    const match = /^([a-z-]+) ?(.*)$/.exec(line);
    if (!match) continue;
    const [, key = '', value = ''] = match;
    if (key === 'cgroup') cgroups.push(value);
    else values.set(key, value.trim());
  }
  const value = (key: string) => values.get(key) ?? '';
  const loginUid = /^\d+$/.test(value('login')) ? value('login') : null;
  if (value('process') === 'gone') return { kind: 'gone', loginUid };
  // `ps` comes last: without it the output was cut.
  if (!values.has('ps') || !/^\d+$/.test(value('start')) || !/^\d+ \d+/.test(value('sum'))) return null;
  if (!/^\d+$/.test(value('uid')) || value('boot') === '') return null;
  return {
    kind: 'found',
    loginUid,
    bootId: value('boot'),
    startTime: value('start'),
    state: value('state'),
    parentPid: Number(value('parent')),
    parentName: value('parent-name'),
    threads: Number(value('threads')),
    name: value('name'),
    isOwnSession: value('own') === 'yes',
    isKernelThread: value('kernel') === 'yes',
    uid: value('uid'),
    user: value('user') || value('uid'),
    commandSum: value('sum'),
    commandLine: value('command') || `[${value('name')}]`,
    waitsIn: value('waits'),
    cgroups,
    psLine: value('ps'),
  };
}
