import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { Collector, WatchedNode } from '../collector';
import { fieldsOf } from '../dcgm/dcgm';
import { nvlinkErrors, nvlinkReader, nvlinkTraffic } from './nvlink-reader';

/** Each round starts the tool anew, which opens every GPU. */
const LEAST_INTERVAL_MS = 10_000;
/** Often enough for a rate of them to be told. */
const ERRORS_EVERY_MS = 30_000;

const everyMs = (intervalMs: number): number => Math.max(LEAST_INTERVAL_MS, intervalMs);

/** Rounds start with `= UPTIME` and end with `.`; `$2`: errors each so many rounds, 0: never; `$3`: whether traffic is asked for. */
const script = `n=0
while :; do
read -r u x </proc/uptime; echo "= $u"
[ "$3" = 1 ] && nvidia-smi nvlink -gt d
if [ "$2" -gt 0 ]; then
[ $n = 0 ] && { nvidia-smi nvlink -e; n=$2; }
n=$((n-1))
fi
echo .
sleep "$1"
done`;

/** What DCGM would tell of the links and does not, on a node whose driver does. */
export function nvlinkMetricsOf(node: WatchedNode): ReadonlySet<MetricId> {
  if (!node.countsNvlinks) return new Set();
  const told = new Set(fieldsOf(node).map(({ metric }) => metric));
  return new Set([...nvlinkTraffic, ...nvlinkErrors].filter((metric) => !told.has(metric)));
}

/** Traffic and errors of NVLinks by the driver's own tool, where DCGM does not tell them. */
export const nvidiaNvlink: Collector = {
  id: 'nvidia-nvlink',
  everyMs,
  plan(node, intervalMs) {
    const wanted = nvlinkMetricsOf(node);
    if (wanted.size === 0) return null;
    const seconds = everyMs(intervalMs) / 1000;
    const asksErrors = nvlinkErrors.some((metric) => wanted.has(metric));
    const errorRounds = asksErrors ? Math.max(1, Math.floor(ERRORS_EVERY_MS / everyMs(intervalMs))) : 0;
    const asksTraffic = nvlinkTraffic.some((metric) => wanted.has(metric));
    return {
      argv: ['sh', '-c', script, 'sh', String(seconds), String(errorRounds), asksTraffic ? '1' : '0'],
      reader: nvlinkReader(wanted),
    };
  },
};
