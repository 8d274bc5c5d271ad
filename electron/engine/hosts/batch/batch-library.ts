import { sudoCasePattern } from './sudo-words';

export const maxStderrBytes = 64 * 1024;

/** What every command gets: English words, and nobody who could be asked (debconf(7), needrestart(1)). */
export const commandEnvironment = { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' } as const;

const settings = Object.entries(commandEnvironment).map(([name, value]) => `${name}=${value}`);
export const environmentLine = `export ${settings.join(' ')}`;

/**
 * Shell words before those of an installer. sudo drops the environment (sudoers(5), env_reset) and refuses a command that brings one where a
 * rule lets only some commands be run: there it goes without, and debconf says that it found no terminal before it takes its defaults.
 */
export const quietSudo = quietAs('sudo -n', 'exec ');

export function quietAs(sudo: string, exec = ''): string {
  return `q='${settings.slice(1).join(' ')}'; ${sudo} $q true </dev/null >/dev/null 2>&1 || q=; ${exec}${sudo} $q -- "$@"`;
}

/**
 * `asked` runs sudo with the password in pass_. It waits in a pipe of the shell that starts sudo, where sudo's askpass
 * program, cat, finds it by the name that it gets as its prompt. So it is read only where sudo asks, once, for a password
 * (another question is no file), and the command's input stays its own. What follows sudo keeps a shell from becoming
 * sudo itself, which would close the pipe. sudo(8), SUDO_ASKPASS, -A, -k.
 */
const asked = `asked() { printf '%s\\n' "$pass_" | { exec 9<&0 <&7; read -r me _ </proc/self/stat; sudo -A -k -p "/proc/$me/fd/9" "$@"; s=$?; (exit $s); }; }`;
/** The beginning of a shell that is given the password as descriptor 9. */
const askedShell = `exec 7<&0; unset pass_; IFS= read -r pass_ <&9; exec 9<&-; ${asked}; `;

/** A shell word in double quotes. */
function doubleQuoted(text: string): string {
  return `"${text.replace(/["$`\\]/g, '\\$&')}"`;
}

/** The login's own PATH first, as its owner set it, then where administration tools and those of ROCm live. */
export const pathLine = `PATH="\${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/rocm/bin"; export PATH`;

/**
 * The part of the program that is the same for every batch.
 *
 * File descriptors: 3 stdin as given, 4 a command's stdout pipe, 5 frames out, 6 a command's stderr pipe, 7 and 8 the
 * event pipe's ends, 9 a pipe that holds sudo's password. Frames (after the token):
 *   P 1 SECONDS NANOSECONDS UPTIME_CS UID PID    preamble        S usable|denied|none WORDS   sudo
 *   c N BASE64   command N of a bundle           b N PID r|u     started, as root or as the login
 *   o N BASE64 / h N HEX   stdout   O N CUT      its end         e N TEXT / f N TEXT   stderr line, without line end
 *   E N CUT      end of stderr                   x N CODE START_CS END_CS   exited
 *   m N missing tool   u N not needed   d N denied   n N skipped   t N time limit hit   g N PID TICKS hung   a N output abandoned
 *   r N refused by sudo, starts again as the login
 *   v PID  a known hung process is gone          Z  end of the batch             B  no tool to carry bytes with
 *   C HUNDREDTHS  processor time it all took
 *
 * A shell has one set of variables: a function that is called inside a loop must not use the loop's name.
 */
