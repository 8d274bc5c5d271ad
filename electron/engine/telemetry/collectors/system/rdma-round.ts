import type { MetricId } from '#shared/domain/telemetry/metrics';

/** A word of the data counters is four bytes (InfiniBand specification, PortCounters). */
const WORD_BYTES = 4;

const files: ReadonlyArray<readonly [file: string, metric: MetricId, factor: number]> = [
  ['state', 'rdma.portState', 1],
  ['phys_state', 'rdma.physicalState', 1],
  // Of 8 bits; the coding of the line is not taken off.
  ['rate', 'rdma.rateBytesPerSecond', 1e9 / 8],
  ['counters/port_rcv_data', 'rdma.receivedBytes', WORD_BYTES],
  ['counters/port_xmit_data', 'rdma.sentBytes', WORD_BYTES],
  ['counters/port_rcv_errors', 'rdma.receiveErrors', 1],
  ['counters/port_xmit_discards', 'rdma.sendDiscards', 1],
  ['counters/port_xmit_wait', 'rdma.sendWaitTicks', 1],
  ['counters/link_downed', 'rdma.linkDowned', 1],
  ['counters/symbol_error', 'rdma.symbolErrors', 1],
  ['hw_counters/local_ack_timeout_err', 'rdma.ackTimeouts', 1],
  ['hw_counters/out_of_sequence', 'rdma.outOfSequence', 1],
  ['hw_counters/packet_seq_err', 'rdma.sequenceErrors', 1],
  ['hw_counters/rnr_nak_retry_err', 'rdma.receiverNotReady', 1],
  ['hw_counters/np_cnp_sent', 'rdma.congestionNotices', 1],
  ['hw_counters/rp_cnp_handled', 'rdma.congestionNoticesHandled', 1],
];

export const rdmaMetrics: readonly MetricId[] = files.map(([, metric]) => metric);

const MAX_PORTS = 256;

/** `4: ACTIVE`, `5: LinkUp`, `200 Gb/sec (4X HDR)`, or a counter. */
const VALUE = /^(\d{1,20}(?:\.\d)?)(?=$|: | Gb\/sec)/;

/** Gathers what is told of RDMA ports of one round, by `DEVICE/PORT`. */
export class RdmaRound {
  readonly #ports = new Map<string, number[]>();

  line(file: string, text: string): void {
    const match = /^\/sys\/class\/infiniband\/([\w-]{1,64})\/ports\/(\d{1,3})\/([\w/]{1,64})$/.exec(file);
    const at = files.findIndex(([name]) => name === match?.[3]);
    const value = VALUE.exec(text)?.[1];
    if (!match || at < 0 || value === undefined) return;
    const port = `${match[1]}/${match[2]}`;
    let values = this.#ports.get(port);
    if (!values) {
      if (this.#ports.size >= MAX_PORTS) return;
      values = files.map(() => Number.NaN);
      this.#ports.set(port, values);
    }
    values[at] = Number(value) * (files[at]?.[2] ?? 1);
  }

  ports(): Iterable<[port: string, values: number[]]> {
    return this.#ports;
  }
}
