import { describe, expect, it } from 'vitest';
import { parseNcclLog } from './nccl-log';

const log = (...lines: string[]) => parseNcclLog(lines.map((line) => `node01:1:9 [0] NCCL ${line}`).join('\n'));

describe('lines of an NCCL log', () => {
  it('tell the transport, GPUDirect and the bootstrap interface', () => {
    expect(
      log(
        'INFO Bootstrap : Using bond0:172.36.134.184<0>',
        'INFO NET/IB : Using [0]mlx5_0:1/IB [1]mlx5_1:1/IB',
        'INFO Channel 00/0 : 1[0] -> 0[0] [send] via NET/IB/0/GDRDMA',
        'INFO comm 0x55 rank 0 nranks 64 - Init COMPLETE',
      ),
    ).toMatchObject({
      transport: 'ib',
      hasGpuDirect: true,
      bootstrapInterface: 'bond0:172.36.134.184<0>',
      isInitDone: true,
      trouble: null,
    });
  });

  it.each([
    ['INFO NET/Socket : Using [0]eth0:10.0.0.1<0>', 'socket', null],
    ['INFO Using network Socket', 'socket', null],
    ['INFO Using network IB', 'ib', null],
    ["INFO NET/IB : GPU Direct RDMA Disabled for HCA 0 'mlx5_0'", null, false],
    ['INFO Channel 00 : 0[1] -> 1[1] [send] via NET/IB/0', 'ib', false],
    ['INFO Using network AWS Libfabric', 'plugin', null],
  ])('%s', (line, transport, hasGpuDirect) => {
    expect(log(line)).toMatchObject({ transport, hasGpuDirect });
  });

  it.each([
    'WARN NET/IB : Got completion from peer 10.216.210.236<54862> with status=12 opcode=0 len=0 vendor err 129 (Recv) hca mlx5_4',
    'WARN NET/IB : Got completion from peer 10.0.0.2<39281> with error 12, opcode 32600, len 0, vendor err 129',
  ])('tell a connection that gave up: %s', (line) => {
    expect(log(line)).toMatchObject({ completionError: 12, trouble: 'remote-error' });
  });

  it('tell the collective that the watchdog waited for', () => {
    const text =
      '[Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1523, OpType=ALLREDUCE, NumelIn=1, NumelOut=1, Timeout(ms)=600000) ran for 600028 milliseconds before timing out.';
    expect(parseNcclLog(text)).toMatchObject({
      isWatchdogTimeout: true,
      collective: 'ALLREDUCE',
      sequence: 1523,
      timeoutMs: 600_000,
      isInitDone: false,
    });
  });

  it.each([
    ['WARN Call to ibv_reg_mr failed with error Cannot allocate memory', 'registration'],
    ['WARN Error while creating shared memory segment /dev/shm/nccl-8u3Z (size 9637888)', 'shared-memory'],
    ['WARN socketStartConnect: Connect to 172.17.0.1<41131> failed : Connection refused', 'connect'],
    ['WARN Bootstrap : no socket interface found', 'connect'],
    ['WARN Mismatched NCCL version detected : rank 0 2.18.3 rank 8 2.21.5', 'version'],
    ['INFO NET/IB : No device found.', 'no-device'],
    ['WARN Cuda failure 217 peer access is not supported between these two devices', 'peer'],
  ])('tell the trouble: %s', (line, trouble) => {
    expect(log(line)).toMatchObject({ trouble, line: expect.stringContaining(line) });
  });

  it('tell different versions', () => {
    expect(log('INFO NCCL version 2.18.3+cuda12.2', 'INFO NCCL version 2.21.5+cuda12.4')?.versions).toEqual([
      '2.18.3',
      '2.21.5',
    ]);
  });

  it.each(['', 'hello', 'Traceback (most recent call last)'])('are nothing without NCCL: %j', (text) => {
    expect(parseNcclLog(text)).toBeNull();
  });
});
