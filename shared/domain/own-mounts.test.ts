import { expect, it } from 'vitest';
import { ownMounts } from './own-mounts';

const mount = (mountPoint: string, type: string, source: string) => ({ mountPoint, type, source });

it('leaves out what comes and goes with containers, and keeps what holds data of its own', () => {
  const mounts = [
    mount('/', 'ext4', '/dev/sda2'),
    mount('/dev/shm', 'tmpfs', 'tmpfs'),
    mount('/var/lib/docker', 'xfs', '/dev/sdb1'),
    mount('/var/lib/kubelet', 'ext4', '/dev/sdc1'),
    mount('/run/user/1000', 'tmpfs', 'tmpfs'),
    mount('/var/lib/docker/overlay2/0a1b/merged', 'overlay', 'overlay'),
    mount('/run/containerd/io.containerd.grpc.v1.cri/sandboxes/1/shm', 'tmpfs', 'shm'),
    mount('/var/lib/kubelet/pods/1/volume-subpaths/config/dcgm/1', 'ext4', '/dev/sda2'),
    mount('/var/lib/kubelet/pods/1/volumes/kubernetes.io~projected/token', 'tmpfs', 'tmpfs'),
    mount('/var/lib/kubelet/pods/1/volumes/kubernetes.io~csi/pvc-1/mount', 'ext4', '/dev/rbd0'),
    mount('/var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/data', 'nfs4', 'nas:/data'),
  ];
  expect(ownMounts(mounts).map(({ mountPoint }) => mountPoint)).toEqual([
    '/',
    '/dev/shm',
    '/var/lib/docker',
    '/var/lib/kubelet',
    '/run/user/1000',
    '/var/lib/kubelet/pods/1/volumes/kubernetes.io~csi/pvc-1/mount',
    '/var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/data',
  ]);
});
