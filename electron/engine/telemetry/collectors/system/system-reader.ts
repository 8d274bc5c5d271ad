import type { Subject } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { LineReader, NodeFrame } from '../collector';
import { diskMetrics, networkMetrics, readDisk, readNetwork, readRotational, rotationalMetrics } from './device-lines';
import { NodeRound, nodeMetrics } from './node-round';
import { RdmaRound, rdmaMetrics } from './rdma-round';

/** More devices than any machine has: a node that prints more is cut here. */
const MAX_DEVICES = 512;

/** Reads what `systemScript` prints. */
export function systemReader(): LineReader {
  const node = new NodeRound();
  let nodeMs: number | null = null;
  let frames: NodeFrame[] = [];
  let rdma = new RdmaRound();
  const add = (subject: Subject, layout: readonly MetricId[], values: readonly number[]): void => {
    if (frames.length < MAX_DEVICES) frames.push({ subject, layout, nodeMs, values });
  };
  return {
    read(line) {
      const start = /^= (\d{1,12}(?:\.\d{1,3})?)$/.exec(line);
      if (start) {
        nodeMs = Math.round(Number(start[1]) * 1000);
        frames = [];
        rdma = new RdmaRound();
        node.begin();
        return [];
      }
      if (nodeMs === null) return [];
      if (line === '.') {
        const values = node.end();
        if (values) add({ kind: 'node', id: '' }, nodeMetrics, values);
        for (const [port, counters] of rdma.ports()) add({ kind: 'rdma', id: port }, rdmaMetrics, counters);
        const round = frames;
        frames = [];
        nodeMs = null;
        return round;
      }
      const colon = line.indexOf(':');
      const [file, text] = [line.slice(0, colon), line.slice(colon + 1)];
      if (file === '/proc/diskstats') {
        const disk = readDisk(text);
        if (disk) add({ kind: 'disk', id: disk.name }, diskMetrics, disk.values);
      } else if (file === '/proc/net/dev') {
        const network = readNetwork(text);
        if (network) add({ kind: 'network', id: network.name }, networkMetrics, network.values);
      } else if (file.startsWith('/sys/class/infiniband/')) rdma.line(file, text);
      else if (file.startsWith('/sys/block/')) {
        const disk = readRotational(file, text);
        if (disk) add({ kind: 'disk', id: disk.name }, rotationalMetrics, disk.values);
      } else node.line(file, text);
      return [];
    },
  };
}
