import type { FileSystemsFacts } from './facts/storage';

type FileSystem = FileSystemsFacts['fileSystems'][number];

/** Where Docker, containerd, Podman, the kubelet and systemd mount things for what they run. */
const runtimeFolders =
  /^\/(var\/lib\/(docker|containers|containerd|kubelet|rancher|k0s)|run\/(docker|containerd|containers|k3s|netns|user|credentials))\//;
const passingTypes = /^(tmpfs|overlay|ramfs|nsfs|squashfs|erofs|fuse\.fuse-overlayfs)$/;

/**
 * The mounts that a node is set up with, without those that come and go with containers and logins: a node of Kubernetes has
 * hundreds, most of them one folder of a disk once more. What holds data of its own (a volume of a pod) stays. Pure.
 */
export function ownMounts<Mount extends Pick<FileSystem, 'mountPoint' | 'type' | 'source'>>(
  mounts: readonly Mount[],
): Mount[] {
  const isPassing = ({ mountPoint }: Mount) =>
    runtimeFolders.test(`${mountPoint}/`) && mountPoint.split('/').length > 4;
  const sources = new Set(mounts.filter((mount) => !isPassing(mount)).map(({ source }) => source));
  return mounts.filter(
    (mount) => !isPassing(mount) || !(passingTypes.test(mount.type ?? '') || sources.has(mount.source)),
  );
}
