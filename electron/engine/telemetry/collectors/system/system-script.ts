/*
 * One shell that stays and a `grep` a second: what the kernel tells without asking any device. Works in dash and busybox.
 * A round starts with `= UPTIME SLOW` and ends with `.`, lines between are `FILE:LINE`. Counters of RDMA ports ask the
 * adapter's firmware, so they come every `$2` rounds only, and with them what hardly ever changes.
 */
export const systemScript = `n=0
while :; do
read -r u x </proc/uptime; echo "= $u"
grep -s -e '^cpu ' -e '^MemTotal' -e '^MemAvailable' -e '^Swap[TF]' -e '^some' -e '^full' -e '^oom_kill ' -e '^[0-9. ]*/[0-9]* ' -e '^  *[0-9]*  *[0-9]* [a-z]' -e '^ *[^ ]*: *[0-9][0-9]*  *[0-9]' /proc/stat /proc/meminfo /proc/pressure/cpu /proc/pressure/memory /proc/pressure/io /proc/vmstat /proc/loadavg /proc/diskstats /proc/net/dev
if [ $n = 0 ]; then
for p in /sys/class/infiniband/*/ports/*; do
[ -d "$p" ] && grep -s '' "$p/state" "$p/phys_state" "$p/rate" "$p/counters/port_rcv_data" "$p/counters/port_xmit_data" "$p/counters/port_rcv_errors" "$p/counters/port_xmit_discards" "$p/counters/port_xmit_wait" "$p/counters/link_downed" "$p/counters/symbol_error" "$p/hw_counters/local_ack_timeout_err" "$p/hw_counters/out_of_sequence" "$p/hw_counters/packet_seq_err" "$p/hw_counters/rnr_nak_retry_err" "$p/hw_counters/np_cnp_sent" "$p/hw_counters/rp_cnp_handled"
done
grep -s '' /dev/null /sys/block/*/queue/rotational
n=$2
fi
n=$((n-1))
echo .
sleep "$1"
done`;
