import { describe, expect, it } from 'vitest';
import { parsePerftestText } from './perftest-text';

const latency = `                    RDMA_Read Latency Test
 Dual-port       : OFF    Device         : mlx5_0
 Mtu             : 1024[B]
 Link type       : Ethernet
 #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]
Conflicting CPU frequency values detected: 2200.000000 != 1040.353000. CPU Frequency is not max.
 2       1000          6.88           16.81        7.04              7.06         0.31      7.38        16.81
`;

describe('what perftest prints', () => {
  it('is read of a latency test', () => {
    expect(parsePerftestText(latency)).toEqual({
      kind: 'latency',
      operation: 'RDMA_Read',
      device: 'mlx5_0',
      linkLayer: 'Ethernet',
      mtu: 1024,
      typicalUs: 7.04,
      averageUs: 7.06,
      tailUs: 7.38,
      sizeBytes: 2,
      gbitPerSec: null,
      usesGpuMemory: false,
      isCpuSlow: true,
    });
  });

  it('is judged by small messages, the slowest of them', () => {
    const rows = ' 2 1000 1 2 1.5 1.6 0.1 1.7 1.8\n 64 1000 1 2 1.9 2 0.1 2 2\n 4096 1000 3 4 3.5 3.6 0.1 3.7 3.8\n';
    const head = latency.slice(0, latency.indexOf('Conflicting'));
    expect(parsePerftestText(head + rows)).toMatchObject({ typicalUs: 1.9, sizeBytes: 64, isCpuSlow: false });
    expect(parsePerftestText(`${head} 4096 1000 3 4 3.5 3.6 0.1 3.7 3.8\n`)).toBeNull();
  });

  it('is read of a bandwidth test in either unit, at its best size', () => {
    const table = (unit: string) =>
      `#bytes     #iterations    BW peak[${unit}/sec]    BW average[${unit}/sec]   MsgRate[Mpps]\n2 5000 0.11 0.10 6.8\n65536 5000 92.39 92.38 0.17\n`;
    expect(parsePerftestText(table('Gb'))).toMatchObject({ kind: 'bandwidth', gbitPerSec: 92.38, sizeBytes: 65_536 });
    expect(parsePerftestText(table('MB'))?.gbitPerSec).toBeCloseTo(0.7749, 3);
  });

  it.each(['', 'Unable to init the socket connection', '#bytes #iterations', '1 2 3 4 5', '\u0000'.repeat(50)])(
    'is nothing where there is no table: %j',
    (text) => {
      expect(parsePerftestText(text)).toBeNull();
    },
  );
});
