/** The shells that a node may have as /bin/sh; a test skips the ones that are not installed. */
export const shells: ReadonlyArray<{ name: string; argv: readonly [string, ...string[]] }> = [
  { name: 'dash', argv: ['/usr/bin/dash'] },
  { name: 'bash', argv: ['/usr/bin/bash', '--posix'] },
  { name: 'busybox sh', argv: ['/usr/bin/busybox', 'sh'] },
];
