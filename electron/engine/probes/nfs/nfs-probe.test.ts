import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { nfsProbe } from './nfs-probe';

const client = `device sysfs mounted on /sys with fstype sysfs
device nas:/home mounted on /my\\040home with fstype nfs4 statvers=1.1
\topts:\trw,vers=4.2,hard,proto=tcp
\tage:\t3600
\tbytes:\t1 2 3 4 500 600 7 8
\tper-op statistics
\t            READ: 100 103 1 1 1 5 250 400 0
\t           WRITE: 0 0 0 0 0 0 0 0 0
`;
const server = `rc 0 6 18622
fh 2 0 0 0 0
io 157286400 4096
th 64 0 0.000
net 18628 0 18628 6
rpc 18628 3 0 0 0
==> exports
/srv/datasets\t10.20.0.0/16(rw,async,no_subtree_check)
/srv/my\\040files\t*(ro)
`;

describe('nfs probe', () => {
  it('counts what was sent again, and takes means of the times', () => {
    expect(factsOf(nfsProbe, { mountstats: client, nfsd: '' })).toEqual({
      mounts: [
        {
          mountPoint: '/my home',
          source: 'nas:/home',
          version: '4.2',
          options: ['rw', 'vers=4.2', 'hard', 'proto=tcp'],
          mountedSeconds: 3600,
          readBytes: 500,
          writtenBytes: 600,
          requests: 100,
          retransmissions: 3,
          timeouts: 1,
          read: { count: 100, rttMs: 2.5, exeMs: 4 },
          write: { count: 0, rttMs: null, exeMs: null },
        },
      ],
      server: null,
    });
  });

  it('reads what the node serves, and to whom', () => {
    expect(factsOf(nfsProbe, { mountstats: client, nfsd: server }).server).toEqual({
      threads: 64,
      readBytes: 157_286_400,
      writtenBytes: 4096,
      rpcCalls: 18_628,
      badCalls: 3,
      staleHandles: 2,
      exports: [
        { path: '/srv/datasets', client: '10.20.0.0/16', options: ['rw', 'async', 'no_subtree_check'] },
        { path: '/srv/my files', client: '*', options: ['ro'] },
      ],
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(nfsProbe, { mountstats: client, nfsd: server });
  });
});

describe.skipIf(!hasRecordings)('nfs probe on recorded outputs', () => {
  it('reads storage/proc-self-mountstats__nfs-telegraf.txt', () => {
    const { mounts } = factsOf(nfsProbe, { mountstats: recording('storage/proc-self-mountstats__nfs-telegraf.txt') });
    expect(mounts[0]).toMatchObject({
      mountPoint: '/A',
      source: '1.2.3.4:/storage/NFS',
      version: '3',
      mountedSeconds: 1_136_770,
      readBytes: 1_134_399_088_816,
      writtenBytes: 407_107_155_723,
      read: { count: 600, rttMs: 606 / 600, exeMs: 607 / 600 },
      write: { count: 700, rttMs: 706 / 700, exeMs: 707 / 700 },
    });
    expect(mounts[1]).toMatchObject({
      mountPoint: '/B',
      source: '2.2.2.2:/nfsdata/',
      version: '4.0',
      mountedSeconds: 19,
      readBytes: 627_536_112,
      writtenBytes: 0,
      read: { count: 9797, rttMs: 7953 / 9797, exeMs: 8200 / 9797 },
      write: { count: 0, rttMs: null },
    });
    expect(mounts[1]?.options).toContain('clientaddr=3.3.3.3');
  });

  it('reads storage/proc-net-rpc-nfsd.txt', () => {
    expect(factsOf(nfsProbe, { mountstats: recording('storage/proc-net-rpc-nfsd.txt') })).toEqual({
      mounts: [],
      server: {
        threads: 8,
        readBytes: 157_286_400,
        writtenBytes: 0,
        rpcCalls: 18_628,
        badCalls: 0,
        staleHandles: 0,
        exports: null,
      },
    });
  });
});