export const library = `
${environmentLine}
${pathLine}
say() { printf '%s %s\\n' "$T" "$*" >&5; }
now() { n=$fake; if [ -r /proc/uptime ]; then read -r n _ </proc/uptime; n=\${n%.*}\${n#*.}; fi; }
self() { me=; if [ -r /proc/self/stat ]; then read -r me _ </proc/self/stat; fi; }
status() {
  z=- ticks=-
  if [ -d /proc/self ]; then
    [ -r "/proc/$1/stat" ] || return 1
    read -r s <"/proc/$1/stat" || return 1
    set -- \${s##*)}
    z=$1; shift 19; ticks=$1
    [ "$z" != Z ]
  else kill -0 "$1"; fi
}
children() { for kid in $(cat "/proc/$1/task/$1/children"); do echo $kid; children $kid; done; }
end_() {
  if [ $G = setsid ]; then kill -s $1 -- -$2 || kill -s $1 $2; else for kid in $(children $2); do kill -s $1 $kid; done; kill -s $1 $2; fi
  if [ $? = 0 ] && [ -z "$ask" ]; then return; fi
  if [ "$sudo" = usable ] && { [ -n "$ask" ] || status $2; }; then { rooted kill -s $1 -- -$2; } & fi
}
# In a shell of its own: it changes the descriptors.
rooted() {
  exec 3<&- 5>&- 7</dev/null 8>&-
  if [ -n "$ask" ]; then asked "$@"; else sudo -n "$@"; fi
}
beside() { if [ -n "$ask" ] && [ $as = r ]; then printf '%s\\n' "$pass_" | { exec 9<&0 </dev/null; "$@"; }; else "$@"; fi; }
${asked}
# Runs a command that goes when this subshell is told to. Not by TERM: a process just forked may lose that one.
tied() {
  kept=; trap 'told=1; drop' TERM
  "$@" 3<&- 5>&- 7<&- 8>&- & kept=$!
  [ -z "$told" ] || drop
  wait $kept
}
drop() { [ -z "$kept" ] || kill -s KILL -- -$kept $kept; }
encode() {
  self; echo "w $1 $me" >&8
  exec 3<&- 4>&- 5>&- 6>&- 7<&- 8>&-
  # base64 waits for a full block; dd takes what is there.
  if [ -n "$live" ] && [ $enc = o ] && command -v dd >/dev/null; then
    while piece=$(dd bs=3072 count=1 | base64) && [ -n "$piece" ]; do printf '%s\\n' "$piece"; done
    exit
  fi
  case $enc in
  o) exec base64;;
  h) exec od -An -v -tx1;;
  esac
}
# Nobody may be there any more to read: what goes on all the same must not end by that.
unread() { [ -z "$keep" ] || trap '' PIPE; }
frames() {
  exec 3<&- 7<&-; unread
  cap=$(($2/3*4+4)); [ $enc = o ] || cap=$(($2*2+2))
  x=0 c=0 lines=0
  while [ $x = 0 ] && read -r l; do
    [ $enc = o ] || { joined=; for pair in $l; do joined=$joined$pair; done; l=$joined; }
    say $enc $1 "$l"
    c=$((c+\${#l})) lines=$((lines+1))
    [ $c -le $cap ] || x=1
    [ $lines != 16 ] || [ -z "$A" ] || [ -n "$live$keep" ] || many $1
  done
  say O $1 $x; echo "o $1" >&8
}
many() {
  export T
  exec awk -v i="$1" -v n=$c -v cap=$cap -v k=$enc -v m=$per 'BEGIN{t=ENVIRON["T"]}
{if(k=="h")gsub(/ /,"");n+=length($0);if(n>cap){$0=substr($0,1,length($0)-n+cap);x=1}b=b $0;if(++c==m){print t" "k" "i" "b;fflush();b="";c=0}if(x)exit}
END{if(b!="")print t" "k" "i" "b;fflush();print t" O "i" "(x+0);fflush();print "o "i >"/proc/self/fd/2"}' >&5 2>&8
}
errors() {
  unread; self; echo "w $1 $me" >&8
  x=0 c=0 no=
  while :; do
    IFS= read -r l; s=$?
    [ $s = 0 ] || [ -n "$l" ] || break
    [ -z "$try" ] || case $l in ${sudoCasePattern}) no=1;; esac
    k=e; [ $s = 0 ] || k=f
    while [ \${#l} -gt 2000 ] && [ $c -le ${maxStderrBytes} ]; do
      h=$(printf %.2000s "$l"); l=\${l#"$h"}; c=$((c+2000)); printf '%s f %s %s\\n' "$T" $1 "$h"
    done
    c=$((c+\${#l}+1))
    if [ $c -gt ${maxStderrBytes} ]; then x=1; break; fi
    printf '%s %s %s %s\\n' "$T" $k $1 "$l"
    [ $s = 0 ] || break
  done
  if [ -n "$no" ]; then echo "r $1" >&8; else say E $1 $x; echo "e $1" >&8; fi
  [ $x = 0 ] || exec cat >/dev/null 3<&- 4>&- 5>&- 7<&- 8>&-
}
# All of the standard input, before anything is started: what is written from a part of it would be a torn file.
gather() {
  input_=
  while IFS= read -r l; do
    [ "$l" != '!' ] || return 0
    input_="$input_$l
"
  done
  return 1
}
feed() {
  exec </dev/null 2>/dev/null 3<&- 5>&- 6>&- 7<&- 8>&-
  set -f
  IFS='
'
  for l in $input_; do printf %b "$l"; done
}
watchdog() {
  s=$(($2/100)); [ $(($2%100)) = 0 ] || s=$((s+1))
  tied sleep $s; [ -z "$told" ] || exit
  say t $1; end_ TERM $3; tied sleep 1; end_ KILL $3
}
# One tool for each file that matches. It has done well when it could say something of any of them.
loop='
once() {
  f=$1; shift
  for a; do
    shift
    case $a in "{}") a=$f;; "{/}") a=\${f##*/};; esac
    set -- "$@" "$a"
  done
  "$@"
}
c=0 well=
for f in $0; do
  [ -e "$f" ] || continue
  printf "==> %s\\n" "$f"
  once "$f" "$@"; s=$?
  printf "\\n<== %s\\n" $s
  if [ $s = 0 ]; then well=1; else c=$s; fi
done
[ -z "$well" ] || c=0
exit $c'
quiet=${doubleQuoted(quietSudo)}
quiet_asked=${doubleQuoted(askedShell + quietAs('asked'))}
asked_shell=${doubleQuoted(askedShell)}
command_() {
  i=$1; shift
  exec 6>&2 2>/dev/null
  self
  if [ $as != u ] && [ "$U" != 0 ]; then
    case $1:$each:$ask in
    apt-get::|dpkg::) set -- sh -c "$quiet" sh "$@";;
    apt-get::1|dpkg::1) set -- sh -c "$quiet_asked" sh "$@";;
    *:) set -- sudo -n -- "$@";;
    *::1) set -- sudo -A -k -p "/proc/$me/fd/9" -- "$@";;
    *) loop=$asked_shell$loop; set -- asked -- "$@";;
    esac
  fi
  [ -z "$each" ] || set -- sh -c "$loop" "$each" "$@"
  now; b=$n
  if [ $input = 1 ]; then
    feed | $G "$@" 2>&6 3<&- 5>&- 6>&- 7<&- 8>&- &
  else $G "$@" </dev/null 2>&6 3<&- 5>&- 6>&- 7<&- 8>&- &
  fi
  p=$!
  trap : PIPE; echo "p $i $p $me" >&8 || end_ KILL $p
  say b $i $p $as
  if [ $par = 0 ]; then watchdog $i $limit $p 4>&- 6>&- >/dev/null & w=$!; fi
  wait $p; c=$?
  [ $par = 1 ] || kill $w
  now
  say x $i $c $b $n
  echo "x $i" >&8
}
streams() { { { exec 2>&1 >&4 4>&- 7<&-; beside dispatch $1; } | { exec >&5 3<&- 4>&- 7<&-; errors $1; }; } 4>&1; }
start() {
  id=\${1%%:*}; r=\${1#*:}; limit=\${r%%:*}; r=\${r#*:}
  case " $blocked " in *" $id "*) return;; esac
  # What can't run is told without starting a process.
  need $id
  if ! command -v -- "$tool" >/dev/null; then say m $id; return; fi
  if [ -n "$only" ]; then
    found=; for f in $only; do [ ! -e "$f" ] || { found=1; break; }; done
    [ -n "$found" ] || { say u $id; return; }
  fi
  if [ $as = r ] && [ "$U" != 0 ] && [ "$sudo" != usable ]; then say d $id; return; fi
  # What the login may do as well is tried as root once, and goes to the login where sudo refuses.
  try=
  if [ $as = b ]; then
    as=u
    if [ "$U" = 0 ]; then as=r
    elif [ "$sudo" = usable ]; then case " $refused " in *" $id "*) ;; *) as=r try=1;; esac; fi
  fi
  if [ $par = 0 ]; then
    if [ -z "$try" ]; then streams $id | encode $id | frames $id \${r%%:*}
    else case $({ streams $id | encode $id | frames $id \${r%%:*}; } 8>&1) in *"r $id"*) again $id; start $1;; esac; fi
    return
  fi
  streams $id | encode $id | frames $id \${r%%:*} &
  eval "A$id=$! l$id=$limit k$id=0 g$id=0 p$id= h$id= x$id= r$id= i$id=$1"
  active="$active $id"; busy=$((busy+1))
  [ \${r#*:} = 0 ] || eval "lane\${r#*:}=$id"
}
again() { refused="$refused $1"; say r $1; }
finish() {
  rest=; for one in $active; do [ $one = $1 ] || rest="$rest $one"; done
  active=$rest; busy=$((busy-1))
  lane_of $1; [ -z "$mine" ] || eval "lane$mine="
}
# Lanes are numbered: L1 waits in the first, lane1 runs, open1 and late1 are how it stands.
lane_of() { mine=; for q in $lanes; do eval "v=\\$lane$q"; [ "$v" != $1 ] || mine=$q; done; }
block_lane() { eval "v=\\$L$1 L$1= open$1=0"; for one in $v; do say n \${one%%:*}; done; }
known() {
  pid=$1 t=$2 r=$3; shift 3
  if status $pid && { [ $t = - ] || [ "$ticks" = $t ]; }; then
    for j; do say g $j $pid $ticks; blocked="$blocked $j"; done
    [ $r = 0 ] || eval "open$r=0"
  else say v $pid; fi
}
alarm() {
  [ -z "$due" ] || [ $((n+$1)) -lt $due ] || return
  due=$((n+$1)) s=$((($1+99)/100)) ring=$((ring+1))
  [ -z "$clock" ] || kill $clock
  { tied sleep $s; [ -n "$told" ] || echo t \${s}00 $ring >&8; } 3<&- 5>&- 7<&- &
  clock=$!
}
overdue() {
  for j in $active; do
    eval "d=\\$d$j g=\\$g$j pid=\\$p$j x=\\$x$j"
    [ -n "$pid" ] || continue
    if [ $n -lt $d ]; then alarm $((d-n)); continue; fi
    lane_of $j
    case $g in
    # One that has ended itself is not late: what it left behind holds an output open.
    0) [ -n "$x" ] || { say t $j; [ -z "$mine" ] || { eval "v=\\$((late$mine+1)); late$mine=\\$v"; [ $v -lt 2 ] || block_lane $mine; }; }
      end_ TERM $pid;;
    1) end_ KILL $pid;;
    *) eval "kill \\$A$j \\$h$j; k$j=9"
      if [ -z "$x" ] && status $pid; then say g $j $pid $ticks; [ -z "$mine" ] || { eval "lane$mine="; block_lane $mine; }; else say a $j; fi
      finish $j;;
    esac
    eval "d$j=$((n+100)) g$j=$((g+1))"
    alarm 100
  done
}
spread() {
  for j in $R; do
    case $j in
    *:0) Q="$Q$j ";;
    *) q=\${j##*:}; eval "v=\\$open$q"
      if [ $v = 1 ]; then eval "L$q=\\"\\$L$q\\$j \\""; else say n \${j%%:*}; fi;;
    esac
  done
  R=
}
setup() {
  G=exec each= A= K= fake=0 blocked= active= busy=0 lanes='1 2' lane1= lane2= open1=1 open2=1 late1=0 late2=0 refused= limit=0 ticks= due= clock= ring=0 asker= told=
  command -v setsid >/dev/null && G=setsid
  command -v awk >/dev/null && A=1
  enc=o per=40; command -v base64 >/dev/null || { enc=h per=90; command -v od >/dev/null || enc=; }
  [ -e /proc/self/fd/3 ] || par=0
  [ -n "$U" ] || U=$(id -u)
  [ "$U" != 0 ] || ask=
  patience=500
}
# A printf that is not the shell's own would show the password among the processes.
password() {
  set +a; unset pass_
  IFS= read -r pass_ <&3 || return 1
  case $par:$(command -v printf) in 0*|*/*) ask= pass_=;; esac
  [ -z "$ask" ] || { patience=1500 SUDO_ASKPASS=$(command -v cat); export SUDO_ASKPASS; }
}
run() {
  [ -n "$enc" ] || { say B; return 1; }
  now
  printf '\\n%s P 1 %s %s %s %s\\n' "$T" "$(date '+%s %N')" $n "$U" $$ >&5
  [ -z "$secret" ] || password || return 1
  [ $input = 0 ] || gather <&3 || return 1
  : | {
    if [ $par = 1 ]; then exec 7<&0 8>/proc/self/fd/0; else exec 7</dev/null 8>/dev/null; fi
    exec </dev/null
    trap : PIPE
    hung
    for k in $lanes; do eval "v=\\$open$k"; [ $v = 1 ] || block_lane $k; done
    if [ "$U" = 0 ] || [ -z "$R" ]; then spread
    elif [ $sudo != unknown ]; then say S $sudo; spread
    elif ! command -v sudo >/dev/null; then sudo=denied; say S none; spread
    elif [ $par = 0 ]; then if sudo -n -l >/dev/null; then sudo=usable; else sudo=denied; fi; say S $sudo; spread
    else
      {
        words=
        if [ -z "$ask" ]; then if tied $G sudo -n -l; then a=usable; else a=denied; fi
        elif words=$(exec 2>&1; rooted -v); then a=usable words=
        else a=denied words=$(printf %.900s "$words" | tr '\\n' ' ')
        fi
        [ -n "$told" ] || echo "s $a $words" >&8
      } 3<&- 5>&- 7<&- &
      asker=$!
      alarm $patience
      since=$n
    fi
    if [ $par = 0 ]; then for item in $L1 $L2 $Q; do start $item; done; used; say Z; exit; fi
    watcher=
    if [ $watch = 1 ]; then { while read -r l; do :; done; echo z; } <&3 >&8 3<&- 5>&- 7<&- & watcher=$!; fi
    while :; do
      while [ $busy -lt $slots ]; do
        item=
        for k in $lanes; do
          eval "v=\\$L$k w=\\$lane$k"
          [ -z "$v" ] || [ -n "$w" ] || { item=\${v%% *}; eval "L$k=\\\${v#* }"; break; }
        done
        [ -n "$item" ] || { [ -n "$Q" ] || break; item=\${Q%% *}; Q=\${Q#* }; }
        start $item
      done
      [ $busy = 0 ] && [ -z "$R$Q$L1$L2" ] && break
      read -r e a b c <&7 || break
      case $e in
      [xoer]) eval "k=\\$((k$a+1)); k$a=\\$k g=\\$g$a pid=\\$p$a"
        [ $e != x ] || eval "x$a=1"
        [ $e != r ] || eval "r$a=1"
        # Told to end, the command has; what it had started may have not.
        [ $e != x ] || [ -z "$pid" ] || { [ $g = 0 ] && [ -z "$K" ]; } || end_ KILL $pid
        [ $k != 3 ] || { finish $a; eval "v=\\$r$a w=\\$i$a"; [ -z "$v" ] || [ -n "$K" ] || { again $a; R="$w "; spread; }; };;
      p) now; eval "p$a=$b h$a=\\"\\$h$a $c\\" d$a=\\$((n+l$a))"
        if [ -z "$K" ]; then eval "alarm \\$l$a"; else end_ TERM $b; fi;;
      w) eval "h$a=\\"\\$h$a $b\\"";;
      s) asker=; if [ -n "$R" ]; then sudo=$a; say S "$a $b $c"; spread; fi;;
      t) fake=$((fake+a)); [ $b != $ring ] || { due= clock=; }; now
        if [ -n "$K" ]; then
          if [ $n -ge $K ]; then for j in $active; do eval "pid=\\$p$j"; [ -z "$pid" ] || end_ KILL $pid; eval "kill \\$A$j \\$h$j"; done; break; fi
          alarm $((K-n))
        else
          overdue
          if [ -n "$R" ] && [ $n -ge $((since+patience)) ]; then kill $asker; asker= sudo=denied; say S denied; spread; fi
          [ -z "$R" ] || alarm 100
        fi;;
      z) now; K=$((n+50)) Q= L1= L2= R=; alarm 50; for j in $active; do eval "pid=\\$p$j"; [ -z "$pid" ] || end_ TERM $pid; done;;
      esac
    done
    kill $clock $watcher $asker
    [ -n "$K" ] || { used; say Z; }
  }
}
# Processor time of this shell and of what it has waited for, in hundredths: fields 14 to 17.
used() {
  # Whoever ended a moment ago is taken note of while a last child is waited for.
  (:)
  [ -r /proc/self/stat ] && read -r s </proc/self/stat || return
  set -- \${s##*)}
  say C $((\${12}+\${13}+\${14}+\${15}))
}`;
